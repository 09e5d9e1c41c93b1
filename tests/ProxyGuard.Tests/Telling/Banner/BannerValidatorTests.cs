using System.Net;
using Microsoft.AspNetCore.Http;

namespace ProxyGuard.Tests.Telling.Banner;

/// <summary>A shared page with the tag has a validator of its own, and only the very same page is answered with 304.</summary>
public class BannerValidatorTests
{
    private const string Modified = "Sun, 22 Nov 2026 17:00:00 GMT";
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;
    private static readonly (string, string) Public = ("Cache-Control", "public, max-age=600");

    [Theory]
    [InlineData("ETag", "\"1\"")]
    [InlineData("ETag", "W/\"1\"")]
    [InlineData("Last-Modified", Modified)]
    public async Task A_shared_page_with_the_tag_is_confirmed_to_whom_has_it(string name, string value)
    {
        await using BannerRig rig = await BannerRig.StartAsync(
            Upstreams.Sends(Upstreams.Page, Upstreams.Html, (name, value), Public, ("Expires", Modified), ("Vary", "Cookie")));
        string own = await ValidatorAsync(rig) ?? "none";

        string answer = await rig.ReadRawAsync("GET / HTTP/1.1", ("Sec-Fetch-Dest", "document"), ("If-None-Match", $"\"x\", {own}"));
        string head = await rig.ReadRawAsync("HEAD / HTTP/1.1", ("Sec-Fetch-Dest", "document"), ("If-None-Match", own));

        Assert.Matches("^W/\"pg-[0-9a-f]{24}\"$", own);
        Assert.Equal(
            $"HTTP/1.1 304 Not Modified\r\nConnection: close\r\nDate: Sun, 22 Nov 2026 17:40:00 GMT\r\nCache-Control: public, max-age=30\r\nETag: {own}\r\nVary: Cookie, Accept-Encoding\r\nX-ProxyGuard: 1\r\n\r\n",
            answer.Replace("Vary: Cookie\r\nVary: Accept-Encoding", "Vary: Cookie, Accept-Encoding", StringComparison.Ordinal));
        Assert.StartsWith("HTTP/1.1 304 Not Modified\r\n", head, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ETag", "\"2\"")]
    [InlineData("Content-Security-Policy", "script-src 'nonce-b'")]
    [InlineData("X-ProxyGuard-Mode", "normal")]
    [InlineData("X-ProxyGuard-As-Of", "2026-11-22T17:00:01Z")]
    [InlineData(":status", "404")]
    [InlineData("Content-Type", "text/html")]
    [InlineData("Cache-Control", "private")]
    [InlineData("Set-Cookie", "a=b")]
    public async Task A_page_that_would_differ_from_the_copy_comes_whole(string name, string value)
    {
        var sent = new Dictionary<string, string>
        {
            ["ETag"] = "\"1\"",
            ["Content-Security-Policy"] = "script-src 'nonce-a'",
            ["X-ProxyGuard-Mode"] = "read-only",
            ["X-ProxyGuard-As-Of"] = "2026-11-22T17:00:00Z",
            ["Cache-Control"] = "public, max-age=600",
        };
        await using BannerRig rig = await BannerRig.StartAsync(Sends(sent));
        string own = await ValidatorAsync(rig) ?? "none";
        using HttpResponseMessage same = await rig.NavigateAsync(("If-None-Match", own));
        sent[name] = value;

        using HttpResponseMessage other = await rig.NavigateAsync(("If-None-Match", own));

        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
        Assert.Equal(name == ":status" ? HttpStatusCode.NotFound : HttpStatusCode.OK, other.StatusCode);
        Assert.Contains("/_proxyguard/b.js?v=0123456789ab", await other.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        Assert.NotEqual(own, other.Headers.NonValidated.TryGetValues("ETag", out var now) ? now.ToString() : null);
    }

    /// <summary>Where the first tag alone tells whether it is a page, one without it may have been kept.</summary>
    [Fact]
    public async Task A_copy_that_was_not_made_for_a_navigation_is_not_confirmed_to_one()
    {
        await using BannerRig rig =
            await BannerRig.StartAsync(Upstreams.Sends(Upstreams.Page, Upstreams.Html, ("ETag", "\"1\""), Public));
        using HttpResponseMessage first = await rig.SendAsync(HttpMethod.Get, "/", ("Accept", "text/html, application/xhtml+xml"));

        using HttpResponseMessage second = await rig.NavigateAsync(("If-None-Match", $"{first.Headers.ETag}"));

        Assert.NotNull(first.Headers.ETag);
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
    }

    [Theory]
    [InlineData("\"1\"")]
    [InlineData("*")]
    public async Task What_the_site_said_without_the_tag_confirms_nothing(string ifNoneMatch)
    {
        await using BannerRig rig =
            await BannerRig.StartAsync(Upstreams.Sends(Upstreams.Page, Upstreams.Html, ("ETag", "\"1\""), Public));

        using HttpResponseMessage response = await rig.NavigateAsync(("If-None-Match", ifNoneMatch), ("If-Modified-Since", Modified));

        Assert.Equal(Upstreams.TaggedPage, await response.Content.ReadAsStringAsync(Stop));
    }

    [Theory]
    [InlineData("Cache-Control", "public, max-age=600")]
    [InlineData("ETag", "\"1\"")]
    public async Task A_page_that_is_not_shared_or_had_no_validator_gets_none(string name, string value)
    {
        await using BannerRig rig = await BannerRig.StartAsync(Upstreams.Sends(Upstreams.Page, Upstreams.Html, (name, value)));

        Assert.Null(await ValidatorAsync(rig));
    }

    private static RequestDelegate Sends(Dictionary<string, string> fields) => http => Upstreams.Sends(
        Upstreams.Page, fields.GetValueOrDefault("Content-Type", Upstreams.Html),
        [.. fields.Where(field => field.Key != "Content-Type").Select(field => (field.Key, field.Value))])(http);

    private static async Task<string?> ValidatorAsync(BannerRig rig)
    {
        using HttpResponseMessage page = await rig.NavigateAsync();
        return page.Headers.NonValidated.TryGetValues("ETag", out var tag) ? tag.ToString() : null;
    }
}
