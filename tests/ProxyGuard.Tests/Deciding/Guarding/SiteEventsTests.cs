using System.Net.Http.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Deciding.Guarding;
using ProxyGuard.Ground.Time;
using ProxyGuard.Testing;

namespace ProxyGuard.Tests.Deciding.Guarding;

/// <summary>What happened reaches everybody who tells of it, whatever the others do.</summary>
public class SiteEventsTests
{
    private static readonly SiteEvent Happened = new SiteEvent.WebServerBack("web1") { At = DateTimeOffset.UnixEpoch };

    [Fact]
    public async Task A_failing_or_hanging_sink_does_not_block_the_other_sinks()
    {
        var hanging = new Sink(async (_, stop) => await Task.Delay(Timeout.Infinite, stop));
        var throwing = new Sink((_, _) => throw new IOException("the disk is full"));
        var well = new Sink((_, _) => Task.CompletedTask);
        await using var events = new SiteEvents(
            [hanging, throwing, well], new GuardClock(TimeProvider.System), NullLogger<SiteEvents>.Instance);

        for (int i = 0; i < 100; i++)
            events.Tell(Happened);

        await Eventually.HappensAsync(
            "the others were told", TimeSpan.FromSeconds(10), () => Task.FromResult(throwing.Count == 100 && well.Count == 100));
        Assert.Equal(1, hanging.Count);
    }

    [Fact]
    public async Task Events_dropped_for_a_slow_sink_are_logged()
    {
        var log = new CountingLog();
        var gate = new TaskCompletionSource();
        var slow = new Sink((_, _) => gate.Task);
        await using var events = new SiteEvents([slow], new GuardClock(TimeProvider.System), log);

        events.Tell(Happened);
        await Eventually.HappensAsync("it is at the first", TimeSpan.FromSeconds(10), () => Task.FromResult(slow.Count == 1));
        for (int i = 0; i < EventQueue.Most + 7; i++)
            events.Tell(Happened);
        gate.SetResult();
        await events.ToldAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(7, log.Errors);
        Assert.Equal(1 + EventQueue.Most, slow.Count);
    }

    /// <summary>Whoever waits for it hears of it, however the adding and the telling meet.</summary>
    [Fact]
    public async Task Waiting_for_delivered_events_never_hangs()
    {
        var well = new Sink((_, _) => Task.CompletedTask);
        await using var events = new SiteEvents([well], new GuardClock(TimeProvider.System), NullLogger<SiteEvents>.Instance);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (int i = 0; i < 20_000; i++)
            {
                events.Tell(Happened);
                await events.ToldAsync(Timeout.InfiniteTimeSpan).WaitAsync(TimeSpan.FromSeconds(10));
            }
        })));

        Assert.Equal(80_000, well.Count);
    }

    [Fact]
    public async Task Pending_events_are_delivered_at_shutdown()
    {
        var well = new Sink(async (_, stop) => await Task.Delay(10, stop));
        var events = new SiteEvents([well], new GuardClock(TimeProvider.System), NullLogger<SiteEvents>.Instance);
        for (int i = 0; i < 20; i++)
            events.Tell(Happened);

        await events.DisposeAsync();

        Assert.Equal(20, well.Count);
    }

    /// <summary>The operator kept the site open; when that ends it closes, and why is written as for every other change.</summary>
    [Fact]
    public async Task An_open_hold_that_expires_during_an_incident_is_audited_with_the_new_mode()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        using HttpResponseMessage put = await site.Management.PutAsJsonAsync(
            new Uri("/api/v1/maintenance", UriKind.Relative),
                new { mode = "open", endsAt = site.Time.GetUtcNow().AddSeconds(5).ToString("O") });
        put.EnsureSuccessStatusCode();
        await site.StopReplicasAsync();
        Assert.Equal(SiteMode.Normal, site.View.Mode);

        await site.TickAsync(12);

        Assert.Equal((SiteMode.ReadOnly, Cause.ReplicasStuck), (site.View.Mode, site.View.Cause));
        string last = (await File.ReadAllLinesAsync(Path.Combine(site.StateDirectory, "audit.jsonl")))[^1];
        Assert.Contains("\"to\":\"read-only (replicas-stuck)\"", last, StringComparison.Ordinal);
        Assert.Contains("the hold of tests ended at", last, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failing_view_listener_does_not_block_the_others()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        var heard = new Listener(null);
        var views = new ViewBroadcast(
            site.Service<GuardBoard>(), [new Listener(new InvalidOperationException()), heard], site.Service<SiteEvents>(),
            NullLogger<ViewBroadcast>.Instance);

        views.Post(site.View, site.View, []);

        Assert.Equal(1, heard.Count);
    }

    private sealed class Sink(Func<SiteEvent, CancellationToken, Task> tell) : ISiteEventSink
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public string Name => "test";

        public Task TellAsync(SiteEvent happened, CancellationToken stop)
        {
            Interlocked.Increment(ref _count);
            return tell(happened, stop);
        }
    }

    private sealed class Listener(Exception? thrown) : IGuardListener
    {
        public int Count { get; private set; }

        public void Posted(GuardView before, GuardView after)
        {
            Count++;
            if (thrown is not null)
                throw thrown;
        }
    }

    private sealed class CountingLog : ILogger<SiteEvents>
    {
        private int _errors;

        public int Errors => Volatile.Read(ref _errors);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel == LogLevel.Error)
                Interlocked.Increment(ref _errors);
        }
    }
}
