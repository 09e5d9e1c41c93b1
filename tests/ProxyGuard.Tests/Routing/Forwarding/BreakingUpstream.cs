using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ProxyGuard.Tests.Routing.Forwarding;

/// <summary>
/// A web server that answers the first request on every connection and breaks the connection in the middle of the next one, after as many
/// of its bytes as it is told.
/// </summary>
internal sealed class BreakingUpstream : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private int _broken;

    public BreakingUpstream()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/";

    /// <summary>How many bytes of a request are read before the connection breaks, at most all of them; null answers.</summary>
    public int? BreaksAfter { get; set; }

    /// <summary>Whether it breaks with a reset; else it closes as if all were well.</summary>
    public bool Resets { get; set; }

    /// <summary>How often at least one byte of a request with that method arrived.</summary>
    public int Began(string method) =>
        _began.Count(line => method.StartsWith(line, StringComparison.Ordinal) || line.StartsWith(method, StringComparison.Ordinal));

    public int Broken => Volatile.Read(ref _broken);

    private readonly System.Collections.Concurrent.ConcurrentQueue<string> _began = new();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptSocketAsync(_stop.Token);
                _ = ServeAsync(socket);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            try
            {
                for (bool isFirst = true; await ReadAsync(socket, isFirst); isFirst = false)
                    await socket.SendAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"), _stop.Token);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
            }
        }
    }

    /// <summary>One request, headers and as much body as Content-Length says; false when the connection is over.</summary>
    private async Task<bool> ReadAsync(Socket socket, bool isFirst)
    {
        var request = new StringBuilder();
        var one = new byte[1];
        for (int length = -1; length < 0 || request.Length < length;)
        {
            if (!isFirst && request.Length > 0 && request.Length == BreaksAfter)
                return Break(socket);
            if (await socket.ReceiveAsync(one, _stop.Token) == 0)
                return false;
            request.Append((char)one[0]);
            if (request.Length == 4)
                _began.Enqueue(request.ToString());
            if (length < 0 && one[0] == '\n' && request.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
                length = request.Length + BodyOf(request.ToString());
        }

        // All of it has arrived: whoever works on it may have done it.
        return isFirst || BreaksAfter is null || Break(socket);
    }

    private bool Break(Socket socket)
    {
        Interlocked.Increment(ref _broken);
        if (Resets)
            socket.LingerState = new LingerOption(true, 0);
        else
            socket.Shutdown(SocketShutdown.Both);
        return false;
    }

    private static int BodyOf(string headers)
    {
        int at = headers.IndexOf("Content-Length: ", StringComparison.OrdinalIgnoreCase);
        return at < 0 ? 0 : int.Parse(headers[(at + 16)..].Split('\r')[0], System.Globalization.CultureInfo.InvariantCulture);
    }
}
