using ProxyGuard.Core.Guarding;
using ProxyGuard.Testing;

namespace ProxyGuard.BrowserTests;

/// <summary>Both replicas have stopped with a duplicate key, and what was written since waits.</summary>
internal sealed class Incident
{
    private const long Backlog = 2_000_000;

    // Enough for a pace, so that there is a time to name.
    private const int TicksPerLeg = 10;

    private readonly GuardedSite _site;

    private Incident(GuardedSite site) => _site = site;

    public static async Task<Incident> BeginAsync(GuardedSite site)
    {
        await site.StopReplicasAsync();
        await site.TickAsync(20, bytesWritten: Backlog / 20);
        return new Incident(site);
    }

    /// <summary>The replicas apply again, and get from one point of the way to another at an even pace.</summary>
    public async Task CatchUpAsync(int fromPercent, int toPercent)
    {
        for (int tick = 0; tick <= TicksPerLeg; tick++)
        {
            double percent = fromPercent + (toPercent - fromPercent) * (double)tick / TicksPerLeg;
            Follow(bytesBehind: (long)(Backlog * (100 - percent) / 100));
            await _site.TickAsync();
        }
    }

    /// <summary>The replicas are at the head again, and the quiet time has passed.</summary>
    public async Task EndAsync()
    {
        Follow(bytesBehind: 0);
        for (int tick = 0; tick < 100 && _site.View.Mode != SiteMode.Normal; tick++)
            await _site.TickAsync();
        Assert.Equal(SiteMode.Normal, _site.View.Mode);
    }

    private void Follow(long bytesBehind)
    {
        foreach (string replica in (string[])["db2", "db3"])
        {
            _site.Fleet[replica].Mend();
            _site.Fleet[replica].BytesBehind = bytesBehind;
        }
    }
}
