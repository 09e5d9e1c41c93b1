using System.Net;
using System.Text.Json.Nodes;
using ProxyGuard.Testing;
using ProxyGuard.Tests.Ground.Settings;

namespace ProxyGuard.Tests.Routing.Forwarding;

/// <summary>A site that speaks HTTP/2, in the clear so that frames can be written by hand.</summary>
public sealed class Http2Site : RawSite
{
    internal override void Change(JsonObject json)
    {
        json.Put("Kestrel:Endpoints:Web", JsonNode.Parse("""{ "Url": "http://127.0.0.1:0", "Protocols": "Http2" }"""));
        json.Put("ProxyGuard:Limits:MaxStreamsPerConnection", 3);
    }
}

/// <summary>Requests over HTTP/2: what a proxy in front of HTTP/1.1 must not let through, and what it must.</summary>
public class Http2Tests(Http2Site raw) : IClassFixture<Http2Site>
{
    private const byte Status200 = 0x88;
    private const int ProtocolError = 1;
    private const int CompressionError = 9;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_HTTP_2_request_arrives_as_HTTP_1_1()
    {
        raw.Upstream.Seen.Clear();
        await using Http2Wire wire = await ConnectAsync();

        await wire.AskAsync(1, Http2Wire.Good(("te", "trailers"), ("cookie", "a=1"), ("cookie", "b=2"), ("x-caf", "caf\u00e9")));

        Assert.Equal(Status200, (await wire.ReadAnswerAsync())!.Payload[0]);
        RawRequest seen = Assert.Single(raw.Upstream.Seen);
        Assert.Equal("GET /a HTTP/1.1", seen.RequestLine);
        Assert.Equal(["club.example"], seen.Header("Host"));
        Assert.Equal(["a=1; b=2"], seen.Header("Cookie"));
        Assert.Equal(["caf\u00e9"], seen.Header("X-Caf"));
        Assert.Matches("^proxyguard-", Assert.Single(seen.Header("X-ProxyGuard-Via")));
    }

    public static TheoryData<string, string> HeadersOfAConnection =>
        new() { { "connection", "close" }, { "keep-alive", "timeout=5" }, { "proxy-connection", "keep-alive" },
            { "transfer-encoding", "chunked" }, { "upgrade", "websocket" }, { "te", "gzip" } };

    [Theory]
    [MemberData(nameof(HeadersOfAConnection))]
    public Task A_connection_specific_header_ends_the_stream(string name, string value) => EndsAsync(Http2Wire.Good((name, value)));

    [Theory]
    [InlineData("X-Upper", "1")]
    [InlineData("x-cr", "a\rb")]
    [InlineData("x-lf", "a\nGET /smuggled HTTP/1.1")]
    [InlineData("x-nul", "a\0b")]
    [InlineData("", "1")]
    [InlineData(":path", "/b")]
    [InlineData(":status", "200")]
    [InlineData(":unknown", "1")]
    [InlineData("content-length", "5")]
    [InlineData("content-length", "+0")]
    public Task A_malformed_header_ends_the_stream_or_is_rejected(string name, string value) => EndsAsync(Http2Wire.Good((name, value)));

    /// <summary>Kestrel lets them through: a header whose name is none, and another Host beside :authority.</summary>
    [Fact]
    public async Task Invalid_header_names_and_a_foreign_Host_are_not_forwarded()
    {
        raw.Upstream.Seen.Clear();
        await using Http2Wire wire = await ConnectAsync();

        await wire.AskAsync(1, Http2Wire.Good(("x:y", "1"), ("x y", "2"), ("host", "other.example")));

        await wire.ReadAnswerAsync();
        RawRequest seen = Assert.Single(raw.Upstream.Seen);
        Assert.Equal(["club.example"], seen.Header("Host"));
        Assert.All(seen.Names, name => Assert.Matches("^[A-Za-z-]+$", name));
    }

    [Theory]
    [InlineData(":method")]
    [InlineData(":scheme")]
    [InlineData(":path")]
    public Task A_request_without_a_required_pseudo_header_ends_the_stream(string missing) =>
        EndsAsync([.. Http2Wire.Good().Where(header => header.Name != missing)]);

