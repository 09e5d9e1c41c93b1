using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using ProxyGuard.Testing;
using ProxyGuard.Tests.Ground.Settings;

namespace ProxyGuard.Tests.Routing.Forwarding;

/// <summary>
/// A site that also has a proxy in front of it, and with the variable of the environment that is said to make ASP.NET Core trust
/// every client.
/// </summary>
public sealed class SiteBehindProxies : RawSite
{
    public const string Proxy = "127.0.0.9";

    internal override void Change(JsonObject json)
    {
        json.Put("ProxyGuard:Proxies:Trusted", new JsonArray("127.0.0.8/31", "10.0.0.0/8"));
    }
}

/// <summary>A site that names itself in Via.</summary>
public sealed class NamedInVia : RawSite
{
    internal override void Change(JsonObject json) => json.Put("ProxyGuard:Proxies:SendVia", true);
}

/// <summary>A site that begins traces.</summary>
public sealed class BeginsTraces : RawSite
{
    internal override void Change(JsonObject json) => json.Put("ProxyGuard:Proxies:BeginTraces", true);
}

/// <summary>What the web server hears, and what only a proxy may tell it.</summary>
public sealed partial class HeaderTests(SiteBehindProxies raw) : IClassFixture<SiteBehindProxies>
{
    private const string Start = "GET /a HTTP/1.1\r\nHost: club.example\r\n";
    private const string End = "Connection: close\r\n\r\n";

    public static TheoryData<string> Held =>
    [
        "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Port", "X-Forwarded-Prefix", "X-Forwarded-Server",
        "X-Forwarded", "Forwarded", "X-Real-IP", "True-Client-IP",
        "CF-Connecting-IP", "Client-IP", "X-Client-IP", "X-Original-URL", "X-Rewrite-URL", "Proxy", "X-ProxyGuard-Mode",
        "X-ProxyGuard-Anything",
        "X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "X_Real_IP", "X_Forwarded_For", "some_thing",
        "X.ProxyGuard.Read.From", "X!Real!IP", "X-Real~IP", "some.thing", "X-Sendfile-Type", "X-Accel-Mapping",
        "Keep-Alive", "Proxy-Connection", "TE", "Proxy-Authorization", "HTTP2-Settings", "Alt-Svc",
    ];

    [Theory]
    [MemberData(nameof(Held))]
    public async Task Forged_proxy_headers_never_reach_the_upstream(string name)
    {
        RawRequest seen = await raw.ForwardedAsync($"{Start}{name}: forged\r\n{name.ToLowerInvariant()}: forged2\r\n{End}");

        Assert.DoesNotContain("forged", seen.Head, StringComparison.Ordinal);
    }

    /// <summary>
    /// YARP makes a tunnel of a WebSocket alone: anything else that is offered is a request like any other, and a write is sent once.
    /// </summary>
    [Theory]
    [InlineData("h2c", "0")]
    [InlineData("TLS/1.0", "0")]
    public async Task A_write_with_an_Upgrade_header_is_forwarded_once_as_a_plain_write(string protocol, string length)
    {
        RawRequest seen = await raw.ForwardedAsync(
            $"DELETE /a HTTP/1.1\r\nHost: club.example\r\nUpgrade: {protocol}\r\nConnection: Upgrade, close\r\n\r\n");

        Assert.Equal([length], seen.Header("Content-Length"));
    }

    [Fact]
    public async Task The_client_address_is_forwarded_once_and_unforged()
    {
        RawRequest seen = await raw.ForwardedAsync(
            $"{Start}X-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: evil.example\r\nForwarded: for=1.2.3.4\r\n{End}",
            from: "127.0.0.2");

        Assert.Equal(["127.0.0.2"], seen.Header("X-Forwarded-For"));
        Assert.Equal(["http"], seen.Header("X-Forwarded-Proto"));
        Assert.Equal(["club.example"], seen.Header("X-Forwarded-Host"));
        Assert.Equal(["club.example"], seen.Header("Host"));
        Assert.Empty(seen.Header("Forwarded"));
    }

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7, 127.0.0.9")]
    [InlineData("6.6.6.6, 203.0.113.7", "203.0.113.7, 127.0.0.9")]
    [InlineData("6.6.6.6, 203.0.113.7, 10.1.2.3", "203.0.113.7, 10.1.2.3, 127.0.0.9")]
    [InlineData("6.6.6.6, nonsense, 10.1.2.3", "10.1.2.3, 127.0.0.9")]
    [InlineData("203.0.113.7:4711", "203.0.113.7, 127.0.0.9")]
    [InlineData("2001:db8::7", "2001:db8::7, 127.0.0.9")]
    public async Task Forwarded_headers_of_a_trusted_proxy_are_used_up_to_the_first_untrusted_address(string sent, string arrives)
    {
        RawRequest seen = await raw.ForwardedAsync(
            $"{Start}X-Forwarded-For: {sent}\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: www.club.example\r\nX-Real-IP: 6.6.6.6\r\n{End}",
            SiteBehindProxies.Proxy);

        Assert.Equal([arrives], seen.Header("X-Forwarded-For"));
        Assert.Equal(["https"], seen.Header("X-Forwarded-Proto"));
        Assert.Equal(["www.club.example"], seen.Header("X-Forwarded-Host"));
        Assert.Empty(seen.Header("X-Real-IP"));
    }

