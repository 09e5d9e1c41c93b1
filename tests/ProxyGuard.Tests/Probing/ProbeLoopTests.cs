using ProxyGuard.Core.Guarding;
using ProxyGuard.Testing;

namespace ProxyGuard.Tests.Probing;

public class ProbeLoopTests
{
    [Fact]
    public async Task A_tick_that_fails_is_counted_makes_the_site_read_only_and_does_not_end_the_loop()
    {
        await using GuardedSite site = await GuardedSite.StartAsync(runsProbeLoop: true);
        await UntilAsync(site, () => site.View.Mode == SiteMode.Normal);

        site.Fleet["db2"].Throws = new InvalidOperationException("no node can do this");
        await UntilAsync(site, () => site.View.Mode == SiteMode.ReadOnly);
        Assert.Equal(Cause.NothingKnown, site.View.Cause);
        Assert.DoesNotContain("proxyguard_probe_tick_failures_total 0", await site.Management.GetStringAsync("/metrics"), StringComparison.Ordinal);

        site.Fleet["db2"].Throws = null;
        await UntilAsync(site, () => site.View.Mode == SiteMode.Normal);
    }

    // The loop goes on in its own time: the clock is moved in small steps until it has done what is waited for.
    private static async Task UntilAsync(GuardedSite site, Func<bool> isSo)
    {
        for (int step = 0; step < 2_000; step++)
        {
            if (isSo())
                return;
            site.Time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(5);
        }

        Assert.Fail($"still {site.View.Mode}: {site.View.Cause}");
    }
}