    [Theory]
    [InlineData(":path", "/a\r\nX: y")]
    [InlineData(":path", "/a b")]
    [InlineData(":path", "")]
    [InlineData(":path", "a")]
    [InlineData(":path", "/a#b")]
    [InlineData(":path", "http://club.example/a")]
    [InlineData(":method", "GET /smuggled HTTP/1.1\r\nX:")]
    [InlineData(":authority", "a b")]
    [InlineData(":authority", "a@b.example")]
    [InlineData(":authority", "club.example/x")]
    [InlineData(":scheme", "javascript")]
    public Task A_malformed_pseudo_header_never_arrives(string name, string value) =>
        EndsAsync([.. Http2Wire.Good().Select(header => header.Name == name ? (name, value) : header)]);

    [Theory]
    [InlineData("CONNECT")]
    [InlineData("TRACE")]
    public async Task CONNECT_and_TRACE_are_rejected(string method)
    {
        (string, string)[] headers = method == "CONNECT"
            ? [(":method", method), (":authority", "club.example:443")]
            : [.. Http2Wire.Good().Select(header => header.Name == ":method" ? (header.Name, method) : header)];
        await EndsAsync(headers);
    }

    [Theory]
    [InlineData("/_ProxyGuard/")]
    [InlineData("//_proxyguard/")]
    [InlineData("/%5fproxyguard/")]
    [InlineData("/x/../_proxyguard/")]
    public Task Other_spellings_of_the_reserved_prefix_are_never_forwarded(string path) =>
        EndsAsync([.. Http2Wire.Good().Select(header => header.Name == ":path" ? (header.Name, path) : header)]);

    [Fact]
    public async Task A_path_arrives_byte_for_byte()
    {
        raw.Upstream.Seen.Clear();
        await using Http2Wire wire = await ConnectAsync();

        await wire.AskAsync(
            1, [.. Http2Wire.Good().Select(header => header.Name == ":path" ? (header.Name, "/a%2Fb%252F//./c/../%E9?x=%zz") : header)]);

        await wire.ReadAnswerAsync();
        Assert.Equal("GET /a%2Fb%252F//./c/../%E9?x=%zz HTTP/1.1", Assert.Single(raw.Upstream.Seen).RequestLine);
    }

    [Theory]
    [InlineData("3", "hello")]
    [InlineData("9", "hello")]
    public async Task A_body_that_contradicts_its_content_length_is_never_forwarded_as_complete(string length, string body)
    {
        raw.Upstream.Seen.Clear();
        await using Http2Wire wire = await ConnectAsync();

        await wire.SendAsync(
            FrameType.Headers, Http2Wire.EndHeaders, 1,
            Http2Wire.Block([(":method", "POST"), (":scheme", "http"), (":path", "/a"), (":authority", "club.example"),
                ("content-length", length)]));
        await wire.SendAsync(FrameType.Data, Http2Wire.EndStream, 1, System.Text.Encoding.Latin1.GetBytes(body));

        Frame? answer = await wire.ReadAnswerAsync();
        Assert.True(answer is null or { Type: FrameType.ResetStream or FrameType.GoAway } || answer.Payload[0] != Status200);
        Assert.Empty(raw.Upstream.Seen);
    }

    [Fact]
    public async Task An_upstream_that_dies_mid_response_resets_the_stream()
    {
        raw.Upstream.Answer = async (_, stream) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"u8.ToArray());
            return false;
        };
        await using Http2Wire wire = await ConnectAsync();
        await wire.AskAsync(1, Http2Wire.Good());

        Frame? answer = await wire.ReadAnswerAsync();
        while (answer is { Type: FrameType.Headers })
            answer = await wire.ReadAnswerAsync();
        raw.Upstream.Answer = RawUpstream.Always(RawUpstream.Ok);