    [Fact]
    public async Task An_invalid_X_Forwarded_Proto_is_ignored_even_from_a_trusted_proxy()
    {
        RawRequest seen = await raw.ForwardedAsync($"{Start}X-Forwarded-Proto: javascript\r\n{End}", SiteBehindProxies.Proxy);

        Assert.Equal(["http"], seen.Header("X-Forwarded-Proto"));
        Assert.Equal([SiteBehindProxies.Proxy], seen.Header("X-Forwarded-For"));
    }

    [Fact]
    public async Task Request_headers_named_in_Connection_are_not_forwarded()
    {
        RawRequest seen = await raw.ForwardedAsync(
            $"{Start}Connection: X-One, keep-alive,x-TWO\r\nConnection: close, Cookie, Host, X-Forwarded-For\r\nX-One: 1\r\nX-Two: 2\r\nX-Three: 3\r\nCookie: a=b\r\n\r\n", from: "127.0.0.2");

        Assert.Empty(seen.Header("X-One"));
        Assert.Empty(seen.Header("X-Two"));
        Assert.Empty(seen.Header("Cookie"));
        Assert.Equal(["3"], seen.Header("X-Three"));
        Assert.Equal(["club.example"], seen.Header("Host"));
        Assert.Equal(["127.0.0.2"], seen.Header("X-Forwarded-For"));
    }

