using System.Text.Json.Nodes;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Tests.Ground.Settings;

namespace ProxyGuard.Tests.Routing.Forwarding;

/// <summary>A site whose files come from a cluster of their own.</summary>
public sealed class SiteWithStaticFiles : RawSite
{
    internal override void Change(JsonObject json)
    {
        json.Put("ReverseProxy:Clusters:files:Destinations:files1:Address", Upstream.Address.ToString());
        json.Put("ReverseProxy:Routes:files", JsonNode.Parse("""{ "ClusterId": "files", "Match": { "Path": "/static/{**rest}" } }"""));
    }
}

/// <summary>No old answer outlives an incident in a cache; while pages are current, nothing is touched.</summary>
public sealed class CacheLifetimeTests(RawSite raw) : IClassFixture<RawSite>
{
    private const string Long = "Cache-Control: public, max-age=600, s-maxage=3600";

    [Theory]
    [InlineData("404 Not Found", "text/html", Long, "Cache-Control: public, max-age=30, s-maxage=30")]
    [InlineData("200 OK", "application/json", Long, "Cache-Control: public, max-age=30, s-maxage=30")]
    [InlineData("200 OK", "application/rss+xml", "Cache-Control: max-age=5", "Cache-Control: max-age=5")]
    [InlineData("200 OK", "application/json", "CDN-Cache-Control: max-age=86400\r\nCache-Control: no-store", "CDN-Cache-Control: max-age=30")]
    [InlineData("200 OK", "application/json", "Surrogate-Control: content=\"ESI/1.0\", max-age=99", "Surrogate-Control: content=\"ESI/1.0\", max-age=30")]
    [InlineData("200 OK", "application/json", "X-Accel-Expires: 3600\r\nCache-Control: no-cache", "X-Accel-Expires: 30")]
    [InlineData("200 OK", "application/json", "X-Accel-Expires: 0", "X-Accel-Expires: 0")]
    [InlineData("301 Moved Permanently", "text/html", "Last-Modified: Mon, 01 Jan 2001 00:00:00 GMT", "Cache-Control: no-cache")]
    [InlineData("200 OK", "image/jpeg", Long, Long)]
    [InlineData("200 OK", "text/css", "Cache-Control: max-age=31536000, immutable", "Cache-Control: max-age=31536000, immutable")]
    [InlineData("404 Not Found", "image/jpeg", Long, "Cache-Control: public, max-age=30, s-maxage=30")]
    public async Task While_pages_are_late_no_cache_keeps_them_longer_than_thirty_seconds(string status, string type, string sent, string told)
    {
        await CloseAsync();

        string answer = await AnsweredAsync(status, type, sent);

        Assert.Contains($"\r\n{told}\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_expiry_in_the_far_future_becomes_a_near_one()
    {
        await CloseAsync();

        string answer = await AnsweredAsync("200 OK", "application/json", "Expires: Fri, 31 Dec 2100 23:59:59 GMT");

        DateTimeOffset expires = DateTimeOffset.Parse(
            answer.Split("\r\nExpires: ")[1].Split("\r\n")[0], System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(expires - raw.Site.Time.GetUtcNow(), TimeSpan.FromSeconds(28), TimeSpan.FromSeconds(31));
    }

    [Fact]
    public async Task While_pages_are_current_lifetimes_pass_as_they_are()
    {
        await using var current = new RawSite();
        await current.InitializeAsync();
        current.Upstream.Answer = Answer("200 OK", "application/json", $"{Long}\r\nExpires: Fri, 31 Dec 2100 23:59:59 GMT");

        string answer = await current.AskAsync("GET /a HTTP/1.1\r\nHost: club.example\r\nConnection: close\r\n\r\n");

        Assert.Contains($"\r\n{Long}\r\nExpires: Fri, 31 Dec 2100 23:59:59 GMT\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Web_servers_without_a_database_keep_their_lifetimes()
    {
        await using var mixed = new SiteWithStaticFiles();
        await mixed.InitializeAsync();
        mixed.Upstream.Answer = Answer("200 OK", "text/html", Long);
        await mixed.Site.StopReplicasAsync();

        string own = await mixed.AskAsync("GET /static/a HTTP/1.1\r\nHost: club.example\r\nConnection: close\r\n\r\n");
        string page = await mixed.AskAsync("GET /a HTTP/1.1\r\nHost: club.example\r\nConnection: close\r\n\r\n");

        Assert.Contains($"\r\n{Long}\r\n", own, StringComparison.Ordinal);
        Assert.Contains("\r\nCache-Control: public, max-age=30, s-maxage=30\r\n", page, StringComparison.Ordinal);
    }

    private async Task CloseAsync()
    {
        if (raw.Site.View.Mode == SiteMode.Normal)
            await raw.Site.StopReplicasAsync();
    }

    private async Task<string> AnsweredAsync(string status, string type, string fields)
    {
        raw.Upstream.Answer = Answer(status, type, fields);
        return await raw.AskAsync("GET /a HTTP/1.1\r\nHost: club.example\r\nAccept: */*\r\nConnection: close\r\n\r\n");
    }

    private static Func<RawRequest, System.Net.Sockets.NetworkStream, Task<bool>> Answer(string status, string type, string fields) =>
        RawUpstream.Always($"HTTP/1.1 {status}\r\nContent-Type: {type}\r\n{fields}\r\nContent-Length: 2\r\n\r\nok");
}
