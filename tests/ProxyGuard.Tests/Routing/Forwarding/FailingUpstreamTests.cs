using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using ProxyGuard.Testing;

namespace ProxyGuard.Tests.Routing.Forwarding;

/// <summary>Web servers that go away, whatever their databases do.</summary>
public sealed class FailingUpstreamTests
{
    [Fact]
    public async Task A_read_whose_upstream_is_down_is_served_by_another()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        await site.Upstreams["web2"].DisposeAsync();

        for (int read = 0; read < 20; read++)
        {
            using HttpResponseMessage answer = await site.Http.GetAsync("/");
            Assert.Contains("<body>web3", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            Assert.Equal("normal", Assert.Single(answer.Headers.GetValues("X-ProxyGuard-Mode")));
        }

        // It was asked once, and then no more.
        Assert.InRange(await MetricAsync(site, "proxyguard_retries_total"), 0, 1);
    }

    [Fact]
    public async Task The_primarys_upstream_serves_reads_if_that_of_the_only_fresh_replica_is_down()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        site.Fleet["db3"].StopApplying();
        await site.TickAsync(2, bytesWritten: 100);
        await site.Upstreams["web2"].DisposeAsync();

        Assert.Contains("<body>web1", await site.Http.GetStringAsync("/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_upstream_returns_to_rotation_once_it_accepts_connections()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        int port = site.Upstreams["web2"].Address.Port;
        await site.Upstreams["web2"].DisposeAsync();
        for (int read = 0; read < 10; read++)
            Assert.DoesNotContain("<body>web2", await site.Http.GetStringAsync("/"), StringComparison.Ordinal);

        site.Upstreams["web2"] = await Upstream.StartAsync("web2", port);
        await Eventually.HappensAsync("web2 is asked again", TimeSpan.FromSeconds(10), async () =>
        {
            await site.TickAsync();
            return (await site.Http.GetStringAsync("/")).Contains("<body>web2", StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task A_write_that_reached_no_upstream_is_handed_back_and_the_next_one_is_tried()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        int port = site.Upstreams["web1"].Address.Port;
        await site.Upstreams["web1"].DisposeAsync();
        using HttpResponseMessage failed = await PostAsync(site, "text=What+a+summer!&password=1234");
        string page = await failed.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, failed.StatusCode);
        Assert.Contains("Die Website antwortet gerade nicht.", page, StringComparison.Ordinal);
        Assert.Contains("What a summer!", page, StringComparison.Ordinal);
        Assert.DoesNotContain("1234", page, StringComparison.Ordinal);
        Assert.False(failed.Headers.Contains("Set-Cookie"));

        site.Upstreams["web1"] = await Upstream.StartAsync("web1", port);
        using HttpResponseMessage written = await site.Http.PostAsync("/comments", new StringContent("text=hello"));
        Assert.Equal(HttpStatusCode.OK, written.StatusCode);
    }

    [Fact]
    public async Task A_write_whose_upstream_failed_is_handed_back_with_unknown_outcome()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        site.Upstreams["web1"].Answer = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        string text = new('x', 200_000);
        using HttpResponseMessage failed = await PostAsync(site, $"title=What+a+summer!&text={text}");
        string page = await failed.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, failed.StatusCode);
        Assert.Contains("Wir wissen nicht, ob das angekommen ist.", page, StringComparison.Ordinal);
        Assert.Contains("What a summer!", page, StringComparison.Ordinal);
        Assert.Contains(text, page, StringComparison.Ordinal);
        Assert.Single(site.Upstreams.Values.SelectMany(upstream => upstream.Seen));
    }

    [Fact]
    public async Task A_client_that_wrote_gets_labelled_older_pages_if_the_primarys_upstream_is_down()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        using HttpResponseMessage written = await PostAsync(site, "text=hello");
        await site.Upstreams["web1"].DisposeAsync();

        for (int read = 0; read < 3; read++)
        {
            using var look =
                new HttpRequestMessage(HttpMethod.Get,
                    "/")
                { Headers = { { "Cookie", written.Headers.GetValues("Set-Cookie").Single().Split(';')[0] } } };
            using HttpResponseMessage page = await site.Http.SendAsync(look);
            Assert.Equal(HttpStatusCode.OK, page.StatusCode);
            Assert.True(page.Headers.Contains("X-ProxyGuard-As-Of"));
        }
    }

