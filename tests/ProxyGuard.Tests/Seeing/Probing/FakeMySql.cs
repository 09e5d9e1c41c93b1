using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ProxyGuard.Tests.Seeing.Probing;

/// <summary>
/// A server that speaks as much of MySQL's protocol as a probe needs, to everybody who logs in, and answers as a test says.
/// </summary>
internal sealed class FakeMySql : IAsyncDisposable
{
    private long _sent;
    private const byte VarString = 0xFD;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<Socket> _clients = [];
    private readonly TaskCompletionSource _answers = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _accepting;
    private int _accepted;
    private int _ended;

    public FakeMySql()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Connection => $"Server=127.0.0.1;Port={((IPEndPoint)_listener.LocalEndpoint).Port};User ID=proxyguard;SslMode=None";

    /// <summary>Connections since the start.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Connections that the other side ended.</summary>
    public int Ended => Volatile.Read(ref _ended);

    /// <summary>Whether it says its greeting; a frozen one does not.</summary>
    public bool Greets { get; set; } = true;

    /// <summary>What it says instead of its greeting.</summary>
    public (ushort Number, string Text)? Refuses { get; set; }

    /// <summary>Whether its status gets no answer until <see cref="AnswerAll"/>.</summary>
    public bool StatusHangs { get; set; }

    /// <summary>The type of its columns, as the protocol numbers them.</summary>
    public byte ColumnType { get; set; } = VarString;

    /// <summary>What SHOW GLOBAL VARIABLES shows of it, whoever asks for what.</summary>
    public string[][] Variables { get; set; } = [];

    /// <summary>Whether it never comes to the end of its answers.</summary>
    public bool Floods { get; set; }

    /// <summary>Bytes that clients have taken, or their kernel has.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    public void AnswerAll()
    {
        StatusHangs = false;
        _answers.TrySetResult();
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
        lock (_clients)
        {
            foreach (Socket client in _clients)
                client.Dispose();
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket client = await _listener.AcceptSocketAsync();
                Interlocked.Increment(ref _accepted);
                lock (_clients)
                    _clients.Add(client);
                _ = ServeAsync(client);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        await using var stream = new NetworkStream(client);
        try
        {
            if (Refuses is { } refusal)
            {
                await SendAsync(
                    stream, 0,
                    [0xFF, (byte)refusal.Number, (byte)(refusal.Number >> 8), .. Encoding.ASCII.GetBytes($"#HY000{refusal.Text}")]);
                return;
            }

            if (!Greets)
            {
                await stream.ReadExactlyAsync(new byte[1]);
                return;
            }

            await SendAsync(stream, 0, Greeting());
            await PacketAsync(stream);
            await SendAsync(stream, 2, [0, 0, 0, 2, 0, 0, 0]);
            while (await PacketAsync(stream) is [var command, .. var statement] && command != 1)
                await AnswerAsync(stream, command, Encoding.UTF8.GetString(statement));
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // Gone without a word.
        }

        Interlocked.Increment(ref _ended);
    }

    private async Task AnswerAsync(NetworkStream stream, byte command, string statement)
    {
        if (command != 3 || statement.StartsWith("SET", StringComparison.OrdinalIgnoreCase))
        {
            await SendAsync(stream, 1, [0, 0, 0, 2, 0, 0, 0]);
            return;
        }

        if (StatusHangs && statement.Contains("STATUS", StringComparison.Ordinal))
            await _answers.Task;
        byte sequence = 1;
        string[] statements = statement.Split(';');
        for (int number = 0; number < statements.Length; number++)
            sequence = await ResultAsync(stream, sequence, statements[number], isLast: number == statements.Length - 1);
    }

    private async Task<byte> ResultAsync(NetworkStream stream, byte sequence, string statement, bool isLast)
    {
        (string[] columns, string[][] rows) = Result(statement);
        byte status = isLast ? (byte)0x02 : (byte)0x0A;
        await SendAsync(stream, sequence++, [(byte)columns.Length]);
        foreach (string column in columns)
            await SendAsync(
                stream, sequence++,
                [.. Text("def"), 0, 0, 0, .. Text(column), .. Text(column), 0x0C, 33, 0, 255, 0, 0, 0, ColumnType, 0, 0, 0, 0, 0]);
        await SendAsync(stream, sequence++, [0xFE, 0, 0, status, 0]);
        while (Floods)
            await SendAsync(stream, sequence++, [.. columns.SelectMany(_ => (byte[])[0xFD, 0, 0, 16, .. new byte[1 << 20]])]);
        foreach (string[] row in rows)
            await SendAsync(stream, sequence++, [.. row.SelectMany(Text)]);
        await SendAsync(stream, sequence++, [0xFE, 0, 0, status, 0]);
        return sequence;
    }

    private (string[] Columns, string[][] Rows) Result(string statement) => statement.Trim() switch
    {
        var settings when settings.StartsWith("SELECT", StringComparison.Ordinal) =>
            (["server_id", "read_only", "server_uuid"], [["1", "0", "3e11fa47-71ca-11e1-9e33-c80aa9429562"]]),
        var variables when variables.StartsWith("SHOW GLOBAL VARIABLES", StringComparison.Ordinal) =>
            (["Variable_name", "Value"], Variables),
        "SHOW MASTER STATUS" => (["File", "Position"], [["bin.000001", "4711"]]),
        "SHOW BINARY LOGS" => (["Log_name", "File_size"], [["bin.000001", "4711"]]),
        // The thread of every connection is number 7.
        "SHOW PROCESSLIST" => (["Id", "User", "Command", "State"], [["7", "proxyguard", "Query", ""]]),
        _ => (["Slave_IO_State"], []),
    };

    private static byte[] Greeting() =>
    [
        10, .. "5.6.24\0"u8, 7, 0, 0, 0, .. "abcdefgh"u8, 0, 0x09, 0xA2, 33, 2, 0, 0x0B, 0x00, 21, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        .. "ijklmnopqrst\0"u8, .. "mysql_native_password\0"u8,
    ];

    private static byte[] Text(string text) => [(byte)text.Length, .. Encoding.ASCII.GetBytes(text)];

    private static async Task<byte[]> PacketAsync(NetworkStream stream)
    {
        byte[] header = new byte[4];
        await stream.ReadExactlyAsync(header);
        byte[] payload = new byte[header[0] | header[1] << 8 | header[2] << 16];
        await stream.ReadExactlyAsync(payload);
        return payload;
    }

    private async Task SendAsync(NetworkStream stream, byte sequence, byte[] payload)
    {
        byte[] packet = new byte[4 + payload.Length];
        BinaryPrimitives.WriteInt32LittleEndian(packet, payload.Length);
        packet[3] = sequence;
        payload.CopyTo(packet, 4);
        await stream.WriteAsync(packet);
        Interlocked.Add(ref _sent, packet.Length);
    }
}
