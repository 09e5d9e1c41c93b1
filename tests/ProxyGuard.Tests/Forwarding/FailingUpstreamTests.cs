using System.Net;
using System.Text.Json.Nodes;
using ProxyGuard.Testing;

namespace ProxyGuard.Tests.Forwarding;

/// <summary>Web servers that go away, whatever their databases do.</summary>
public sealed class FailingUpstreamTests
{
    [Fact]
    public async Task A_read_whose_web_server_is_gone_is_served_by_another()
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
    public async Task When_the_fresh_replicas_web_server_is_gone_the_primarys_serves()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        site.Fleet["db3"].StopApplying();
        await site.TickAsync(2, bytesWritten: 100);
        await site.Upstreams["web2"].DisposeAsync();

        Assert.Contains("<body>web1", await site.Http.GetStringAsync("/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_asked_again_once_it_takes_connections()
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
    public async Task The_only_web_server_for_writes_is_asked_also_while_it_is_out_and_the_page_says_what_is_not_known()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        int port = site.Upstreams["web1"].Address.Port;
        await site.Upstreams["web1"].DisposeAsync();
        using var form = new HttpRequestMessage(HttpMethod.Post, "/comments") { Content = new StringContent("text=hello") };
        form.Headers.Add("Accept", "text/html");
        form.Headers.Add("Accept-Language", "de");
        using HttpResponseMessage failed = await site.Http.SendAsync(form);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, failed.StatusCode);
        Assert.Contains("Wir wissen nicht, ob das angekommen ist.", await failed.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.False(failed.Headers.Contains("Set-Cookie"));

        site.Upstreams["web1"] = await Upstream.StartAsync("web1", port);
        using HttpResponseMessage written = await site.Http.PostAsync("/comments", new StringContent("text=hello"));
        Assert.Equal(HttpStatusCode.OK, written.StatusCode);
    }

    [Fact]
    public async Task An_error_of_the_application_is_passed_on_and_not_tried_again()
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
    public async Task When_all_are_gone_a_page_says_so_and_names_nobody()
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
    public async Task A_read_that_goes_wherever_it_is_told_names_a_fresh_node_and_a_write_the_primary()
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
    public async Task Nobody_else_is_told_where_to_read()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        await site.Http.GetStringAsync("/");

        Assert.DoesNotContain(site.Upstreams.Values.SelectMany(upstream => upstream.Seen), seen => seen.Headers.ContainsKey("X-ProxyGuard-Read-From"));
    }

    /// <summary>What was told since the last time.</summary>
    private static string[] Told(GuardedSite site)
    {
        string[] told = [.. site.Upstreams.Values.SelectMany(upstream => upstream.Seen).Select(seen => seen.Headers["X-ProxyGuard-Read-From"]).Distinct().Order(StringComparer.Ordinal)];
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
