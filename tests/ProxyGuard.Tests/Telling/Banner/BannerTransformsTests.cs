using System.Net;
using Microsoft.AspNetCore.Http;

namespace ProxyGuard.Tests.Telling.Banner;

public class BannerTransformsTests
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private static readonly (string, string)[] Validators =
    [
        ("ETag", "\"1\""), ("Last-Modified", "Sun, 22 Nov 2026 17:00:00 GMT"), ("Expires", "Mon, 23 Nov 2026 17:00:00 GMT"),
        ("Accept-Ranges", "bytes"), ("Surrogate-Control", "max-age=9"), ("CDN-Cache-Control", "max-age=9"), ("X-Accel-Expires", "9"),
        ("Cache-Control", "public, max-age=60"),
    ];

    public static readonly TheoryData<string, string, string> Untouched = new()
    {
        // What only is different from a page that gets the tag: status, header, value.
        { "JSON", "Content-Type", "application/json" },
        { "a part", ":status", "206" },
        { "changed on the way", ":status", "203" },
        { "XML", "Content-Type", "application/xml" },
        { "UTF-16", "Content-Type", "text/html; charset=utf-16" },
        { "a download", "Content-Disposition", "attachment; filename=a.html" },
        { "compressed by an unknown coding", "Content-Encoding", "compress" },
        { "twice compressed", "Content-Encoding", "gzip, gzip" },
        { "not to be changed", "Cache-Control", "no-transform" },
        { "digested", "Content-Digest", "sha-256=:x:" },
        { "signed", "Signature", "x=:y:" },
        { "seen to already", "X-ProxyGuard", "1" },
        { "no scripts allowed", "Content-Security-Policy", "script-src 'none'" },
        { "only known scripts allowed", "Content-Security-Policy", "default-src 'self'; script-src 'sha256-x='" },
        { "sandboxed", "Content-Security-Policy", "sandbox" },
    };

    [Fact]
    public async Task A_tagged_page_loses_the_sites_validators_and_length()
    {
        await using BannerRig rig =
            await BannerRig.StartAsync(Upstreams.Sends(Upstreams.Page, Upstreams.Html, [.. Validators, ("X-Site", "1")]));

        using HttpResponseMessage response = await rig.NavigateAsync();

        Assert.Equal(Upstreams.TaggedPage, await response.Content.ReadAsStringAsync(Stop));
        Assert.Equal(
            "Cache-Control=public, max-age=30|Content-Type=text/html; charset=utf-8|Date=Sun, 22 Nov 2026 17:40:00 GMT|"
            + $"ETag={response.Headers.ETag}|Transfer-Encoding=chunked|Vary=Accept-Encoding|X-ProxyGuard=1|X-Site=1",
            Headers(response));
        Assert.StartsWith("\"pg-", response.Headers.ETag?.Tag, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HEAD_returns_the_same_headers_as_GET()
    {
        await using BannerRig rig = await BannerRig.StartAsync(Upstreams.Sends(Upstreams.Page, Upstreams.Html, Validators));

        using HttpResponseMessage get = await rig.NavigateAsync();
        using HttpResponseMessage head = await rig.SendAsync(HttpMethod.Head, "/", ("Sec-Fetch-Dest", "document"));

        Assert.Equal(Headers(get).Replace("Transfer-Encoding=chunked|", "", StringComparison.Ordinal), Headers(head));
        Assert.Equal("", await head.Content.ReadAsStringAsync(Stop));
    }

    [Theory]
    [InlineData("no-store", "private, no-cache, no-store")]
    [InlineData("public", "private, no-cache")]
    public async Task Cache_Control_of_a_tagged_page_is_only_tightened(string before, string after)
    {
        await using BannerRig rig =
            await BannerRig.StartAsync(Upstreams.Sends(Upstreams.Page, headers: [("Cache-Control", before), ("Vary", "Cookie")]));

        using HttpResponseMessage response = await rig.NavigateAsync();

        Assert.Equal(after, response.Headers.NonValidated["Cache-Control"].ToString());
        Assert.Equal("Cookie, Accept-Encoding", response.Headers.NonValidated["Vary"].ToString());
    }

    [Theory]
    [MemberData(nameof(Untouched))]
    public async Task A_response_that_must_not_be_modified_passes_unchanged(string what, string header, string value)
    {
        Assert.NotEmpty(what);
        string type = header == "Content-Type" ? value : Upstreams.Html;
        (string, string)[] headers = header == "Content-Type" ? Validators : [.. Validators, (header, value)];

        await AssertSameAsWithoutBannerAsync(Upstreams.Sends(Upstreams.Page, type, headers), isOn: true);
    }

    [Fact]
    public async Task Responses_pass_unchanged_while_the_banner_is_off() =>
        await AssertSameAsWithoutBannerAsync(Upstreams.Sends(Upstreams.Page, Upstreams.Html, Validators), isOn: false);

    [Theory]
    [InlineData("{\"html\": \"<head>\"}")]
    [InlineData("<td>a row</td>")]
    [InlineData("15")]
    public async Task An_HTML_fragment_passes_unchanged(string body)
    {
        await using BannerRig rig = await BannerRig.StartAsync(Upstreams.Sends(body));

        using HttpResponseMessage response = await rig.SendAsync(HttpMethod.Get, "/", ("Accept", "text/html, application/xhtml+xml"));

        Assert.Equal(body, await response.Content.ReadAsStringAsync(Stop));
    }

    /// <summary>A photo that only the primary has is not found on a late replica; a search may be a POST.</summary>
    [Theory]
    [InlineData("GET", 404, "document", "navigate", "")]
    [InlineData("GET", 410, "document", "navigate", "")]
    [InlineData("GET", 500, "document", "navigate", "")]
    [InlineData("POST", 200, "document", "navigate", "")]
    [InlineData("POST", 422, "document", "navigate", "")]
    [InlineData("GET", 200, "empty", "navigate", "")]
    [InlineData("GET", 200, "empty", "no-cors", "prefetch")]
    public async Task Every_page_that_a_person_will_look_at_is_tagged(string method, int status, string dest, string mode, string purpose)
    {
        await using BannerRig rig =
            await BannerRig.StartAsync(Upstreams.Sends(Upstreams.Page, Upstreams.Html, (":status", $"{status}"), ("Cache-Control", "max-age=60")));

        using HttpResponseMessage response = await rig.SendAsync(
            new HttpMethod(method), "/", ("Sec-Fetch-Dest", dest), ("Sec-Fetch-Mode", mode), ("Sec-Purpose", purpose));

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(Upstreams.TaggedPage, await response.Content.ReadAsStringAsync(Stop));
        Assert.Equal("no-cache, private", response.Headers.CacheControl!.ToString());
    }

    /// <summary>It may set a write mark besides, and is about what one member sent.</summary>
    [Fact]
    public async Task A_tagged_answer_to_a_POST_is_never_shareable()
    {
        await using BannerRig rig =
            await BannerRig.StartAsync(Upstreams.Sends(Upstreams.Page, Upstreams.Html, ("Cache-Control", "public, max-age=60")));

        using HttpResponseMessage response = await rig.SendAsync(HttpMethod.Post, "/", ("Sec-Fetch-Dest", "document"));

        Assert.Equal(Upstreams.TaggedPage, await response.Content.ReadAsStringAsync(Stop));
        Assert.Equal("no-cache, private", response.Headers.CacheControl!.ToString());
    }

    [Theory]
    [InlineData("PUT", "Sec-Fetch-Dest", "document")]
    [InlineData("GET", "Sec-Fetch-Dest", "iframe")]
    [InlineData("GET", "Sec-Fetch-Dest", "empty")]
    [InlineData("GET", "Accept", "text/html, */*")]
    [InlineData("GET", "Range", "bytes=0-")]
    public async Task A_request_that_is_not_a_navigation_passes_unchanged(string method, string header, string value)
    {
        string? encodings = null;
        await using BannerRig rig = await BannerRig.StartAsync(http =>
        {
            encodings = http.Request.Headers.AcceptEncoding;
            return Upstreams.Sends(Upstreams.Page)(http);
        });

        using HttpResponseMessage response = await rig.SendAsync(new HttpMethod(method), "/", (header, value), ("Accept-Encoding", "br"));

        Assert.Equal("br", encodings);
        Assert.Equal(Upstreams.Page, await response.Content.ReadAsStringAsync(Stop));
        Assert.NotNull(response.Content.Headers.ContentLength);
    }

    [Theory]
    [InlineData(true, "identity", HttpStatusCode.OK)]
    [InlineData(false, "gzip, br", HttpStatusCode.NotModified)]
    public async Task Conditional_headers_are_removed_while_the_banner_is_on(bool isOn, string encodings, HttpStatusCode status)
    {
        string? seen = null;
        await using BannerRig rig = await BannerRig.StartAsync(
            http =>
            {
                seen = http.Request.Headers.AcceptEncoding;
                bool isConditional = http.Request.Headers.IfNoneMatch.Count + http.Request.Headers.IfModifiedSince.Count > 0;
                return Upstreams.Sends(isConditional ? "" : Upstreams.Page, headers: [(":status", isConditional ? "304" : "200")])(http);
            },
            isOn);

        using HttpResponseMessage response =
            await rig.NavigateAsync(("If-None-Match", "\"1\""), ("If-Modified-Since", "Sun, 22 Nov 2026 17:00:00 GMT"));

        Assert.Equal(status, response.StatusCode);
        Assert.Equal(encodings, seen);
    }

    [Theory]
    [InlineData("script-src 'nonce-abc'", " nonce=\"abc\"")]
    [InlineData("script-src 'self'", "")]
    public async Task The_CSP_nonce_is_copied_to_the_tag_and_the_CSP_kept(string policy, string attribute)
    {
        await using BannerRig rig =
            await BannerRig.StartAsync(Upstreams.Sends(Upstreams.Page, headers: [("Content-Security-Policy", policy)]));

        using HttpResponseMessage response = await rig.NavigateAsync();

        Assert.Equal(policy, response.Headers.NonValidated["Content-Security-Policy"].ToString());
        Assert.Equal(
            Upstreams.TaggedPage.Replace(" data-cfasync", $"{attribute} data-cfasync", StringComparison.Ordinal),
            await response.Content.ReadAsStringAsync(Stop));
    }

    // Both proxies before the same upstream must send the same bytes, head and all, once the upstream saw the same request.
    private static async Task AssertSameAsWithoutBannerAsync(RequestDelegate answer, bool isOn)
    {
        await using BannerRig with = await BannerRig.StartAsync(answer, isOn);
        await using BannerRig without = await BannerRig.StartAsync(answer, isOn: null);
        (string, string)[] navigation = [("Sec-Fetch-Dest", "document"), ("Accept-Encoding", "identity")];

        foreach (string line in (string[])["GET / HTTP/1.1", "HEAD / HTTP/1.1", "GET / HTTP/1.0"])
        {
            string expected = await without.ReadRawAsync(line, navigation);
            Assert.Equal(expected, await with.ReadRawAsync(line, navigation));
            Assert.StartsWith("HTTP/1.1 ", expected, StringComparison.Ordinal);
        }
    }

    private static string Headers(HttpResponseMessage response) => string.Join(
        '|',
        response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated)
            .Select(header => $"{header.Key}={header.Value}")
            .Order(StringComparer.Ordinal));
}
