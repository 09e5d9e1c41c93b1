using System.Buffers.Binary;

namespace ProxyGuard.Core.ReadPort;

/// <summary>What client and server say that they can do; what both say goes.</summary>
/// <remarks>https://dev.mysql.com/doc/dev/mysql-server/latest/group__group__cs__capabilities__flags.html</remarks>
[Flags]
internal enum Capabilities : uint
{
    None = 0,
    Compress = 0x0020,
    Protocol41 = 0x0200,
    Ssl = 0x0800,
    DeprecateEof = 0x0100_0000,
    ZstdCompression = 0x0400_0000,
}

internal static class Greetings
{
    private const byte Protocol10 = 10;

    // Behind the version: the connection's number, eight bytes of salt and a zero; then capabilities, a character set, a status, and the
    // capabilities' other half.
    private const int Lower = 4 + 8 + 1;
    private const int Upper = Lower + 2 + 1 + 2;

    /// <summary>Of the server; none where it says none.</summary>
    /// <param name="greeting">https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_packets_protocol_handshake_v10.html</param>
    public static Capabilities OfServer(ReadOnlySpan<byte> greeting)
    {
        int version = greeting.IndexOf((byte)0) + 1;
        if (version == 0 || greeting[0] != Protocol10 || greeting.Length < version + Upper + 2)
            return Capabilities.None;
        ReadOnlySpan<byte> rest = greeting[version..];
        return (Capabilities)(
            BinaryPrimitives.ReadUInt16LittleEndian(rest[Lower..]) | (uint)BinaryPrimitives.ReadUInt16LittleEndian(rest[Upper..]) << 16);
    }

    /// <summary>Of the client.</summary>
    /// <param name="hello">Its first packet, also when it only asks for encryption.</param>
    public static Capabilities OfClient(ReadOnlySpan<byte> hello) =>
        hello.Length < 4 ? Capabilities.None : (Capabilities)BinaryPrimitives.ReadUInt32LittleEndian(hello);
}
