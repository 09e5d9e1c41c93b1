using System.Net;
using System.Text.Json;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Telling.Status;
using ProxyGuard.Testing;

namespace ProxyGuard.Tests.Telling.Status;

public class StatusTests
{
    [Fact]
    public async Task The_status_in_normal_mode_has_no_cause_or_catch_up()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        JsonElement status = await site.StatusAsync();

        Assert.Equal("Photo Club", status.GetProperty("site").GetString());
        Assert.Equal("normal", status.GetProperty("mode").GetString());
        foreach (string absent in (string[])["cause", "asOf", "catchUp", "retryAfterSeconds"])
            Assert.Equal(JsonValueKind.Null, status.GetProperty(absent).ValueKind);
    }

    /// <summary>A refused write may see a new view before those who listen are told of it: then it is what tells them.</summary>
    [Fact]
    public async Task A_status_edition_created_by_a_request_notifies_the_listeners()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        StatusFeed feed = site.Service<StatusFeed>();
        Task next = feed.Next;

        feed.Edition(site.View with { Mode = SiteMode.ReadOnly, Cause = Cause.ReplicasStuck });

        Assert.True(next.IsCompleted);
    }

    [Fact]
    public async Task The_status_follows_a_catch_up_from_stuck_to_done()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        await site.StopReplicasAsync();
        await site.TickAsync(20, bytesWritten: 1_000_000);
        JsonElement stuck = (await site.StatusAsync()).GetProperty("catchUp");
        Assert.Equal("stuck", stuck.GetProperty("state").GetString());
        Assert.Equal(0, stuck.GetProperty("percent").GetDouble());
        Assert.InRange(stuck.GetProperty("queueBytes").GetInt64(), 20_000_000, 20_000_300);
        Assert.Equal(JsonValueKind.Null, stuck.GetProperty("remainingSeconds").ValueKind);

        // Half a megabyte a tick: 20 MB take 20 seconds.
        ScriptedNode db2 = site.Fleet["db2"];
        db2.SqlError = null;
        var percents = new List<double>();
        for (int tick = 0; tick < 20; tick++)
        {
            db2.StoppedAt += 500_000;
            await site.TickAsync();
            percents.Add((await site.StatusAsync()).GetProperty("catchUp").GetProperty("percent").GetDouble());
        }

        JsonElement midway = (await site.StatusAsync()).GetProperty("catchUp");
        Assert.Equal("catching-up", midway.GetProperty("state").GetString());
        Assert.Equal(percents.Order(), percents);
        Assert.InRange(percents[^1], 49, 51);
        Assert.Equal(1_000_000, midway.GetProperty("bytesPerSecond").GetDouble());
        JsonElement remaining = midway.GetProperty("remainingSeconds");
        Assert.InRange(remaining.GetProperty("likely").GetDouble(), 9.5, 11.5);
        Assert.InRange(10, remaining.GetProperty("low").GetDouble(), remaining.GetProperty("high").GetDouble());

        db2.Mend();
        await site.TickAsync(3);
        JsonElement done = await site.StatusAsync();
        Assert.Equal("done", done.GetProperty("catchUp").GetProperty("state").GetString());
        Assert.Equal("read-only", done.GetProperty("mode").GetString());
        Assert.InRange(done.GetProperty("retryAfterSeconds").GetDouble(), 5, 6);
        await site.TickAsync(10);
        Assert.Equal("normal", (await site.StatusAsync()).GetProperty("mode").GetString());
    }

    [Fact]
    public async Task A_growing_backlog_is_reported_as_growing_without_an_estimate()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        await site.StopReplicasAsync();
        await site.TickAsync(20, bytesWritten: 1_000_000);
        site.Fleet["db2"].SqlError = null;
        for (int tick = 0; tick < 20; tick++)
        {
            site.Fleet["db2"].StoppedAt += 200_000;
            await site.TickAsync(bytesWritten: 300_000);
        }

        JsonElement catchUp = (await site.StatusAsync()).GetProperty("catchUp");
        Assert.Equal("growing", catchUp.GetProperty("state").GetString());
        Assert.Equal(JsonValueKind.Null, catchUp.GetProperty("remainingSeconds").ValueKind);
    }

    [Fact]
    public async Task The_status_revision_grows_only_when_the_status_changes()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        long normal = await RevisionAsync(site);
        await site.TickAsync(10);
        Assert.Equal(normal, await RevisionAsync(site));

        await site.StopReplicasAsync();
        long stopped = await RevisionAsync(site);
        Assert.True(stopped > normal);
        await site.TickAsync(1, bytesWritten: 1000);
        Assert.True(await RevisionAsync(site) > stopped);
    }

    [Fact]
    public async Task Public_pages_reveal_no_internal_details()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        await site.StopReplicasAsync();
        foreach (string page in (string[])["status.json", "", "b.js", "status.js"])
        {
            string text = await site.Http.GetStringAsync($"/_proxyguard/{page}");
            foreach (
                string secret in (string[])["db1", "db2", "internal.example", "hunter2", "10.11", "1062", "Duplicate", site.StateDirectory])
                Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Own_pages_accept_only_GET_and_HEAD_and_send_security_headers()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        using HttpResponseMessage posted = await site.Http.PostAsync("/_proxyguard/status.json", null);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, posted.StatusCode);

        using HttpResponseMessage page = await site.Http.GetAsync("/_proxyguard/");
        Assert.Equal("nosniff", page.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.StartsWith("default-src 'none'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal("noindex", page.Headers.GetValues("X-Robots-Tag").Single());

        using HttpResponseMessage head = await site.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/_proxyguard/status.json"));
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
        Assert.True(head.Content.Headers.ContentLength > 0);
    }

    [Fact]
    public async Task An_event_stream_sends_the_current_status_and_every_change_and_ends_at_shutdown()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        using HttpResponseMessage answer = await site.Http.GetAsync("/_proxyguard/events", HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.MediaType);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());

        Assert.Equal("normal", (await NextAsync(reader)).GetProperty("mode").GetString());
        await site.StopReplicasAsync();
        Assert.Equal("read-only", (await NextAsync(reader)).GetProperty("mode").GetString());

        await site.StopAsync().WaitAsync(TimeSpan.FromSeconds(5));
        Assert.DoesNotContain("data:", await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(5)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_idle_event_stream_sends_a_comment_within_fifteen_seconds()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        using HttpResponseMessage answer = await site.Http.GetAsync("/_proxyguard/events", HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        await NextAsync(reader);

        // The stream starts to wait in its own time: tick until it has said something.
        Task<string?> line = reader.ReadLineAsync();
        for (int tick = 0; tick < 2_000 && !line.IsCompleted; tick++)
        {
            await site.TickAsync();
            await Task.WhenAny(line, Task.Delay(5));
        }

        Assert.StartsWith(":", await line.WaitAsync(TimeSpan.FromSeconds(5)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_event_stream_gets_its_own_retry_time()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        var told = new List<double>();
        for (int stream = 0; stream < 20; stream++)
        {
            using HttpResponseMessage answer = await site.Http.GetAsync("/_proxyguard/events", HttpCompletionOption.ResponseHeadersRead);
            using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
            string? line;
            while (
                !(line = await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(10)))!.StartsWith("retry: ", StringComparison.Ordinal))
                Assert.NotNull(line);
            told.Add(double.Parse(line[7..], System.Globalization.CultureInfo.InvariantCulture));
        }

        Assert.All(told, milliseconds => Assert.InRange(milliseconds, 2_000, 6_000));
        Assert.True(told.Distinct().Count() > 15 && told.Max() - told.Min() > 1_000, string.Join(' ', told));
    }

    [Fact]
    public async Task Event_streams_above_the_limit_get_503_with_Retry_After_while_status_json_still_works()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync(
            json => json["ProxyGuard"]!["Limits"] = new System.Text.Json.Nodes.JsonObject { ["MaxEventStreams"] = 1 });
        HttpResponseMessage first = await site.Http.GetAsync("/_proxyguard/events", HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);

        using (HttpResponseMessage second = await site.Http.GetAsync("/_proxyguard/events"))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, second.StatusCode);
            Assert.Equal(TimeSpan.FromSeconds(30), second.Headers.RetryAfter!.Delta);
        }

        Assert.Equal("normal", (await site.StatusAsync()).GetProperty("mode").GetString());
        Assert.Contains("\nproxyguard_event_streams 1\n", await site.Management.GetStringAsync("/metrics"), StringComparison.Ordinal);

        first.Dispose();
        await Eventually.HappensAsync("there is room again", TimeSpan.FromSeconds(10), async () =>
        {
            // Who has left is noticed with the next thing that is said.
            await site.TickAsync();
            using HttpResponseMessage again = await site.Http.GetAsync("/_proxyguard/events", HttpCompletionOption.ResponseHeadersRead);
            return again.StatusCode == HttpStatusCode.OK;
        });
    }

    private static async Task<long> RevisionAsync(GuardedSite site) => (await site.StatusAsync()).GetProperty("revision").GetInt64();

    private static async Task<JsonElement> NextAsync(StreamReader reader)
    {
        while (true)
        {
            string line = await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(10)) ?? throw new EndOfStreamException();
            if (!line.StartsWith("data: ", StringComparison.Ordinal))
                continue;
            // The empty line ends the event.
            await reader.ReadLineAsync();
            return JsonDocument.Parse(line[6..]).RootElement;
        }
    }
}
