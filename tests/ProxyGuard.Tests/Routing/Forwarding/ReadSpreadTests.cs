using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ProxyGuard.Testing;
using ProxyGuard.Tests.Ground.Settings;

namespace ProxyGuard.Tests.Routing.Forwarding;

/// <summary>How many reads each web server has: weights, the ramp, and what the primary bears while no replica is fresh.</summary>
public sealed class ReadSpreadTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_node_with_little_weight_gets_few_reads()
    {
        await using GuardedSite site = await StartAsync(("Nodes:db2:Weight", 100));

        Assert.InRange(await ReadsOfAsync(site, "web3", 200), 0, 15);
    }

    [Theory]
    [InlineData("00:10:00", 1, 40)]
    [InlineData("00:00:00", 60, 140)]
    public async Task A_recovered_replica_gets_few_reads_at_first_unless_the_ramp_is_zero(string rampUp, int least, int most)
    {
        await using GuardedSite site = await StartAsync(("Reads:RampUp", rampUp));
        // At the start all come back together, and share evenly.
        Assert.InRange(await ReadsOfAsync(site, "web2", 200), 60, 140);

        site.Fleet["db2"].StopApplying();
        await site.TickAsync(2, bytesWritten: 100);
        Assert.Equal(0, await ReadsOfAsync(site, "web2", 20));
        // The other one has had its whole share for long.
        await site.TickAsync(1_300);
        site.Fleet["db2"].Mend();
        await site.TickAsync(10);

        Assert.InRange(await ReadsOfAsync(site, "web2", 200), least, most);
    }

    [Theory]
    [InlineData("serve-stale", HttpStatusCode.OK)]
    [InlineData("refuse", HttpStatusCode.ServiceUnavailable)]
    public async Task The_primary_serves_reads_up_to_its_limit_if_no_replica_is_fresh_and_the_policy_allows_it(
        string aboveLimit, HttpStatusCode above)
    {
        await using GuardedSite site = await StartAsync(
            ("Reads:AllBehind", "read-from-primary"), ("Reads:MaxPrimaryReads", 1), ("Reads:AboveLimit", aboveLimit));
        await site.StopReplicasAsync();
        var held = new TaskCompletionSource();
        site.Upstreams["web1"].Answer = async context =>
        {
            await held.Task;
            await context.Response.WriteAsync("<body>web1</body>");
        };
        Task<HttpResponseMessage> first = site.Http.GetAsync("/");
        await Eventually.HappensAsync(
            "the primary's web server has the first read", Deadline, () => Task.FromResult(!site.Upstreams["web1"].Seen.IsEmpty));

        using HttpResponseMessage second = await site.Http.GetAsync("/");
        held.SetResult();
        using HttpResponseMessage served = await first;

        Assert.Equal(above, second.StatusCode);
        Assert.Equal(above == HttpStatusCode.OK, second.Headers.Contains("X-ProxyGuard-As-Of"));
        Assert.Equal((HttpStatusCode.OK, false), (served.StatusCode, served.Headers.Contains("X-ProxyGuard-As-Of")));
        Assert.Single(site.Upstreams["web1"].Seen);
        // And there is room again.
        Assert.Contains("<body>web1", await site.Http.GetStringAsync("/"), StringComparison.Ordinal);
    }

    /// <summary>Each reads one byte and then nothing more: the primary has long done its work.</summary>
    [Fact]
    public async Task Slow_clients_do_not_occupy_the_primarys_read_limit()
    {
        await using GuardedSite site = await StartAsync(("Reads:AllBehind", "read-from-primary"), ("Reads:MaxPrimaryReads", 2));
        await site.StopReplicasAsync();
        site.Upstreams["web1"].Answer = static async context => await context.Response.Body.WriteAsync(new byte[8 * 1024 * 1024]);
        HttpResponseMessage[] slow = await Task.WhenAll(
            Enumerable.Range(0, 2).Select(_ => site.Http.GetAsync("/", HttpCompletionOption.ResponseHeadersRead)));
        site.Upstreams["web1"].Answer = null;

        for (int read = 0; read < 5; read++)
            Assert.Contains("<body>web1", await site.Http.GetStringAsync("/"), StringComparison.Ordinal);

        foreach (HttpResponseMessage answer in slow)
        {
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            answer.Dispose();
        }
    }

    [Fact]
    public async Task One_client_address_cannot_use_up_the_primarys_read_limit()
    {
        await using GuardedSite site = await StartAsync(
            ("Reads:AllBehind", "read-from-primary"), ("Reads:MaxPrimaryReads", 4), ("Proxies:Trusted", new JsonArray("127.0.0.1")));
        await site.StopReplicasAsync();
        var held = new TaskCompletionSource();
        site.Upstreams["web1"].Answer = async context =>
        {
            await held.Task;
            await context.Response.WriteAsync("<body>web1</body>");
        };
        Task<HttpResponseMessage>[] stranger = [.. Enumerable.Range(0, 8).Select(_ => AskAsync("203.0.113.7"))];
        await Eventually.HappensAsync(
            "the stranger's further reads are answered from a replica", Deadline,
            () => Task.FromResult(stranger.Count(read => read.IsCompleted) == 6));
        Task<HttpResponseMessage>[] others = [AskAsync("198.51.100.1"), AskAsync("198.51.100.2")];
        await Eventually.HappensAsync("others have theirs", Deadline, () => Task.FromResult(site.Upstreams["web1"].Seen.Count == 4));

        held.SetResult();
        Assert.All(await Task.WhenAll(others), answer => Assert.False(answer.Headers.Contains("X-ProxyGuard-As-Of")));
        Assert.Equal(6, (await Task.WhenAll(stranger)).Count(answer => answer.Headers.Contains("X-ProxyGuard-As-Of")));

        async Task<HttpResponseMessage> AskAsync(string member)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { "X-Forwarded-For", member } } };
            return await site.Http.SendAsync(request);
        }
    }

    [Fact]
    public async Task The_primary_serves_no_replica_reads_by_default()
    {
        await using GuardedSite site = await StartAsync();
        await site.StopReplicasAsync();

        Assert.Equal(0, await ReadsOfAsync(site, "web1", 20));
    }

    [Fact]
    public async Task The_clusters_load_balancing_policy_chooses_among_the_eligible_upstreams()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync(
            json => json.AsObject().Put("ReverseProxy:Clusters:site:LoadBalancingPolicy", "FirstAlphabetical"));
        Assert.Equal(20, await ReadsOfAsync(site, "web2", 20));

        site.Fleet["db2"].StopApplying();
        await site.TickAsync(2, bytesWritten: 100);
        Assert.Equal(20, await ReadsOfAsync(site, "web3", 20));
    }

    private static Task<GuardedSite> StartAsync(params (string Option, JsonNode Value)[] options) => GuardedSite.StartWellAsync(json =>
    {
        foreach ((string option, JsonNode value) in options)
            json.AsObject().Put($"ProxyGuard:{option}", value);
    });

    private static async Task<int> ReadsOfAsync(GuardedSite site, string upstream, int times)
    {
        int before = site.Upstreams[upstream].Seen.Count;
        for (int time = 0; time < times; time++)
            Assert.NotEmpty(await site.Http.GetStringAsync("/"));
        return site.Upstreams[upstream].Seen.Count - before;
    }
}
