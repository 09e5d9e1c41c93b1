using ProxyGuard.Demo.Fleet;
using ProxyGuard.Testing;

namespace ProxyGuard.FleetTests;

/// <summary>What the demo shows with <c>break backlog</c>: replicas that catch up, so slowly that it can be watched.</summary>
[Collection(nameof(RunsAlone))]
public sealed class BacklogTests(FleetHome home)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    // Twenty seconds on any machine.
    private static readonly BacklogSettings Short = new() { Writes = 400 };

    [Fact]
    public async Task Catching_up_is_shown_with_a_percent_that_grows_and_a_range_and_mend_ends_it()
    {
        await using GuardedFleet site = await GuardedFleet.StartAsync(home.DirectoryOrSkip(), throughRelays: true);
        var told = new List<string>();

        await site.Faults.BuildBacklogAsync(Short, told.Add);

        Assert.Contains("db1 has 400 of 400 writes that the replicas lack, 7 MB.", told);
        await site.WaitForModeAsync("read-only", Deadline);
        var percents = new List<double>();
        bool hasRange = false;
        await Eventually.HappensAsync("the percent has grown five times, with a range", Deadline, async () =>
        {
            StatusSeen seen = await site.StatusAsync();
            hasRange |= seen.RemainingSeconds is { Low: > 0 };
            if (seen is { CatchUpState: "catching-up", Percent: { } percent } && (percents.Count == 0 || percent > percents[^1]))
                percents.Add(percent);
            Assert.Equal("read-only", seen.Mode);
            return percents.Count > 5 && hasRange;
        });
        Assert.InRange(percents[^1], 1, 99);

        DateTimeOffset mendedAt = DateTimeOffset.UtcNow;
        await site.Faults.MendAllAsync();
        StatusSeen open = await site.WaitForModeAsync("normal", Deadline);
        // At full speed, and the quiet time of five seconds.
        Assert.InRange(open.SeenAt - mendedAt, TimeSpan.Zero, TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task A_second_backlog_after_mending_is_as_slow_as_the_first()
    {
        await using GuardedFleet site = await GuardedFleet.StartAsync(home.DirectoryOrSkip(), throughRelays: true);
        await site.Faults.BuildBacklogAsync(Short with { Writes = 20 }, _ => { });
        await site.Faults.MendAllAsync();

        await site.Faults.BuildBacklogAsync(Short with { Writes = 100 }, _ => { });
        DateTimeOffset began = DateTimeOffset.UtcNow;
        await site.Fleet.WaitUntilCaughtUpAsync(Deadline);

        Assert.InRange(DateTimeOffset.UtcNow - began, TimeSpan.FromSeconds(4), Deadline);
    }
}