    private static async Task<HttpResponseMessage> PostAsync(GuardedSite site, string form)
    {
        using var request =
            new HttpRequestMessage(HttpMethod.Post,
                "/comments")
            { Content = new StringContent(form, new MediaTypeHeaderValue("application/x-www-form-urlencoded")) };
        request.Headers.Add("Accept", "text/html");
        request.Headers.Add("Accept-Language", "de");
        return await site.Http.SendAsync(request);
    }

    [Fact]
    public async Task An_application_error_is_passed_on_without_a_retry()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        foreach (Upstream upstream in site.Upstreams.Values)
            upstream.Answer = context =>
            {
                context.Response.StatusCode = 500;
                return Task.CompletedTask;
            };
        using HttpResponseMessage answer = await site.Http.GetAsync("/");

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Single(site.Upstreams.Values.SelectMany(upstream => upstream.Seen));
    }

    [Fact]
    public async Task The_page_shown_when_all_upstreams_are_down_reveals_no_address()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        foreach (Upstream upstream in site.Upstreams.Values)
            await upstream.DisposeAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Add("Accept", "text/html");
        using HttpResponseMessage answer = await site.Http.SendAsync(request);
        string page = await answer.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("The site does not answer at the moment.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1", page, StringComparison.Ordinal);
        Assert.Equal("normal", Assert.Single(answer.Headers.GetValues("X-ProxyGuard-Mode")));
    }

    [Fact]
    public async Task The_read_from_header_names_a_fresh_node_for_reads_and_the_primary_for_writes()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync(json =>
        {
            JsonObject destinations = json["ReverseProxy"]!["Clusters"]!["site"]!["Destinations"]!.AsObject();
            foreach (string name in (string[])["web1", "web2", "web3"])
                destinations[name]!["Metadata"] = new JsonObject { ["ReadsVia"] = "Header" };
        });
        for (int read = 0; read < 20; read++)
            await site.Http.GetStringAsync("/");
        Assert.Equal(["db2 db2.internal.example:3306", "db3 db3.internal.example:3306"], Told(site));

        using HttpResponseMessage written = await site.Http.PostAsync("/comments", new StringContent("x"));
        Assert.Equal(["db1 db1.internal.example:3306"], Told(site));

        site.Fleet["db3"].StopApplying();
        await site.TickAsync(2, bytesWritten: 100);
        for (int read = 0; read < 20; read++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/");
            request.Headers.Add("X-ProxyGuard-Read-From", "db3 somewhere-else:3306");
            using HttpResponseMessage answer = await site.Http.SendAsync(request);
        }

        Assert.Equal(["db2 db2.internal.example:3306"], Told(site));
    }

    [Fact]
    public async Task Other_upstreams_get_no_read_from_header()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        await site.Http.GetStringAsync("/");

        Assert.DoesNotContain(
            site.Upstreams.Values.SelectMany(upstream => upstream.Seen), seen => seen.Headers.ContainsKey("X-ProxyGuard-Read-From"));
    }

    /// <summary>What was told since the last time.</summary>
    private static string[] Told(GuardedSite site)
    {
        string[] told =
        [
            .. site.Upstreams.Values.SelectMany(upstream => upstream.Seen).Select(seen => seen.Headers["X-ProxyGuard-Read-From"])
            .Distinct().Order(StringComparer.Ordinal),
        ];
        foreach (Upstream upstream in site.Upstreams.Values)
            upstream.Seen.Clear();
        return told;
    }

    private static async Task<double> MetricAsync(GuardedSite site, string name)
    {
        string metrics = await site.Management.GetStringAsync("/metrics");
        string line = metrics.Split('\n').Single(line => line.StartsWith(name + " ", StringComparison.Ordinal));
        return double.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
