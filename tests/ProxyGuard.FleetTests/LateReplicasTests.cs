using ProxyGuard.Demo.Fleet;
using ProxyGuard.Testing;

namespace ProxyGuard.FleetTests;

/// <summary>Replicas that report no error and are late all the same.</summary>
[Collection(nameof(RunsAlone))]
public sealed class LateReplicasTests(FleetHome home, ITestOutputHelper output)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Allowed = TimeSpan.FromSeconds(5 + 3);

    [Fact]
    public Task A_cut_network_that_no_thread_reports_shows_as_lag() => LiveThroughAsync(
        throughRelays: true,
        faults =>
        {
            faults.CutNetwork();
            return Task.CompletedTask;
        },
        faults =>
        {
            faults.RestoreNetwork();
            return Task.CompletedTask;
        });

    [Fact]
    public Task Replicas_blocked_by_a_lock_are_behind_until_they_catch_up() => LiveThroughAsync(
        throughRelays: false,
        faults => faults.HoldBackAsync(),
        faults => faults.LetGoAsync());

    private async Task LiveThroughAsync(bool throughRelays, Func<Faults, Task> holdBack, Func<Faults, Task> letGo)
    {
        await using GuardedFleet site = await GuardedFleet.StartAsync(home.DirectoryOrSkip(), throughRelays);
        await using var members = Members.Visit(site.Http, write: false);
        await using IAsyncDisposable writing = await DirectWrites.KeepWritingAsync(site.Fleet.Primary);
        await site.Fleet.WaitUntilCaughtUpAsync(Deadline);

        DateTimeOffset heldFrom = DateTimeOffset.UtcNow;
        await holdBack(site.Faults);
        ReplicaStatus soon = (await site.Fleet.Replicas[0].ReplicaStatusAsync())!;
        StatusSeen closed = await site.WaitForModeAsync("read-only", Deadline);
        ReplicaStatus then = (await site.Fleet.Replicas[0].ReplicaStatusAsync())!;
        int enough = members.Pages.Count + 100;
        await Eventually.HappensAsync("a hundred more pages", Deadline, () => members.Pages.Count >= enough);
        string report = await site.FleetReportAsync();

        DateTimeOffset backFrom = DateTimeOffset.UtcNow;
        await letGo(site.Faults);
        StatusSeen open = await site.WaitForModeAsync("normal", Deadline);
        await members.LeaveAsync();

        List<PageSeen> late = [.. members.Pages.Where(page => page.SentAt > closed.SeenAt && page.SentAt < backFrom)];
        output.WriteLine($"read-only ({closed.Cause}) {(closed.SeenAt - heldFrom).TotalSeconds:0.00} s after the fault, "
            + $"open again {(open.SeenAt - backFrom).TotalSeconds:0.0} s after it ended");
        output.WriteLine($"the replica's own report: at first {soon.IoThread}/{soon.SqlThread}, {soon.SecondsBehind} s behind; "
            + $"at the closing {then.IoThread}/{then.SqlThread}, {then.SecondsBehind} s behind");
        Assert.Equal(("Yes", "Yes"), (soon.IoThread, soon.SqlThread));
        Assert.Equal(("Yes", "Yes"), (then.IoThread, then.SqlThread));
        Assert.InRange(closed.SeenAt - heldFrom, TimeSpan.Zero, Allowed);
        Assert.Equal("replicas-behind", closed.Cause);
        Every.One(late, page => page is { Mode: "read-only", HasBanner: true } && page.AsOf <= heldFrom);
        Assert.DoesNotContain(NodeSeen.AllIn(report), node => node is { Name: not "db1", State: "fresh" });
    }
}
