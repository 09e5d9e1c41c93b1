using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ProxyGuard.Testing;

namespace ProxyGuard.Tests.Ground.Hosting;

/// <summary>The way down: say so, close, finish.</summary>
public sealed class ShutdownTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Readiness_fails_before_the_listener_closes_and_in_flight_requests_finish()
    {
        GuardedSite site = await GuardedSite.StartWellAsync(
            json => json["ProxyGuard"]!["Shutdown"] = new JsonObject { ["PreStopDelay"] = "00:00:30" });
        var held = new TaskCompletionSource();
        foreach (Upstream upstream in site.Upstreams.Values)
            upstream.Answer = async context =>
            {
                if (context.Request.Path == "/slow")
                    await held.Task;
                await context.Response.WriteAsync("done");
            };
        Assert.Equal(HttpStatusCode.OK, await StatusOfAsync(site, "/ready"));
        Task<string> slow = site.Http.GetStringAsync("/slow");
        await Eventually.HappensAsync(
            "the slow request is under way", Deadline,
            () => Task.FromResult(site.Upstreams.Values.Any(upstream => !upstream.Seen.IsEmpty)));

        Task stopped = site.StopAsync();
        await Eventually.HappensAsync(
            "it is announced", Deadline, async () => await StatusOfAsync(site, "/ready") == HttpStatusCode.ServiceUnavailable);
        Assert.Equal("done", await site.Http.GetStringAsync("/while-it-is-announced"));
        Assert.Equal(HttpStatusCode.OK, await StatusOfAsync(site, "/alive"));

        site.Time.Advance(TimeSpan.FromSeconds(31));
        await Eventually.HappensAsync("the door is closed", Deadline, () => IsClosedAsync(site));
        Assert.False(stopped.IsCompleted);
        held.SetResult();
        Assert.Equal("done", await slow);
        await stopped.WaitAsync(Deadline);
        await site.DisposeAsync();
    }

    [Fact]
    public async Task Requests_that_outlast_the_drain_time_are_aborted()
    {
        GuardedSite site = await GuardedSite.StartWellAsync(
            json => json["ProxyGuard"]!["Shutdown"] = new JsonObject { ["DrainFor"] = "00:00:01" });
        var never = new TaskCompletionSource();
        foreach (Upstream upstream in site.Upstreams.Values)
            upstream.Answer = context => never.Task.WaitAsync(context.RequestAborted);
        Task<string> slow = site.Http.GetStringAsync("/slow");
        await Eventually.HappensAsync(
            "the slow request is under way", Deadline, () => site.Upstreams.Values.Any(upstream => !upstream.Seen.IsEmpty));

        var watch = Stopwatch.StartNew();
        await site.StopAsync();

        Assert.InRange(watch.Elapsed.TotalSeconds, 0.9, 10);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => slow);
        await site.DisposeAsync();
    }

    private static async Task<HttpStatusCode> StatusOfAsync(GuardedSite site, string path)
    {
        using HttpResponseMessage answer = await site.Management.GetAsync(path);
        return answer.StatusCode;
    }

    private static async Task<bool> IsClosedAsync(GuardedSite site)
    {
        using var anew = new HttpClient { BaseAddress = site.Address, Timeout = TimeSpan.FromSeconds(2) };
        try
        {
            using HttpResponseMessage answer = await anew.GetAsync("/");
            return false;
        }
        catch (HttpRequestException)
        {
            return true;
        }
    }
}