        Assert.Equal((FrameType.ResetStream, 1), (answer!.Type, answer.Stream));
    }

    [Fact]
    public async Task A_large_upload_passes()
    {
        raw.Upstream.Seen.Clear();

        using HttpResponseMessage answer = await SendAsync(HttpMethod.Post, "/upload", new StreamContent(new Zeros(300_000)));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.InRange(Assert.Single(raw.Upstream.Seen).Body.Length, 300_000, 310_000);
    }

    [Theory]
    [InlineData("x-first", "1")]
    [InlineData("content-length", "0")]
    public Task A_pseudo_header_after_a_regular_header_ends_the_stream(string name, string value)
    {
        (string Name, string Value)[] good = Http2Wire.Good();
        return EndsAsync([good[0], good[1], (name, value), good[2], good[3]]);
    }

    [Theory]
    [InlineData(":path", "/other")]
    [InlineData("connection", "close")]
    [InlineData("X-Upper", "1")]
    public async Task A_request_with_an_invalid_trailer_is_never_forwarded(string name, string value)
    {
        raw.Upstream.Seen.Clear();
        await using Http2Wire wire = await ConnectAsync();

        await wire.SendAsync(
            FrameType.Headers, Http2Wire.EndHeaders, 1,
            Http2Wire.Block([(":method", "POST"), (":scheme", "http"), (":path", "/a"), (":authority", "club.example")]));
        await wire.SendAsync(FrameType.Headers, Http2Wire.EndHeaders | Http2Wire.EndStream, 1, Http2Wire.Block([(name, value)]));

        Frame? answer = await wire.ReadAnswerAsync();
        Assert.True(answer is null or { Type: FrameType.ResetStream or FrameType.GoAway } || answer.Payload[0] != Status200, $"{answer}");
        Assert.Empty(raw.Upstream.Seen);
    }

    [Fact]
    public async Task Request_trailers_are_not_forwarded()
    {
        raw.Upstream.Seen.Clear();
        await using Http2Wire wire = await ConnectAsync();

        await wire.SendAsync(
            FrameType.Headers, Http2Wire.EndHeaders, 1,
            Http2Wire.Block([(":method", "POST"), (":scheme", "http"), (":path", "/a"), (":authority", "club.example")]));
        await wire.SendAsync(FrameType.Data, 0, 1, "hello"u8.ToArray());
        await wire.SendAsync(
            FrameType.Headers, Http2Wire.EndHeaders | Http2Wire.EndStream, 1,
            Http2Wire.Block([("x-real-ip", "6.6.6.6"), ("x-trailer", "1")]));

        Assert.Equal(Status200, (await wire.ReadAnswerAsync())!.Payload[0]);
        RawRequest seen = Assert.Single(raw.Upstream.Seen);
        Assert.Equal("5\r\nhello\r\n0\r\n\r\n", seen.Body);
    }

    [Fact]
    public async Task Response_trailers_reach_an_HTTP_2_client()
    {
        raw.Upstream.Answer = RawUpstream.Always(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 4711\r\n\r\n");

        using HttpResponseMessage answer = await SendAsync(HttpMethod.Get, "/a");
        raw.Upstream.Answer = RawUpstream.Always(RawUpstream.Ok);

        Assert.Equal("ok", await answer.Content.ReadAsStringAsync(Stop));
        Assert.Equal(["4711"], answer.TrailingHeaders.GetValues("X-Sum"));
    }

    [Fact]
    public async Task A_stream_reset_by_the_client_aborts_the_upstream_request()
    {
        var asked = new TaskCompletionSource();
        var left = new TaskCompletionSource();
        raw.Upstream.Answer = async (_, stream) =>
        {
            asked.SetResult();
            if (await stream.ReadAsync(new byte[1], Stop) == 0)
                left.SetResult();
            return false;
        };
        await using Http2Wire wire = await ConnectAsync();
        await wire.AskAsync(1, Http2Wire.Good());
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(20), Stop);

        await wire.SendAsync(FrameType.ResetStream, 0, 1, [0, 0, 0, 8]);

        await left.Task.WaitAsync(TimeSpan.FromSeconds(20), Stop);
        raw.Upstream.Answer = RawUpstream.Always(RawUpstream.Ok);
        await wire.AskAsync(3, Http2Wire.Good());
        Assert.Equal((3, Status200), (await wire.ReadAnswerAsync() is { } next ? (next.Stream, next.Payload[0]) : default));
    }

    private Task<Http2Wire> ConnectAsync() => Http2Wire.ConnectAsync(raw.Site.Address);

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content = null)
    {
        using HttpRequestMessage request =
            new(method, path) { Content = content, Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        return await raw.Site.Http.SendAsync(request, Stop);
    }

    // The stream or the connection ends with an error, or the answer is a refusal; the web server sees nothing.
    private async Task EndsAsync((string, string)[] headers)
    {
        raw.Upstream.Seen.Clear();
        await using Http2Wire wire = await ConnectAsync();

        await wire.AskAsync(1, headers);

        Frame? answer = await wire.ReadAnswerAsync();
        Assert.True(answer is null or { Type: FrameType.ResetStream or FrameType.GoAway } || answer.Payload[0] != Status200, $"{answer}");
        if (answer is { Type: FrameType.ResetStream or FrameType.GoAway })
            Assert.Contains(answer.ErrorCode, (int[])[ProtocolError, CompressionError]);
        Assert.Empty(raw.Upstream.Seen);
    }
}
