using System.Text;
using ProxyGuard.Core.ReadPort;

namespace ProxyGuard.Core.Tests.ReadPort;

/// <summary>A conversation packet by packet; numbers are given as the protocol counts them, from 0 with each command.</summary>
internal sealed class Talk
{
    public const uint Protocol41 = 0x0200;
    public const uint Ssl = 0x0800;
    public const uint Compress = 0x0020;
    public const uint Zstd = 0x0400_0000;
    public const uint DeprecateEof = 0x0100_0000;

    // CLIENT_LONG_PASSWORD, CLIENT_CONNECT_WITH_DB, CLIENT_PROTOCOL_41, CLIENT_TRANSACTIONS, CLIENT_SECURE_CONNECTION, CLIENT_PLUGIN_AUTH.
    private const uint Usual = 0x0008_A209;

    private int _sequence;

    /// <summary>What the protocol calls an OK packet: no rows, no number, that status, no warnings.</summary>
    public static byte[] Ok(int status = 2) => [0, 0, 0, (byte)status, (byte)(status >> 8), 0, 0];

    public static byte[] Eof(int status = 2) => [0xFE, 0, 0, (byte)status, (byte)(status >> 8)];

    public static byte[] OkAsEof(int status = 2) => [0xFE, .. Ok(status)[1..]];

    public static byte[] Error(int number = 1064) => [0xFF, (byte)number, (byte)(number >> 8), .. "#42000You have an error"u8];

    public static byte[] Column(string name = "1") =>
        [3, .. "def"u8, 0, 0, 0, (byte)name.Length, .. Encoding.ASCII.GetBytes(name), 0, 0x0C, 0x3F, 0, 1, 0, 0, 0, 8, 0x81, 0, 0, 0, 0];

    /// <summary>How lists end: with EOF, or without it (CLIENT_DEPRECATE_EOF).</summary>
    public static TheoryData<string> Ways => ["as MySQL 5.0", "without EOF"];

    public static uint Client(string way) => way == "without EOF" ? DeprecateEof : 0;

    public static byte[] End(string way) => way == "without EOF" ? OkAsEof() : Eof();

    /// <summary>So many definitions, and what ends them.</summary>
    public static IEnumerable<byte[]> Described(byte count, string way) =>
        [.. Enumerable.Repeat(Column(), count), .. count > 0 && way != "without EOF" ? (byte[][])[Eof()] : []];

    /// <summary>COM_STMT_PREPARE_OK for statement 1.</summary>
    public static byte[] Prepared(byte columns, byte parameters) => [0, 1, 0, 0, 0, columns, 0, parameters, 0, 0, 0, 0];

    public static byte[] Query(string text = "SELECT 1") => [3, .. Encoding.ASCII.GetBytes(text)];

    public static byte[] Packet(int sequence, byte[] payload) =>
        [(byte)payload.Length, (byte)(payload.Length >> 8), (byte)(payload.Length >> 16), (byte)sequence, .. payload];

    /// <summary>As MySQL 8.4 or MariaDB 10.11 greets.</summary>
    public static byte[] Greeting(uint capabilities = 0xFFFF_FFFF) =>
    [
        10, .. "5.5.5-10.11.6-MariaDB-0+deb12u1-log\0"u8, 7, 0, 0, 0, .. "saltsalt"u8, 0, (byte)capabilities, (byte)(capabilities >> 8), 45,
        2, 0,
        (byte)(capabilities >> 16), (byte)(capabilities >> 24), 21, .. new byte[10], .. "saltsaltsalt\0mysql_native_password\0"u8,
    ];

    public static byte[] Hello(uint more = 0) =>
        [.. BitConverter.GetBytes(Usual | more), 0, 0, 0, 1, 45, .. new byte[23], .. "app\0\0photos\0"u8];

    public static Talk LoggedIn(uint client = 0, uint server = 0xFFFF_FFFF)
    {
        Talk talk = Greeted(server);
        return talk.Says(Hello(client)).Hears(Ok());
    }

    public static Talk Greeted(uint server = 0xFFFF_FFFF)
    {
        var talk = new Talk { _sequence = -1 };
        return talk.Hears(Greeting(server));
    }

    public Conversation About { get; } = new();

    public bool IsIdle => About.IsIdle;

    /// <summary>A new command.</summary>
    public Talk Asks(params byte[] payload)
    {
        _sequence = -1;
        return Says(payload);
    }

    /// <summary>What belongs to a command or a login.</summary>
    public Talk Says(params byte[] payload)
    {
        About.ClientSent(Packet(++_sequence, payload));
        return this;
    }

    public Talk Hears(params byte[][] payloads)
    {
        foreach (byte[] payload in payloads)
            Hear(Packet(++_sequence, payload));
        return this;
    }

    public void Hear(ReadOnlySpan<byte> bytes)
    {
        About.ServerSent(bytes);
        About.Delivered();
    }
}
