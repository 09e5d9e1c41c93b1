using System.Net;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Demo.Fleet;
using ProxyGuard.Testing;
using ProxyGuard.Tests.Routing.Forwarding;

namespace ProxyGuard.Tests.Telling.Banner;

/// <summary>nginx with a cache of its own in front, set up as careless as the manuals of old applications have it.</summary>
public sealed class NginxCacheTests(RawSite raw) : IClassFixture<RawSite>, IAsyncLifetime
{
    private const string Page = "<!DOCTYPE html><html><head><title>Photos</title></head><body>as it was</body></html>";

    private const string Html = "text/html; charset=utf-8";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly string _directory = Directory.CreateTempSubdirectory("proxyguard-nginx-").FullName;
    private ChildProcess? _nginx;
    private HttpClient? _members;

    private HttpClient Members => _members ?? throw new InvalidOperationException("nginx does not run");

    public async ValueTask InitializeAsync()
    {
        if (Programs.TryFind("nginx") is not { } nginx)
        {
            Assert.Skip("nginx is not installed: apt-get install --no-install-recommends nginx-light");
            return;
        }

        int port = LoopbackPorts.FindFree(1)[0];
        await File.WriteAllTextAsync(Path.Combine(_directory, "nginx.conf"), Configuration(port), TestContext.Current.CancellationToken);
        _nginx = await ChildProcess.StartAsync(
            [nginx, "-p", _directory, "-c", Path.Combine(_directory, "nginx.conf")], Path.Combine(_directory, "nginx.log"),
            Path.Combine(_directory, "nginx.pid"));
        _members = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/") };
        await Eventually.HappensAsync("nginx answers", Deadline, () => Task.FromResult(!LoopbackPorts.IsFree(port)));
    }

