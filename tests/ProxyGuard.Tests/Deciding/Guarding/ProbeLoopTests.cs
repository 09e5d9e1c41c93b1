using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Deciding.Guarding;
using ProxyGuard.Testing;

namespace ProxyGuard.Tests.Deciding.Guarding;

public class ProbeLoopTests
{
    // Half a second, in steps of a tenth.
    private const int StepsOfATick = 5;

    [Fact]
    public async Task A_failed_tick_is_counted_and_makes_the_site_read_only_but_does_not_end_the_loop()
    {
        await using GuardedSite site = await GuardedSite.StartAsync(runsProbeLoop: true);
        await UntilAsync(site, () => site.View.Mode == SiteMode.Normal);

        site.Fleet["db2"].BreaksTheTick = true;
        // A loop that the machine holds up makes the site read-only too, without any tick that failed.
        await UntilAsync(site, () => FailedTicks(site) > 0 && site.View is { Mode: SiteMode.ReadOnly, Cause: Cause.NothingKnown });
        Assert.DoesNotContain(
            "proxyguard_probe_tick_failures_total 0", await site.Management.GetStringAsync("/metrics"), StringComparison.Ordinal);

        site.Fleet["db2"].BreaksTheTick = false;
        await UntilAsync(site, () => site.View.Mode == SiteMode.Normal);
    }

    [Theory]
    [InlineData(typeof(InvalidCastException))]
    [InlineData(typeof(IndexOutOfRangeException))]
    [InlineData(typeof(NotImplementedException))]
    public async Task An_exception_of_the_driver_makes_only_the_probed_node_silent(Type thrown)
    {
        await using GuardedSite site = await GuardedSite.StartAsync(runsProbeLoop: true);
        await UntilAsync(site, () => site.View.Mode == SiteMode.Normal);

        // Also between two ticks, where the head alone is asked for.
        site.Fleet["db1"].Throws = (Exception)Activator.CreateInstance(thrown)!;
        await UntilAsync(site, () => site.View.Cause == Cause.PrimaryUnreachable);
        site.Fleet["db1"].Throws = null;
        site.Fleet["db2"].Throws = (Exception)Activator.CreateInstance(thrown)!;
        await UntilAsync(site, () => site.View.Fleet.Nodes[1].Health == NodeHealth.Silent && site.View.Mode == SiteMode.Normal);
        Assert.Equal([NodeHealth.Fresh, NodeHealth.Fresh], [site.View.Fleet.Nodes[0].Health, site.View.Fleet.Nodes[2].Health]);
        Assert.Equal(0, FailedTicks(site));
        Assert.True(site.Service<ProbeLoop>().FailedReadings >= 2);
    }

    // The loop goes on in its own time: the clock is moved in small steps until it has done what is waited for, and hardly further than the
    // loop can follow.
    private static async Task UntilAsync(GuardedSite site, Func<bool> isSo)
    {
        (MonotonicInstant, long) done = Done(site);
        for (int step = 0, ahead = 0; step < 2_000; step++)
        {
            if (isSo())
                return;
            ahead = Done(site) == done ? ahead + 1 : 0;
            done = Done(site);
            site.Time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(ahead > StepsOfATick ? 200 : 5);
        }

        Assert.Fail($"still {site.View.Mode}: {site.View.Cause}");
    }

    /// <summary>Another one after each tick, whether it failed or not.</summary>
    private static (MonotonicInstant, long) Done(GuardedSite site) => (site.Service<SiteGuard>().LastPosted.ExpiresAt, FailedTicks(site));

    private static long FailedTicks(GuardedSite site) => site.Service<ProbeLoop>().FailedTicks;
}
