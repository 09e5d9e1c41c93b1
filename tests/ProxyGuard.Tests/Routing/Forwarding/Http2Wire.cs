using System.Buffers.Binary;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace ProxyGuard.Tests.Routing.Forwarding;

/// <summary>One frame of HTTP/2: RFC 9113, section 4.1.</summary>
internal sealed record Frame(FrameType Type, byte Flags, int Stream, byte[] Payload)
{
    /// <summary>Of RST_STREAM and GOAWAY.</summary>
    public int ErrorCode => (int)BinaryPrimitives.ReadUInt32BigEndian(Payload.AsSpan(Type == FrameType.GoAway ? 4 : 0));
}

internal enum FrameType : byte
{
    Data = 0,
    Headers = 1,
    Priority = 2,
    ResetStream = 3,
    Settings = 4,
    Ping = 6,
    GoAway = 7,
    WindowUpdate = 8,
    Continuation = 9,
}

/// <summary>A client of HTTP/2 that sends whatever a test wants, right or wrong.</summary>
internal sealed class Http2Wire : IAsyncDisposable
{
    public const byte EndStream = 0x1;
    public const byte EndHeaders = 0x4;

    private readonly TcpClient _client = new();
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromSeconds(20));
    private Stream _stream = null!;

    /// <summary>How many of our SETTINGS the other end has acknowledged, as far as was read.</summary>
    public int SettingsAcknowledged { get; private set; }

    public static async Task<Http2Wire> ConnectAsync(Uri address, string preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
    {
        var wire = new Http2Wire();
        await wire._client.ConnectAsync(address.Host, address.Port);
        wire._stream = wire._client.GetStream();
        if (address.Scheme == Uri.UriSchemeHttps)
            wire._stream = await EncryptedAsync(wire._stream);
        await wire._stream.WriteAsync(Encoding.Latin1.GetBytes(preface));
        await wire.SendAsync(FrameType.Settings, 0, 0, []);
        return wire;
    }

    private static async Task<SslStream> EncryptedAsync(Stream stream)
    {
        var encrypted = new SslStream(stream);
        await encrypted.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "club.example",
            ApplicationProtocols = [SslApplicationProtocol.Http2],
            // The test's own certificate, signed by nobody.
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
        });
        return encrypted;
    }

    public async Task SendAsync(FrameType type, byte flags, int stream, byte[] payload)
    {
        var frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8);
        frame[3] = (byte)type;
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, 9);
        await _stream.WriteAsync(frame, _deadline.Token);
    }

    public Task AskAsync(int stream, params (string Name, string Value)[] headers) =>
        SendAsync(FrameType.Headers, EndHeaders | EndStream, stream, Block(headers));

    /// <summary>The pseudo-headers of a good request, and then others.</summary>
    public static (string Name, string Value)[] Good(params (string Name, string Value)[] others) =>
        [(":method", "GET"), (":scheme", "http"), (":path", "/a"), (":authority", "club.example"), .. others];

    /// <summary>Literal fields without indexing or Huffman coding: RFC 7541, section 6.2.2.</summary>
    public static byte[] Block(params (string Name, string Value)[] headers)
    {
        var block = new List<byte>();
        foreach ((string name, string value) in headers)
        {
            block.Add(0);
            foreach (string text in (string[])[name, value])
            {
                block.Add((byte)text.Length);
                block.AddRange(Encoding.Latin1.GetBytes(text));
            }
        }

        return [.. block];
    }

    /// <summary>The next frame that is no SETTINGS or WINDOW_UPDATE; null when the connection was closed.</summary>
    public async Task<Frame?> ReadAsync()
    {
        try
        {
            while (true)
            {
                var head = new byte[9];
                await _stream.ReadExactlyAsync(head, _deadline.Token);
                var payload = new byte[BinaryPrimitives.ReadInt32BigEndian(head) >>> 8];
                await _stream.ReadExactlyAsync(payload, _deadline.Token);
                var frame = new Frame((FrameType)head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)), payload);
                if (frame is { Type: FrameType.Settings, Flags: 1 })
                    SettingsAcknowledged++;
                if (frame.Type is not (FrameType.Settings or FrameType.WindowUpdate))
                    return frame;
            }
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>The first frame that answers a request: HEADERS, RST_STREAM, GOAWAY; null when the connection was closed.</summary>
    public async Task<Frame?> ReadAnswerAsync()
    {
        while (true)
        {
            Frame? frame = await ReadAsync();
            if (frame is null or { Type: FrameType.Headers or FrameType.ResetStream or FrameType.GoAway })
                return frame;
        }
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        _deadline.Dispose();
        return ValueTask.CompletedTask;
    }
}