    [Fact]
    public async Task Response_headers_named_in_Connection_are_not_forwarded()
    {
        string answer = await AnsweredAsync(
            "HTTP/1.1 200 OK\r\nConnection: keep-alive, X-One\r\nKeep-Alive: timeout=5\r\nX-One: 1\r\nX-Two: 2\r\nContent-Length: 2\r\n\r\nok");

        Assert.DoesNotContain("X-One", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("Keep-Alive", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nX-Two: 2\r\n", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X-Forwarded-Proto: https, http")]
    [InlineData("X-Forwarded-Proto: HTTPS")]
    [InlineData("X-Forwarded-Proto: https\r\nX-Forwarded-Proto: http")]
    public async Task X_Forwarded_Proto_of_a_trusted_proxy_is_a_list_in_any_case(string lines)
    {
        RawRequest seen = await raw.ForwardedAsync($"{Start}{lines}\r\n{End}", SiteBehindProxies.Proxy);

        Assert.Equal(["https"], seen.Header("X-Forwarded-Proto"));
    }

    [Theory]
    [InlineData("https", "127.0.0.2", 1)]
    [InlineData("http", "127.0.0.2", 0)]
    [InlineData("https", SiteBehindProxies.Proxy, 0)]
    public async Task A_TLS_proxy_that_is_not_trusted_is_logged_once(string scheme, string from, int lines)
    {
        await using var site = new LoggingSite();
        await site.InitializeAsync();
        using var log = new LogRecorder();
        site.Site.Service<ILoggerFactory>().AddProvider(log);
        for (int i = 0; i < 3; i++)
            await site.AskAsync($"{Start}X-Forwarded-Proto: {scheme}\r\n{End}", from);

        Assert.Equal(lines, log.Lines.Count(line => line.Id == 3109 && line.Text.StartsWith(from, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Host_port_and_prefix_of_a_trusted_proxy_are_forwarded_and_of_no_other()
    {
        const string Lines = "X-Forwarded-Host: www.club.example, inner\r\nX-Forwarded-Port: 8443, 80\r\nX-Forwarded-Prefix: /photos\r\n";

        RawRequest seen = await raw.ForwardedAsync($"{Start}{Lines}{End}", SiteBehindProxies.Proxy);
        RawRequest forged = await raw.ForwardedAsync($"{Start}{Lines}{End}", from: "127.0.0.2");
        RawRequest odd = await raw.ForwardedAsync(
            $"{Start}X-Forwarded-Port: x\r\nX-Forwarded-Prefix: //evil.example\r\n{End}", SiteBehindProxies.Proxy);

        Assert.Equal(
            ["www.club.example", "8443", "/photos"],
            [.. seen.Header("X-Forwarded-Host"), .. seen.Header("X-Forwarded-Port"), .. seen.Header("X-Forwarded-Prefix")]);
        Assert.Empty(forged.Names.Intersect(["X-Forwarded-Port", "X-Forwarded-Prefix"]));
        Assert.Equal(["club.example"], forged.Header("X-Forwarded-Host"));
        Assert.Empty(odd.Names.Intersect(["X-Forwarded-Port", "X-Forwarded-Prefix"]));
    }

    [Theory]
    [InlineData("X-HTTP-Method-Override: DELETE")]
    [InlineData("X-HTTP-Method: PUT")]
    [InlineData("X-Method-Override: PATCH")]
    public async Task A_method_override_is_forwarded_with_a_POST_and_not_with_a_GET(string header)
    {
        RawRequest posted = await raw.ForwardedAsync($"POST /a HTTP/1.1\r\nHost: club.example\r\n{header}\r\nContent-Length: 0\r\n{End}");
        RawRequest got = await raw.ForwardedAsync($"{Start}{header}\r\n{End}");

        Assert.Contains($"\r\n{header}\r\n", posted.Head, StringComparison.Ordinal);
        Assert.DoesNotContain(header.Split(':')[0], got.Head, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("HTTP/1.1")]
    [InlineData("HTTP/1.0")]
    public async Task A_Host_header_without_a_host_is_rejected(string protocol)
    {
        await raw.RefusedAsync($"GET /a {protocol}\r\nHost:\r\n\r\n", 400);
        await raw.RefusedAsync($"GET /a {protocol}\r\nHost:  \r\n\r\n", 400);
    }

    [Theory]
    [InlineData("Location: {0}login?next=%2Fa", "Location: http://club.example/login?next=%2Fa")]
    [InlineData("Content-Location: {0}a", "Content-Location: http://club.example/a")]
    [InlineData("Refresh: 0; url={0}a", "Refresh: 0; url=http://club.example/a")]
    [InlineData("Location: /login", "Location: /login")]
    [InlineData("Location: https://other.example/{0}", "Location: https://other.example/{0}")]
    public async Task An_upstreams_own_address_does_not_reach_members(string sent, string told)
    {
        string answer = await AnsweredAsync(
            $"HTTP/1.1 302 Found\r\n{string.Format(null, sent, raw.Upstream.Address)}\r\nContent-Length: 0\r\n\r\n");

        Assert.Contains($"\r\n{string.Format(null, told, raw.Upstream.Address)}\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_behind_a_TLS_proxy_names_its_scheme_and_host()
    {
        raw.Upstream.Answer = RawUpstream.Always($"HTTP/1.1 302 Found\r\nLocation: {raw.Upstream.Address}a\r\nContent-Length: 0\r\n\r\n");
        string answer = await raw.AskAsync(
            $"{Start}X-Forwarded-Proto: https\r\nX-Forwarded-Host: www.club.example\r\n{End}", from: SiteBehindProxies.Proxy);
        raw.Upstream.Answer = RawUpstream.Always(RawUpstream.Ok);

        Assert.Contains("\r\nLocation: https://www.club.example/a\r\n", answer, StringComparison.Ordinal);
    }

    /// <summary>nginx compresses nothing for a request with Via, as a default.</summary>
    [Fact]
    public async Task Via_of_earlier_proxies_passes_and_none_is_added()
    {
        Assert.Equal(["1.0 fred, 1.1 p.example"], (await raw.ForwardedAsync($"{Start}Via: 1.0 fred, 1.1 p.example\r\n{End}")).Header("Via"));
        Assert.Empty((await raw.ForwardedAsync($"{Start}{End}")).Header("Via"));
    }

    [Fact]
    public async Task Via_lists_this_proxy_after_the_earlier_ones_where_that_is_configured()
    {
        await using var site = new NamedInVia();
        await site.InitializeAsync();

        Assert.Matches(
            "^1.0 fred, 1.1 p.example, 1.1 proxyguard-[0-9a-f]{8}$",
            Assert.Single((await site.ForwardedAsync($"{Start}Via: 1.0 fred, 1.1 p.example\r\n{End}")).Header("Via")));
        Assert.Matches("^1.1 proxyguard-[0-9a-f]{8}$", Assert.Single((await site.ForwardedAsync($"{Start}{End}")).Header("Via")));
    }

    /// <summary>W3C Trace Context: whoever adds no span of its own forwards the header unmodified.</summary>
    [Fact]
    public async Task A_trace_passes_unchanged_and_is_begun_only_where_that_is_configured()
    {
        const string Trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";
        Assert.Empty((await raw.ForwardedAsync($"{Start}{End}")).Header("traceparent"));

        await using var site = new BeginsTraces();
        await site.InitializeAsync();
        foreach (string sent in (string[])[Trace, "nonsense", "cc-future-of-it"])
        {
            RawRequest passed = await site.ForwardedAsync($"{Start}traceparent: {sent}\r\ntracestate: a=b\r\n{End}");
            Assert.Equal([sent], passed.Header("traceparent"));
            Assert.Equal(["a=b"], passed.Header("tracestate"));
        }

        HashSet<string> begun = [];
        for (int time = 0; time < 20; time++)
            begun.Add((await site.ForwardedAsync($"{Start}{End}")).Header("traceparent").Single());
        Assert.All(begun, trace => Assert.Matches("^00-[0-9a-f]{32}-[0-9a-f]{16}-01$", trace));
        Assert.Equal(20, begun.Count);
    }

    /// <summary>Measured, so that what the manual says of its cost stays true.</summary>
    [Fact]
    public void A_trace_costs_its_own_text_and_nothing_else()
    {
        ProxyGuard.Routing.Forwarding.TraceParent.Begin();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int time = 0; time < 1000; time++)
            ProxyGuard.Routing.Forwarding.TraceParent.Begin();

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 1000, 100, 136);
    }

    [Fact]
    public async Task A_forwarding_loop_is_rejected()
    {
        string own = Assert.Single((await raw.ForwardedAsync($"{Start}{End}")).Header("X-ProxyGuard-Via"));

        Assert.Matches("^proxyguard-[0-9a-f]{8}$", own);
        RawRequest again = await raw.ForwardedAsync($"{Start}X-ProxyGuard-Via: {own}\r\n{End}");
        Assert.Equal([$"{own}, {own}"], again.Header("X-ProxyGuard-Via"));
        await raw.RefusedAsync($"{Start}X-ProxyGuard-Via: {own}\r\nX-ProxyGuard-Via: proxyguard-other, {own}\r\n\r\n", 508);
    }

    [Theory]
    [InlineData("caf\u00e9 \u00ff\u0080 \"x\"")]
    [InlineData("caf\u00c3\u00a9")]
    [InlineData("a  b\tc")]
    public async Task Header_bytes_pass_unchanged_in_both_directions(string value)
    {
        raw.Upstream.Answer = RawUpstream.Always(
            $"HTTP/1.1 200 OK\r\nX-Name: {value}\r\nContent-Disposition: attachment; filename={value}\r\nContent-Length: 2\r\n\r\nok");
        raw.Upstream.Seen.Clear();

        string answer = await raw.AskAsync($"{Start}X-Name: {value}\r\nCookie: n={value}\r\nReferer: http://club.example/{value}\r\n{End}");
        raw.Upstream.Answer = RawUpstream.Always(RawUpstream.Ok);

        RawRequest seen = Assert.Single(raw.Upstream.Seen);
        Assert.Equal([value], seen.Header("X-Name"));
        Assert.Equal([$"n={value}"], seen.Header("Cookie"));
        Assert.Equal([$"http://club.example/{value}"], seen.Header("Referer"));
        Assert.Contains($"\r\nX-Name: {value}\r\n", answer, StringComparison.Ordinal);
        Assert.Contains($"\r\nContent-Disposition: attachment; filename={value}\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Set_Cookie_headers_stay_separate_and_in_order()
    {
        string[] cookies =
            [.. Enumerable.Range(0, 40).Select(i => $"Set-Cookie: c{i}=a, b; Expires=Wed, 21 Oct 2026 07:28:00 GMT; Path=/")];

        string answer = await AnsweredAsync($"HTTP/1.1 200 OK\r\n{string.Join("\r\n", cookies)}\r\nContent-Length: 2\r\n\r\nok");

        Assert.Equal(cookies, CookieLine().Matches(answer).Select(line => line.Value));
    }

    [Fact]
    public async Task A_response_keeps_its_status_and_headers()
    {
        string answer = await AnsweredAsync(
            "HTTP/1.1 418 I am a \u00e9\r\nServer: Apache/2.2\r\nETag: \"x\"\r\nX-Powered-By: PHP/5.3\r\nDate: Mon, 01 Jan 2001 00:00:00 GMT\r\nContent-Length: 2\r\n\r\nok");

        Assert.StartsWith("HTTP/1.1 418 ", answer, StringComparison.Ordinal);
        foreach (
            string line in (string[])["Server: Apache/2.2", "ETag: \"x\"", "X-Powered-By: PHP/5.3", "Date: Mon, 01 Jan 2001 00:00:00 GMT"])
            Assert.Contains($"\r\n{line}\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_other_request_headers_arrive_unchanged()
    {
        string[] lines =
        [
            "User-Agent: Mozilla/5.0 (odd; UA) x,y", "Accept: text/html;q=0.9, */*", "Accept-Language: de", "Cookie: a=1; b=2; c=\"3\"",
            "Authorization: Basic Zm9v", "Upgrade-Insecure-Requests: 1",
            "If-None-Match: \"a\", W/\"b\"", "Range: bytes=0-1", "Origin: null", "Sec-Fetch-Dest: document", "DNT: 1",
            "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "Content-Type: text/plain; charset=iso-8859-1", "Content-Language: de", "Expires: 0", "X-Empty: ",
            "X-Requested-With: XMLHttpRequest", "If-Modified-Since: yesterday",
        ];

        RawRequest seen = await raw.ForwardedAsync(
            $"POST /a HTTP/1.1\r\nHost: club.example:8080\r\n{string.Join("\r\n", lines)}\r\nContent-Length: 2\r\n{End}hi");

        foreach (string line in lines)
            Assert.Contains($"\r\n{line}\r\n", seen.Head, StringComparison.Ordinal);
        Assert.Equal(["club.example:8080"], seen.Header("Host"));
        Assert.Equal(["2"], seen.Header("Content-Length"));
        Assert.Equal(lines.Length + 2 + 4, seen.Names.Length);
        Assert.Equal("hi", seen.Body);
    }

    [Fact]
    public async Task The_upstream_decides_on_Expect_100_continue()
    {
        raw.Upstream.OnHead = static head =>
            head.Header("Expect").Length == 0 ? null : head.RequestLine.Contains("/no", StringComparison.Ordinal)
            ? "HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            : "HTTP/1.1 100 Continue\r\n\r\n";

        string taken = await raw.AskAsync(
            "POST /yes HTTP/1.1\r\nHost: club.example\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\n",
            afterContinue: "hi");
        // A small body is sent all the same: that is cheaper than closing the connection to the web server.
        string refused = await raw.AskAsync(
            "POST /no HTTP/1.1\r\nHost: club.example\r\nExpect: 100-continue\r\nContent-Length: 5000\r\nConnection: close\r\n\r\n",
            afterContinue: "hi");
        raw.Upstream.OnHead = null;

        Assert.StartsWith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n", taken, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 417 ", refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Response_trailers_are_dropped_for_HTTP_1_1_clients()
    {
        string answer = await AnsweredAsync(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 4711\r\n\r\n");

        Assert.EndsWith("\r\n2\r\nok\r\n0\r\n\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_trailers_are_not_forwarded()
    {
        RawRequest seen = await raw.ForwardedAsync(
            $"POST /a HTTP/1.1\r\nHost: club.example\r\nTransfer-Encoding: chunked\r\nTrailer: X-Real-IP\r\n{End}2\r\nok\r\n0\r\nX-Real-IP: 6.6.6.6\r\n\r\n");

        Assert.Equal("2\r\nok\r\n0\r\n\r\n", seen.Body);
    }

    private async Task<string> AnsweredAsync(string upstreams)
    {
        raw.Upstream.Answer = RawUpstream.Always(upstreams);
        string answer = await raw.AskAsync($"{Start}{End}");
        raw.Upstream.Answer = RawUpstream.Always(RawUpstream.Ok);
        return answer;
    }

    [GeneratedRegex("Set-Cookie: [^\r]*")]
    private static partial Regex CookieLine();
}
