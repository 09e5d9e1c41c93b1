using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ProxyGuard.Tests.Routing.Requests.Judge;

/// <summary>
/// One connection on which targets are sent byte by byte, one after the other; a new one where the other end has closed it.
/// </summary>
internal sealed class JudgeClient(IPEndPoint server) : IDisposable
{
    private readonly byte[] _buffer = new byte[256 * 1024];
    private Socket? _socket;

    /// <summary>The status of the last answer.</summary>
    public int Status { get; private set; }

    /// <summary>What X-Ran says; empty where the answer has none, and so did not come from PHP.</summary>
    /// <param name="fields">Header lines, each with its end.</param>
    /// <param name="body">One character for each byte.</param>
    public async Task<string> AskAsync(string method, string target, string fields = "", string body = "")
    {
        byte[] request = Encoding.Latin1.GetBytes(
            $"{method} {target} HTTP/1.1\r\nHost: club.example\r\nAccept: application/json\r\n{fields}Content-Length: {body.Length}\r\n\r\n{body}");
        bool isReused = _socket is not null;
        string? head = await ExchangeAsync(request, method == "HEAD");
        // It was closed while nobody looked.
        if (head is null && isReused)
            head = await ExchangeAsync(request, method == "HEAD");
        if (head is null)
            throw new IOException($"no answer to {method} {target}");
        Status = int.Parse(head.AsSpan(9, 3), CultureInfo.InvariantCulture);
        return Header(head, "X-Ran") ?? "";
    }

    public void Dispose() => _socket?.Dispose();

    private async Task<string?> ExchangeAsync(byte[] request, bool isHead)
    {
        if (_socket is null)
        {
            _socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await _socket.ConnectAsync(server);
        }

        try
        {
            await _socket.SendAsync(request);
            int filled = 0;
            while (true)
            {
                int end = _buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8);
                if (end >= 0)
                    return await FinishAsync(Encoding.Latin1.GetString(_buffer, 0, end), filled - end - 4, isHead);
                int read = await _socket.ReceiveAsync(_buffer.AsMemory(filled));
                if (read == 0)
                    break;
                filled += read;
            }
        }
        catch (SocketException)
        {
            // As good as closed.
        }

        Close();
        return null;
    }

    private async Task<string> FinishAsync(string head, int had, bool isHead)
    {
        long rest = isHead
            ? 0
            : (Header(head, "Content-Length") is { } length ? long.Parse(length, CultureInfo.InvariantCulture) : 0) - had;
        while (rest > 0 && await _socket!.ReceiveAsync(_buffer) is > 0 and var read)
            rest -= read;
        if (Header(head, "Connection") == "close" || Header(head, "Transfer-Encoding") is not null)
            Close();
        return head;
    }

    private void Close()
    {
        _socket?.Dispose();
        _socket = null;
    }

    private static string? Header(string head, string name)
    {
        foreach (string line in head.Split("\r\n"))
        {
            if (line.StartsWith($"{name}: ", StringComparison.OrdinalIgnoreCase))
                return line[(name.Length + 2)..];
        }

        return null;
    }
}
