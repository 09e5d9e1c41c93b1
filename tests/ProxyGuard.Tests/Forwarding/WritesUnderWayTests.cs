using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Requests;
using ProxyGuard.Forwarding;
using ProxyGuard.Guarding;
using ProxyGuard.Operations;
using ProxyGuard.Testing;

namespace ProxyGuard.Tests.Forwarding;

/// <summary>Writes that are on their way when the site is closed: counted, and finished.</summary>
public sealed class WritesUnderWayTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_under_way_at_the_switch_is_counted_and_finished_and_nothing_follows_it()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        var held = new TaskCompletionSource();
        site.Upstreams["web1"].Answer = context => held.Task.WaitAsync(Stop);
        Task<HttpResponseMessage>[] writes = [.. Enumerable.Range(0, 3).Select(i => site.Http.PostAsync("/comments", new StringContent($"text={i}"), Stop))];
        await Eventually.HappensAsync("they are under way", TimeSpan.FromSeconds(10), () => site.Upstreams["web1"].Seen.Count == 3);

        await site.StopReplicasAsync();
        Assert.Equal(3, await UnderWayAsync(site));
        using (HttpResponseMessage refused = await site.Http.PostAsync("/comments", new StringContent("text=late"), Stop))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal(3, await UnderWayAsync(site));

        held.SetResult();
        foreach (HttpResponseMessage answer in await Task.WhenAll(writes))
        {
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            answer.Dispose();
        }

        await Eventually.HappensAsync("none is left", TimeSpan.FromSeconds(10), async () => await UnderWayAsync(site) == 0);
        Assert.Equal(3, site.Upstreams["web1"].Seen.Count);
    }

    [Fact]
    public async Task Whoever_sets_a_hold_is_told_at_once_how_many_there_are()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        var held = new TaskCompletionSource();
        site.Upstreams["web1"].Answer = context => held.Task.WaitAsync(Stop);
        Task<HttpResponseMessage> write = site.Http.PostAsync("/comments", new StringContent("text=x"), Stop);
        await Eventually.HappensAsync("it is under way", TimeSpan.FromSeconds(10), () => site.Upstreams["web1"].Seen.Count == 1);

        using HttpResponseMessage answer = await site.Management.PutAsJsonAsync("/api/v1/maintenance", new { mode = "maintenance", reason = "a new disk" }, Stop);

        Assert.Equal(1, (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("writesUnderWay").GetInt64());
        held.SetResult();
        using HttpResponseMessage written = await write;
        Assert.Equal(HttpStatusCode.OK, written.StatusCode);
    }

    [Fact]
    public async Task Reads_are_not_counted_and_a_write_that_fails_is_not_counted_for_ever()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        var held = new TaskCompletionSource();
        foreach (Upstream upstream in site.Upstreams.Values)
            upstream.Answer = context => held.Task.WaitAsync(Stop);
        Task<string> read = site.Http.GetStringAsync("/", Stop);
        await Eventually.HappensAsync("it is under way", TimeSpan.FromSeconds(10), () => site.Upstreams.Values.Any(upstream => !upstream.Seen.IsEmpty));
        Assert.Equal(0, await UnderWayAsync(site));
        held.SetResult();
        await read;

        await site.Upstreams["web1"].DisposeAsync();
        using HttpResponseMessage failed = await site.Http.PostAsync("/comments", new StringContent("text=x"), Stop);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, failed.StatusCode);
        Assert.Equal(0, await UnderWayAsync(site));
    }

    /// <summary>Between the verdict and the count the site can be closed: who then reads zero and begins to work on the database must not meet that write.</summary>
    [Fact]
    public async Task A_write_that_was_let_through_but_not_counted_yet_is_refused_once_the_site_is_closed()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        GuardBoard board = site.Service<GuardBoard>();
        var context = new DefaultHttpContext { Request = { Method = "POST" }, Response = { Body = new MemoryStream() } };
        context.Features.Get<IHttpRequestFeature>()!.RawTarget = "/comments";
        context.Features.Set(board.Decide(RequestKind.Write, "POST"));
        bool isForwarded = false;
        Task ForwardAsync(HttpContext _)
        {
            isForwarded = true;
            return Task.CompletedTask;
        }

        var middleware = new WriteCountMiddleware(ForwardAsync, board, site.Service<GuardRules>(), site.Service<Refusals>(), site.Service<GuardMetrics>());

        await site.StopReplicasAsync();
        await middleware.InvokeAsync(context);

        Assert.False(isForwarded);
        Assert.Equal(StatusCodes.Status503ServiceUnavailable, context.Response.StatusCode);
        Assert.Equal("read-only", context.Response.Headers["X-ProxyGuard-Mode"]);
        Assert.Equal(0, await UnderWayAsync(site));
    }

    private static async Task<long> UnderWayAsync(GuardedSite site)
    {
        long told = (await site.Management.GetFromJsonAsync<JsonElement>("/api/v1/maintenance", Stop)).GetProperty("writesUnderWay").GetInt64();
        Assert.Contains($"\nproxyguard_writes_under_way {told}\n", await site.Management.GetStringAsync("/metrics", Stop), StringComparison.Ordinal);
        return told;
    }
}