    public async ValueTask DisposeAsync()
    {
        _members?.Dispose();
        if (_nginx is not null)
        {
            await _nginx.EndAsync(Deadline);
            _nginx.Dispose();
        }

        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task A_hundred_views_of_a_page_that_its_application_calls_public_cost_at_most_three_requests()
    {
        await CloseAsync();
        raw.Upstream.Answer = Answer("text/html", "Cache-Control: public, max-age=600\r\n");
        raw.Upstream.Seen.Clear();

        for (int view = 0; view < 100; view++)
            Assert.Contains("<script async=\"\" src=\"/_proxyguard/b.js", await LookAsync("/public"), StringComparison.Ordinal);

        Assert.InRange(raw.Upstream.Seen.Count, 1, 3);
    }

    [Fact]
    public async Task A_shared_page_that_is_still_the_same_is_confirmed_and_one_that_is_not_comes_whole()
    {
        const string Fields = "Cache-Control: public, max-age=1\r\n";
        await CloseAsync();
        raw.Upstream.Answer = Answer(Html, $"{Fields}ETag: \"1\"\r\n");
        await LookAsync("/same");

        await Eventually.HappensAsync("nginx is told 304", Deadline, async () =>
            (await SeeAsync("/same")) is { Cache: "REVALIDATED" } same && same.Page.Contains("/_proxyguard/b.js", StringComparison.Ordinal));
        raw.Upstream.Answer = Answer(Html, $"{Fields}ETag: \"2\"\r\n", body: Page.Replace("as it was", "as it is", StringComparison.Ordinal));

        await Eventually.HappensAsync("nginx gets the new page", Deadline, async () =>
            (await SeeAsync("/same")) is { Cache: "EXPIRED" } other && other.Page.Contains("as it is", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Cache-Control: max-age=600\r\n")]
    [InlineData("Cache-Control: public, max-age=600\r\nSet-Cookie: a=b\r\n")]
    public async Task Each_view_of_another_page_is_its_own(string fields)
    {
        await CloseAsync();
        raw.Upstream.Answer = Answer("text/html", fields);
        raw.Upstream.Seen.Clear();

        for (int view = 0; view < 10; view++)
            await LookAsync($"/private{fields.Length}");

        Assert.Equal(10, raw.Upstream.Seen.Count);
    }

    /// <summary>Half a minute each: <c>-class '*.NginxCacheTests' -explicit only</c>.</summary>
    [Theory(Explicit = true)]
    [InlineData("text/html", "200 OK", "Cache-Control: public, max-age=600\r\n")]
    [InlineData("application/json", "200 OK", "Cache-Control: max-age=600\r\n")]
    [InlineData("application/rss+xml", "200 OK", "X-Accel-Expires: 600\r\n")]
    [InlineData("application/json", "200 OK", "")]
    [InlineData("text/html", "404 Not Found", "Cache-Control: public, s-maxage=3600\r\n")]
    public async Task No_late_answer_in_a_cache_outlives_the_incident(string type, string status, string fields)
    {
        await CloseAsync();
        raw.Upstream.Answer = Answer(type, fields, status);
        Assert.Contains("as it was", await LookAsync("/late"), StringComparison.Ordinal);

        await OpenAsync();
        // The replicas show something new, and what nginx kept may be kept for thirty seconds.
        raw.Upstream.Answer = Answer(type, fields, status, Page.Replace("as it was", "as it is", StringComparison.Ordinal));
        await Task.Delay(CacheMost, TestContext.Current.CancellationToken);

        Assert.Contains("as it is", await LookAsync("/late"), StringComparison.Ordinal);
    }

    /// <summary>A minute.</summary>
    [Fact(Explicit = true)]
    public async Task A_late_page_that_was_confirmed_outlives_the_incident_no_longer()
    {
        const string Fields = "Cache-Control: public, max-age=600\r\nETag: \"1\"\r\n";
        await CloseAsync();
        raw.Upstream.Answer = Answer(Html, Fields);
        await LookAsync("/confirmed");
        await Task.Delay(CacheMost, TestContext.Current.CancellationToken);
        Assert.Equal("REVALIDATED", (await SeeAsync("/confirmed")).Cache);

        await OpenAsync();
        raw.Upstream.Answer = Answer(Html, Fields, body: Page.Replace("as it was", "as it is", StringComparison.Ordinal));
        await Task.Delay(CacheMost, TestContext.Current.CancellationToken);

        Assert.Contains("as it is", await LookAsync("/confirmed"), StringComparison.Ordinal);
    }

    private static TimeSpan CacheMost => Core.Html.CacheLifetime.Most + TimeSpan.FromSeconds(2);

    private async Task CloseAsync()
    {
        if (raw.Site.View.Mode == SiteMode.Normal)
            await raw.Site.StopReplicasAsync();
    }

    private Task OpenAsync()
    {
        raw.Site.Fleet["db2"].Mend();
        raw.Site.Fleet["db3"].Mend();
        return Eventually.HappensAsync("the site is open", Deadline, async () =>
        {
            await raw.Site.TickAsync();
            return raw.Site.View.Mode == SiteMode.Normal;
        });
    }

    private async Task<string> LookAsync(string path) => (await SeeAsync(path)).Page;

    private async Task<(string Page, string? Cache)> SeeAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Sec-Fetch-Dest", "document");
        request.Headers.Add("Sec-Fetch-Mode", "navigate");
        using HttpResponseMessage answer = await Members.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.NotEqual(HttpStatusCode.BadGateway, answer.StatusCode);
        string page = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return (page, answer.Headers.TryGetValues("X-Cache", out IEnumerable<string>? cache) ? cache.Single() : null);
    }

    private static Func<RawRequest, System.Net.Sockets.NetworkStream, Task<bool>> Answer(
        string type, string fields, string status = "200 OK", string body = Page) =>
        RawUpstream.Always($"HTTP/1.1 {status}\r\nContent-Type: {type}\r\n{fields}Content-Length: {body.Length}\r\n\r\n{body}");

    private string Configuration(int port) => NginxFile.Of(_directory, "crit", $$"""
        access_log off;
            proxy_cache_path {{Path.Combine(_directory, "cache")}} keys_zone=pages:1m;
            server {
                listen 127.0.0.1:{{port}};
                location / {
                    proxy_pass {{raw.Site.Address}};
                    proxy_http_version 1.1;
                    proxy_set_header Connection "";
                    proxy_set_header Host club.example;
                    proxy_cache pages;
                    proxy_cache_valid any 10m;
                    proxy_cache_revalidate on;
                    add_header X-Cache $upstream_cache_status always;
                }
            }
        """);
}
