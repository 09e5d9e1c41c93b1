using System.Text;
using ProxyGuard.Tests.Routing.Forwarding;

namespace ProxyGuard.Tests.Routing.Requests;

/// <summary>Two readers of the same bytes never see two different requests.</summary>
public class FramingTests(RawSite raw) : IClassFixture<RawSite>
{
    private const string Smuggled = "GET /smuggled HTTP/1.1\r\nHost: club.example\r\n\r\n";

    public static TheoryData<string> DoubtfulLengths =>
    [
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        "Content-Length: 5, 5\r\n\r\nhello", "Content-Length: 5,6\r\n\r\nhello",
        "Content-Length: +5\r\n\r\nhello", "Content-Length: 0x5\r\n\r\nhello", "Content-Length: -5\r\n\r\nhello",
        "Content-Length: 5 5\r\n\r\nhello", "Content-Length: 5.0\r\n\r\nhello",
        "Content-Length: \r\n\r\nhello", "Content-Length: 99999999999999999999\r\n\r\nhello",
        "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: identity\r\n\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
        "X-Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ];

    public static TheoryData<string> DoubtfulHeaders =>
    [
        "X-A: 1\r\n X-B: folded\r\n\r\n", "X-A: 1\r\n\tfolded\r\n\r\n", " X-First: 1\r\n\r\n", "X-A : 1\r\n\r\n", "X-A\t: 1\r\n\r\n",
        "X-A: a\0b\r\n\r\n", "X\0A: 1\r\n\r\n", ": 1\r\n\r\n", "X-A\r\n\r\n",
        "X-A: 1\rX-B: 2\r\n\r\n", "Content-Length : 5\r\n\r\nhello", "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        "X-A: a\u0001b\r\nX-C: d\re\r\n\r\n",
    ];

    public static TheoryData<string> DoubtfulChunks =>
    [
        "5\nhello\r\n0\r\n\r\n", "5\r\nhello\n0\r\n\r\n", "5;a\nb\r\nhello\r\n0\r\n\r\n", "5;a=\n\r\nhello\r\n0\r\n\r\n",
        "0x5\r\nhello\r\n0\r\n\r\n", "+5\r\nhello\r\n0\r\n\r\n", "-5\r\nhello\r\n0\r\n\r\n", "5 \n\r\nhello\r\n0\r\n\r\n",
        "\r\nhello\r\n0\r\n\r\n", "fffffffff\r\nhello\r\n0\r\n\r\n", "5\r\nhelloXX0\r\n\r\n",
    ];

    [Theory]
    [MemberData(nameof(DoubtfulLengths))]
    public Task An_ambiguous_body_length_is_rejected_and_the_connection_closed(string rest) =>
        RefusedAsync($"POST /photos HTTP/1.1\r\nHost: club.example\r\n{rest}{Smuggled}");

    [Theory]
    [MemberData(nameof(DoubtfulHeaders))]
    public Task An_ambiguous_header_is_rejected_and_the_connection_closed(string rest) =>
        RefusedAsync($"GET /photos HTTP/1.1\r\nHost: club.example\r\n{rest}{Smuggled}");

    /// <summary>A body is passed on while it comes: its head may have arrived when the doubt shows, but never a whole request.</summary>
    [Theory]
    [MemberData(nameof(DoubtfulChunks))]
    public async Task A_request_with_an_ambiguous_chunk_is_never_forwarded_as_complete(string chunks)
    {
        raw.Upstream.Seen.Clear();

        string answer = await raw.AskAsync(
            $"POST /photos HTTP/1.1\r\nHost: club.example\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}{Smuggled}");

        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.Single(answer.Split("HTTP/1.1 ", StringSplitOptions.RemoveEmptyEntries));
        Assert.Empty(raw.Upstream.Seen);
    }

    [Theory]
    [InlineData("GET /a HTTP/1.1\nHost: club.example\n\n")]
    [InlineData("GET  /a HTTP/1.1\r\nHost: club.example\r\n\r\n")]
    [InlineData("GET /a HTTP/1.1\r\n\r\n")]
    [InlineData("GET /a HTTP/1.1\r\nHost: a.example\r\nHost: b.example\r\n\r\n")]
    [InlineData("GET /a HTTP/1.1\r\nHost: a.example, b.example\r\n\r\n")]
    [InlineData("GET /a HTTP/1.1\r\nHost: a..example\r\n\r\n")]
    [InlineData("POST /a HTTP/1.1\r\nHost: .example\r\nContent-Length: 2\r\n\r\nok")]
    [InlineData("GET http://a.example/a HTTP/1.1\r\nHost: b.example\r\n\r\n")]
    [InlineData("GET /a#b HTTP/1.1\r\nHost: club.example\r\n\r\n")]
    [InlineData("GET http://club.example\\_proxyguard/ HTTP/1.1\r\nHost: club.example\r\n\r\n")]
    [InlineData("GET ftp://club.example/a HTTP/1.1\r\nHost: club.example\r\n\r\n")]
    [InlineData("GET /a HTTP/2.0\r\nHost: club.example\r\n\r\n")]
    [InlineData("GET /caf\u00e9 HTTP/1.1\r\nHost: club.example\r\n\r\n")]
    [InlineData("G\u00c9T /a HTTP/1.1\r\nHost: club.example\r\n\r\n")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")]
    public async Task A_request_with_an_ambiguous_request_line_or_host_is_never_forwarded(string request)
    {
        raw.Upstream.Seen.Clear();

        string answer = await raw.AskAsync(request);

        Assert.Matches("^(HTTP/1.1 (400|505) .*|)", answer);
        Assert.DoesNotContain("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.Empty(raw.Upstream.Seen);
    }

    [Theory]
    [InlineData("CONNECT club.example:443 HTTP/1.1\r\nHost: club.example:443\r\n\r\n")]
    [InlineData("TRACE / HTTP/1.1\r\nHost: club.example\r\n\r\n")]
    public async Task CONNECT_and_TRACE_are_rejected(string request)
    {
        await raw.RefusedAsync(request, 405);
    }

    [Theory]
    [InlineData("gzip, chunked")]
    [InlineData("chunked, chunked")]
    [InlineData("identity, chunked")]
    public Task A_transfer_coding_other_than_chunked_is_rejected(string coding) =>
        raw.RefusedAsync($"POST /a HTTP/1.1\r\nHost: club.example\r\nTransfer-Encoding: {coding}\r\n\r\n0\r\n\r\n", 501);

    [Fact]
    public async Task A_header_with_an_invalid_name_is_not_forwarded()
    {
        RawRequest seen = await raw.ForwardedAsync(
            "GET /a HTTP/1.1\r\nHost: club.example\r\nX(A): 1\r\nX-B: 2\r\nConnection: close\r\n\r\n");

        Assert.DoesNotContain("X(A)", seen.Head, StringComparison.Ordinal);
        Assert.Equal(["2"], seen.Header("X-B"));
    }

    [Fact]
    public async Task An_h2c_upgrade_is_never_forwarded()
    {
        RawRequest seen = await raw.ForwardedAsync(
            "GET /a HTTP/1.1\r\nHost: club.example\r\nConnection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n");

        Assert.Empty(seen.Header("Upgrade"));
        Assert.Empty(seen.Header("HTTP2-Settings"));
    }

    [Fact]
    public async Task A_WebSocket_refused_by_the_upstream_stays_HTTP()
    {
        raw.Upstream.Seen.Clear();

        string answer = await raw.AskAsync(
            "GET /a HTTP/1.1\r\nHost: club.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            + "GET /b HTTP/1.1\r\nHost: club.example\r\nConnection: close\r\n\r\n");

        Assert.Equal(
            ["HTTP/1.1 200 OK", "HTTP/1.1 200 OK"],
            answer.Split("\r\n").Select(line => line.Replace("ok", "", StringComparison.Ordinal))
                .Where(line => line.StartsWith("HTTP/", StringComparison.Ordinal)));
        Assert.Equal(["GET /a HTTP/1.1", "GET /b HTTP/1.1"], raw.Upstream.Seen.Select(seen => seen.RequestLine));
        Assert.Equal([["websocket"], []], raw.Upstream.Seen.Select(seen => seen.Header("Upgrade")));
    }

    [Fact]
    public async Task Pipelined_requests_are_answered_in_order()
    {
        raw.Upstream.Seen.Clear();
        raw.Upstream.Answer = async (request, stream) =>
        {
            string body = request.RequestLine.Split(' ')[1];
            await stream.WriteAsync(Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
            return true;
        };

        string answer = await raw.AskAsync(
            string.Concat(Enumerable.Range(0, 8)
                .Select(i => $"GET /p{i} HTTP/1.1\r\nHost: club.example\r\n\r\n")) + "GET /last HTTP/1.1\r\nHost: club.example\r\nConnection: close\r\n\r\n");
        raw.Upstream.Answer = RawUpstream.Always(RawUpstream.Ok);

        string[] bodies = [.. answer.Split("\r\n\r\n").Skip(1).Select(part => part.Split("HTTP/1.1")[0])];
        Assert.Equal(["/p0", "/p1", "/p2", "/p3", "/p4", "/p5", "/p6", "/p7", "/last"], bodies);
    }

    [Fact]
    public async Task A_chunked_body_is_reframed()
    {
        RawRequest seen = await raw.ForwardedAsync(
            "POST /a HTTP/1.1\r\nHost: club.example\r\nTransfer-Encoding: Chunked\r\nConnection: close\r\n\r\n2;note=x\r\nhe\r\n003\r\nllo\r\n0\r\nX-Trailer: 1\r\n\r\n");

        Assert.Equal(["chunked"], seen.Header("Transfer-Encoding"));
        Assert.DoesNotContain("note", seen.Body, StringComparison.Ordinal);
        Assert.Contains("he", seen.Body, StringComparison.Ordinal);
        Assert.Contains("llo", seen.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OPTIONS_asterisk_is_answered_by_the_proxy()
    {
        raw.Upstream.Seen.Clear();

        string answer = await raw.AskAsync("OPTIONS * HTTP/1.1\r\nHost: club.example\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
        Assert.Empty(raw.Upstream.Seen);
    }

    private Task RefusedAsync(string request) => raw.RefusedAsync(request, 400);
}
