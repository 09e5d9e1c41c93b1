using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ProxyGuard.Tests.Routing.Forwarding;

/// <summary>One whole request, byte by byte in Latin-1.</summary>
internal sealed record RawRequest(string Head, string Body)
{
    public string RequestLine => Head[..Head.IndexOf("\r\n", StringComparison.Ordinal)];

    /// <summary>The values of all lines with this name, as they came.</summary>
    public string[] Header(string name) =>
        [
            .. Head.Split("\r\n").Skip(1).Where(line => line.StartsWith($"{name}:", StringComparison.OrdinalIgnoreCase))
            .Select(line => line[(name.Length + 1)..].Trim(' ')),
        ];

    public string[] Names =>
        [
            .. Head.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Skip(1)
            .Select(line => line[..line.IndexOf(':', StringComparison.Ordinal)]),
        ];
}

/// <summary>A web server that is nothing but a socket: it shows the bytes that arrive and answers with bytes.</summary>
internal sealed class RawUpstream : IAsyncDisposable
{
    public const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    public RawUpstream()
    {
        _listener.Start();
        Address = new Uri($"http://{_listener.LocalEndpoint}/");
        _accepting = AcceptAsync();
    }

    public Uri Address { get; }

    /// <summary>Those that arrived whole, our own questions aside.</summary>
    public ConcurrentQueue<RawRequest> Seen { get; } = new();

    /// <summary>ProxyGuard's own.</summary>
    public ConcurrentQueue<RawRequest> Questions { get; } = new();

    /// <summary>Bytes that arrived, also of requests that did not end.</summary>
    public long Bytes;

    /// <summary>Connections that were closed from the other end.</summary>
    public int Closed;

    /// <summary>
    /// Answers one request, before or after its body is there; <see cref="Ok"/> unless a test says otherwise. False closes the connection.
    /// </summary>
    public Func<RawRequest, NetworkStream, Task<bool>> Answer { get; set; } = Always(Ok);

    /// <summary>What to say to a head whose body is still missing; null says nothing. A final answer also closes the connection.</summary>
    public Func<RawRequest, string?>? OnHead { get; set; }

    public static Func<RawRequest, NetworkStream, Task<bool>> Always(string answer) => async (_, stream) =>
    {
        await stream.WriteAsync(Encoding.Latin1.GetBytes(answer));
        return true;
    };

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
                serving.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using TcpClient connection = client;
        await using NetworkStream stream = client.GetStream();
        var text = new StringBuilder();
        var buffer = new byte[64 * 1024];
        try
        {
            while (true)
            {
                while (Whole(text.ToString()) is not { } request)
                {
                    int read = await stream.ReadAsync(buffer, _stop.Token);
                    if (read == 0)
                    {
                        Interlocked.Increment(ref Closed);
                        return;
                    }

                    Interlocked.Add(ref Bytes, read);
                    bool hadHead = HasHead(text);
                    text.Append(Encoding.Latin1.GetString(buffer, 0, read));
                    if (hadHead || !HasHead(text) || OnHead?.Invoke(new RawRequest(text.ToString(), "")) is not { } early)
                        continue;
                    await stream.WriteAsync(Encoding.Latin1.GetBytes(early));
                    if (!early.StartsWith("HTTP/1.1 1", StringComparison.Ordinal))
                        return;
                }

                RawRequest whole = Whole(text.ToString())!;
                text.Remove(0, whole.Head.Length + 2 + whole.Body.Length);
                (whole.Header("User-Agent") is ["ProxyGuard"] ? Questions : Seen).Enqueue(whole);
                if (!await Answer(whole, stream))
                    return;
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            Interlocked.Increment(ref Closed);
        }
    }

    private static bool HasHead(StringBuilder text) => text.ToString().Contains("\r\n\r\n", StringComparison.Ordinal);

    private static RawRequest? Whole(string text)
    {
        int end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
            return null;
        var head = new RawRequest(text[..(end + 2)], "");
        string rest = text[(end + 4)..];
        if (head.Header("Transfer-Encoding") is ["chunked"])
            return rest.EndsWith("0\r\n\r\n", StringComparison.Ordinal) ? head with { Body = rest } : null;
        int length = head.Header("Content-Length") is [{ } said] ? int.Parse(said) : 0;
        return rest.Length >= length ? head with { Body = rest[..length] } : null;
    }
}
