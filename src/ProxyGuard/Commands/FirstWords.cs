using System.Net.Sockets;
using System.Text;
using ProxyGuard.Ground.Telemetry;

namespace ProxyGuard.Commands;

/// <summary>
/// What listens on a port that does not greet as a database server does. For <c>check</c> alone: it costs a server that is frozen one more
/// interrupted handshake, which nobody must do again and again.
/// </summary>
internal static class FirstWords
{
    private const int MostBytes = 60;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Such as "it says SSH-2.0-OpenSSH_9.2"; null when it is not known.</summary>
    public static async Task<string?> AskAsync(string host, int port, CancellationToken stop)
    {
        try
        {
            using var client = new TcpClient();
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
            deadline.CancelAfter(3 * Patience);
            await client.ConnectAsync(host, port, deadline.Token).ConfigureAwait(false);
            // SSH, mail and most others greet first, as MySQL does; HTTP waits.
            if (await ReadAsync(client.Client, deadline.Token).ConfigureAwait(false) is { Length: > 0 } greeting)
                return $"it says \"{greeting}\"";
            await client.Client.SendAsync("HEAD / HTTP/1.0\r\n\r\n"u8.ToArray(), deadline.Token).ConfigureAwait(false);
            string answer = await ReadAsync(client.Client, deadline.Token).ConfigureAwait(false);
            return answer.StartsWith("HTTP/", StringComparison.Ordinal) ? "it is a web server" : null;
        }
        catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            return null;
        }
    }

    /// <summary>Its first line; empty when it says nothing for a second, or nothing that can be shown.</summary>
    private static async Task<string> ReadAsync(Socket socket, CancellationToken stop)
    {
        byte[] buffer = new byte[MostBytes];
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        try
        {
            int length = await socket.ReceiveAsync(buffer, patience.Token).ConfigureAwait(false);
            string line = Encoding.ASCII.GetString(buffer, 0, length).Split('\r', '\n')[0];
            return line.Any(char.IsControl) ? "" : VisibleText.Of(line);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return "";
        }
    }
}
