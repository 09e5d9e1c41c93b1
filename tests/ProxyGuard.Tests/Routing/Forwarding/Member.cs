using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using ProxyGuard.Testing;

namespace ProxyGuard.Tests.Routing.Forwarding;

/// <summary>A member whose connection is a bare socket.</summary>
internal sealed class Member(TcpClient client) : IDisposable
{
    private const int Piece = 64 * 1024;

    private static readonly byte[] Bytes = new byte[Piece];

    public NetworkStream Stream => client.GetStream();

    public static async Task<Member> ConnectAsync(GuardedSite site)
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(site.Address.Host, site.Address.Port);
        return new Member(client);
    }

    public void Dispose() => client.Dispose();

    public Task SendAsync(string text) => Stream.WriteAsync(Encoding.Latin1.GetBytes(text)).AsTask();

    public async Task<string> AskAsync(string request)
    {
        await SendAsync(request);
        return await AnswerAsync();
    }

    /// <summary>Slowly until there is an answer, then to its end at once. How long the answer took, since the beginning.</summary>
    /// <param name="waits">After the first piece, for the answer.</param>
    public async Task<(string Answer, TimeSpan After)> UploadAsync(string target, int bytes, bool isChunked, bool waits = false)
    {
        string framing = isChunked ? "Transfer-Encoding: chunked" : $"Content-Length: {bytes}";
        await SendAsync($"POST {target} HTTP/1.1\r\nHost: club.example\r\n{framing}\r\n\r\n");
        var time = Stopwatch.StartNew();
        TimeSpan after = default;
        Task<string> answer = AnswerAsync();
        _ = answer.ContinueWith(_ => after = time.Elapsed, TaskContinuationOptions.ExecuteSynchronously);
        try
        {
            for (int sent = 0; sent < bytes; sent += Piece)
            {
                if (isChunked)
                    await SendAsync($"{Piece:x}\r\n");
                await Stream.WriteAsync(Bytes);
                if (isChunked)
                    await SendAsync("\r\n");
                await (waits ? answer : (Task)Task.WhenAny(answer, Task.Delay(10)));
            }

            if (isChunked)
                await SendAsync("0\r\n\r\n");
        }
        catch (IOException)
        {
            // What counts is whether there is an answer.
        }

        return (await answer.WaitAsync(TimeSpan.FromSeconds(30)), after);
    }

    /// <summary>One answer, with its body.</summary>
    public async Task<string> AnswerAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        var text = new StringBuilder();
        var buffer = new byte[4096];
        while (!IsWhole(text.ToString()))
        {
            int read = await Stream.ReadAsync(buffer, deadline.Token);
            if (read == 0)
                return $"{text}[closed]";
            text.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }

        return text.ToString();
    }

    private static bool IsWhole(string text)
    {
        int head = text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
        return head > 3 && (text.Contains("chunked", StringComparison.Ordinal)
            ? text.EndsWith("0\r\n\r\n", StringComparison.Ordinal)
            : text.Length - head >= UploadUpstream.LengthIn(text[..head]));
    }
}
