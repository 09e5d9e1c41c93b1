using System.Buffers.Binary;

namespace ProxyGuard.Core.ReadPort;

/// <summary>
/// What is sent to a server whose greeting is not needed any more. A server counts a handshake that just ends as interrupted, and blocks
/// the whole machine after <c>max_connect_errors</c> of them; a login under a name that it does not know is refused, and that counts for
/// nothing.
/// </summary>
public static class Farewell
{
    /// <summary>So often a server may ask back: another way to prove who we are, and the proof.</summary>
    public const int MostRounds = 4;

    // https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_packets_protocol_handshake_response.html
    private const uint Capabilities = 0x0000_0200 | 0x0000_8000 | 0x0008_0000; // PROTOCOL_41, SECURE_CONNECTION, PLUGIN_AUTH
    private const uint MaxPacket = 1 << 24;
    private const byte Utf8 = 33;

    private const byte Ok = 0x00;
    private const byte Error = 0xFF;
    private const byte Quit = 0x01;

    /// <summary>A login that is complete, and refused.</summary>
    public static ReadOnlyMemory<byte> Login { get; } = MakeLogin();

    /// <summary>What to say to the server's answer; null when it has said its last word.</summary>
    /// <param name="answer">One packet with its header, at least five bytes.</param>
    public static byte[]? Next(ReadOnlySpan<byte> answer) => answer[4] switch
    {
        Error => null,
        // Some servers know everybody.
        Ok => [1, 0, 0, 0, Quit],
        // Whatever it asks for: we have no password.
        _ => [0, 0, 0, (byte)(answer[3] + 1)],
    };

    private static byte[] MakeLogin()
    {
        var payload = new byte[32];
        BinaryPrimitives.WriteUInt32LittleEndian(payload, Capabilities);
        BinaryPrimitives.WriteUInt32LittleEndian(payload.AsSpan(4), MaxPacket);
        payload[8] = Utf8;
        // The name, an empty proof, and the way of proving that every server knows at least by name.
        byte[] all = [.. payload, .. "proxyguard-nobody\0"u8, 0, .. "mysql_native_password\0"u8];
        return [(byte)all.Length, 0, 0, 1, .. all];
    }
}
