using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using ProxyGuard.Tests.Routing.Forwarding;

namespace ProxyGuard.Tests.Routing.Requests;

/// <summary>
/// What the http-garden (https://github.com/narfindustries/http-garden) does to proxies: good requests with one byte wrong, at every place
/// of their heads and chunk lines, and a second request behind them. The web server must see exactly those requests that the client gets
/// answers to, in their order, and each of them framed in one way only.
/// </summary>
public sealed partial class SmugglingTests(RawSite raw) : IClassFixture<RawSite>
{
    private const string Canary = "GET /canary HTTP/1.1\r\nHost: club.example\r\nConnection: close\r\n\r\n";

    // In a body, and so never to be a request of its own.
    private const string Hidden = "GET /hidden HTTP/1.1\r\nHost: club.example\r\n\r\n";

    private const int AtOnce = 24;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(1.5);

    private static readonly char[] Wrong =
        ['\0', '\t', '\n', '\r', '\v', '\f', ' ', ',', ':', ';', '"', '+', '-', '0', '_', '\u007f', '\u0080', '\u0085', '\u00a0', '\u00ff'];

    public static TheoryData<string, string, string> Seeds => new()
    {
        { "a length", $"POST /seed HTTP/1.1\r\nHost: club.example\r\nContent-Length: {Hidden.Length}\r\n\r\n", Hidden },
        { "chunks", "POST /seed HTTP/1.1\r\nHost: club.example\r\nTransfer-Encoding: chunked\r\n\r\n",
            $"{Hidden.Length:x}\r\n{Hidden}\r\n0\r\n\r\n" },
        { "a trailer", "POST /seed HTTP/1.1\r\nHost: club.example\r\nTransfer-Encoding: chunked\r\n\r\n",
            $"2;a=b\r\nok\r\n0\r\nX-Hidden: {Hidden.Length}\r\n\r\n" },
        { "none", "GET /seed HTTP/1.1\r\nHost: club.example\r\nX-Hidden: 1\r\n\r\n", "" },
    };

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task A_request_with_one_wrong_byte_arrives_as_one_request_or_none(string framing, string head, string body)
    {
        raw.Upstream.Seen.Clear();
        raw.Upstream.Answer = static async (request, stream) =>
        {
            string echo = $"[{request.RequestLine}]";
            await stream.WriteAsync(Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {echo.Length}\r\n\r\n{echo}"));
            return true;
        };
        string[] mutations = [.. Mutations(head, body).Distinct()];
        Assert.True(mutations.Length > 300, $"{mutations.Length} mutations of {framing}");
        var answers = new ConcurrentDictionary<string, (string Sent, string[] Echoed)>();

        await Parallel.ForEachAsync(mutations.Index(), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (mutation, _) =>
        {
            // By its address each is known again at the web server, whatever became of its headers.
            string from = $"127.1.{mutation.Index / 250}.{1 + mutation.Index % 250}";
            answers[from] = (mutation.Item, await EchoedAsync(mutation.Item + Canary, from));
        });

        raw.Upstream.Answer = RawUpstream.Always(RawUpstream.Ok);
        ILookup<string, RawRequest> seen = raw.Upstream.Seen.ToLookup(request => Assert.Single(request.Header("X-Forwarded-For")));
        foreach ((string from, (string sent, string[] echoed)) in answers)
        {
            string said =
                $"{framing}: {sent.Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}";
            Assert.True(
                echoed.SequenceEqual(seen[from].Select(request => request.RequestLine)),
                $"{said}\nanswered: {string.Join(", ", echoed)}\narrived: {string.Join(", ", seen[from].Select(request => request.RequestLine))}");
            // Whoever finds a length in it, however generously they read, must not see another request than we do.
            Assert.False(
                Framed().IsMatch(sent) && seen[from].Any(request => request.RequestLine.Contains("hidden", StringComparison.Ordinal)),
                said);
            Assert.All(seen[from], request => Assert.True(IsWellFramed(request), $"{said}\n{request.Head}"));
        }

        // The test would also pass if nothing were let through.
        Assert.Contains(answers.Values, answer => answer.Echoed.Length == 2);
        Assert.Contains(answers.Values, answer => answer.Echoed.Length == 0);
    }

    /// <summary>One byte inserted, replaced, left out or doubled, at every place of the head and of the lines between the chunks.</summary>
    private static IEnumerable<string> Mutations(string head, string body)
    {
        string whole = head + body;
        int hidden = body.IndexOf(Hidden, StringComparison.Ordinal) is var at and >= 0 ? head.Length + at : whole.Length;
        int turn = 0;
        for (int place = 0; place < whole.Length; place++)
        {
            if (place >= hidden && place < hidden + Hidden.Length)
                continue;
            yield return whole.Remove(place, 1);
            yield return whole.Insert(place, whole[place].ToString());
            // In turn, so that every one comes to every kind of place and the test to its end.
            for (int i = 0; i < 4; i++, turn++)
            {
                yield return whole.Insert(place, Wrong[turn % Wrong.Length].ToString());
                yield return whole.Remove(place, 1).Insert(place, Wrong[(turn + 7) % Wrong.Length].ToString());
            }
        }
    }

    /// <summary>The request lines that the web server says it has seen, in the order of the answers.</summary>
    private async Task<string[]> EchoedAsync(string bytes, string from)
    {
        using TcpClient client = await raw.ConnectAsync(from);
        NetworkStream stream = client.GetStream();
        var answer = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(bytes));
            // Whatever waits for more than there is ends with our patience.
            using var patience = new CancellationTokenSource(Deadline);
            for (int read; (read = await stream.ReadAsync(buffer, patience.Token)) > 0;)
                answer.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
        }

        return [.. Echo().Matches(answer.ToString()).Select(match => match.Groups[1].Value)];
    }

    private static bool IsWellFramed(RawRequest request)
    {
        string[] lines = request.Head.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        bool isOneFrame = (
            request.Header("Content-Length"), request.Header("Transfer-Encoding")) is ([], []) or ([_], []) or ([], ["chunked"]);
        return isOneFrame && request.Header("Host") is [_] && RequestLine().IsMatch(lines[0])
            && lines.Skip(1).All(line => HeaderLine().IsMatch(line));
    }

    [GeneratedRegex(@"\[([^\]]* HTTP/1\.1)\]")]
    private static partial Regex Echo();

    [GeneratedRegex(@"[\r\n](content-length|transfer-encoding)[\s\0]*:", RegexOptions.IgnoreCase)]
    private static partial Regex Framed();

    [GeneratedRegex(@"^[!#-'*+.^_`|~0-9A-Za-z-]+ [!-~]+ HTTP/1\.1$")]
    private static partial Regex RequestLine();

    [GeneratedRegex(@"^[!#-'*+.^`|~0-9A-Za-z-]+: [^\0\r\n]*$")]
    private static partial Regex HeaderLine();
}
