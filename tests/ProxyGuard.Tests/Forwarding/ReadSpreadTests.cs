using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ProxyGuard.Testing;

namespace ProxyGuard.Tests.Forwarding;

/// <summary>How reads are spread over web servers, and where they go while no replica is fresh.</summary>
public sealed class ReadSpreadTests
{
    [Fact]
    public async Task A_node_of_three_times_the_weight_gets_three_times_the_reads()
    {
        const int Reads = 400;
        await using GuardedSite site = await GuardedSite.StartWellAsync(json => json["ProxyGuard"]!["Nodes"]!["db2"]!["Weight"] = 3);
        for (int read = 0; read < Reads; read++)
            await site.Http.GetStringAsync("/");

        // Six standard deviations.
        Assert.InRange(site.Upstreams["web2"].Seen.Count, Reads * 3 / 4 - 52, Reads * 3 / 4 + 52);
        Assert.Equal(Reads, site.Upstreams["web2"].Seen.Count + site.Upstreams["web3"].Seen.Count);
    }

    [Theory]
    [InlineData("serve-stale", HttpStatusCode.OK)]
    [InlineData("refuse", HttpStatusCode.ServiceUnavailable)]
    public async Task When_all_are_behind_the_primary_serves_up_to_its_limit_and_the_others_are_told(string aboveLimit, HttpStatusCode status)
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync(json =>
            json["ProxyGuard"]!["Reads"] = new JsonObject { ["AllBehind"] = "read-from-primary", ["PrimaryLimit"] = 1, ["AboveLimit"] = aboveLimit });
        await site.StopReplicasAsync();
        var held = new TaskCompletionSource();
        site.Upstreams["web1"].Answer = async context =>
        {
            await held.Task;
            await context.Response.WriteAsync("<body>web1</body>");
        };
        Task<HttpResponseMessage> first = site.Http.GetAsync("/");
        await Eventually.HappensAsync("the primary's web server has the first read", TimeSpan.FromSeconds(5), () => !site.Upstreams["web1"].Seen.IsEmpty);

        using HttpResponseMessage second = await site.Http.GetAsync("/");
        held.SetResult();
        using HttpResponseMessage favoured = await first;

        Assert.Equal((HttpStatusCode.OK, false), (favoured.StatusCode, favoured.Headers.Contains("X-ProxyGuard-As-Of")));
        Assert.Equal((status, status == HttpStatusCode.OK), (second.StatusCode, second.Headers.Contains("X-ProxyGuard-As-Of")));
        Assert.Single(site.Upstreams["web1"].Seen);
        // And there is room again.
        Assert.Contains("<body>web1", await site.Http.GetStringAsync("/"), StringComparison.Ordinal);
    }
}
