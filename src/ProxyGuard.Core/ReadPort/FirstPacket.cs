using System.Text;

namespace ProxyGuard.Core.ReadPort;

/// <summary>What a server says first: a greeting, or that it will not have the client.</summary>
public static class FirstPacket
{
    /// <summary>Bytes of it that are needed to tell which it is.</summary>
    public const int Telling = 5;

    private const byte Error = 0xFF;

    /// <summary>
    /// Whether it is an error: too many connections, a host that is blocked or not allowed. Nothing was agreed on yet, another server may
    /// still be asked.
    /// </summary>
    public static bool IsRefusal(ReadOnlySpan<byte> packet) => packet[4] == Error;

    /// <summary>
    /// The error's number: 1040 of a server that is full, 1129 of one that has blocked this machine. Null for a greeting, and for what is
    /// cut short.
    /// </summary>
    public static int? RefusalOf(ReadOnlySpan<byte> packet) =>
        packet.Length >= Telling + 2 && IsRefusal(packet) ? packet[5] | packet[6] << 8 : null;

    /// <summary>What the error says, without what no log should have; "" for a greeting.</summary>
    public static string TextOf(ReadOnlySpan<byte> packet) =>
        RefusalOf(packet) is { } number
            ? $"{number} {new string([.. Encoding.Latin1.GetString(packet[(Telling + 2)..]).Where(letter => !char.IsControl(letter))])}"
            : "";

    /// <summary>ER_CON_COUNT_ERROR, as servers say it themselves.</summary>
    public static ReadOnlyMemory<byte> TooManyConnections { get; } = Refusal(
        1040, "08004", "Too many connections (ProxyGuard's read port)");

    /// <summary>CR_CONN_HOST_ERROR: what a client says when it reaches no server.</summary>
    public static ReadOnlyMemory<byte> NobodyThere { get; } = Refusal(
        2003, "08001", "ProxyGuard: no database node that may be read from answers");

    // https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_err_packet.html
    private static byte[] Refusal(ushort number, string state, string text)
    {
        byte[] said = Encoding.ASCII.GetBytes($"#{state}{text}");
        int payload = 3 + said.Length;
        return [(byte)payload, (byte)(payload >> 8), 0, 0, Error, (byte)number, (byte)(number >> 8), .. said];
    }
}
