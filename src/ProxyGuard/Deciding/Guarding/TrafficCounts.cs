using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Ground.Telemetry;

namespace ProxyGuard.Deciding.Guarding;

/// <summary>What the guard has to know of what passes through. Each count is written with one interlocked addition.</summary>
internal sealed class TrafficCounts : IMetricSource
{
    private long _writes;
    private long _tunnels;
    private long _writesBegun;
    private long _severalSince;
    private long _readsWhileClosed;

    /// <summary>
    /// Writes that a web server has or is about to get, and has not answered, and open tunnels (WebSockets), which may write. Once the site
    /// is closed and this was zero, none is left.
    /// </summary>
    // A full fence, so that it is read after the view that closed the site was posted.
    public long InFlight => Interlocked.CompareExchange(ref _writes, 0, 0) + Interlocked.CompareExchange(ref _tunnels, 0, 0);

    // A WebSocket is open for hours, and hangs no more for that than any other.
    public SiteTraffic Current =>
        new(Interlocked.Read(ref _writes), Interlocked.Read(ref _writesBegun), Interlocked.Read(ref _readsWhileClosed))
        {
            SeveralSince = new MonotonicInstant(TimeSpan.FromTicks(Interlocked.Read(ref _severalSince))),
        };

    public IEnumerable<MetricFamily> Families =>
    [
        MetricFamily.Gauge("proxyguard_in_flight_writes", "writes that a web server has not answered yet, and open WebSockets", InFlight),
        // As it was called before; goes with the next version.
        MetricFamily.Gauge("proxyguard_writes_under_way", "see proxyguard_in_flight_writes", InFlight),
    ];

    public void WriteBegan(MonotonicInstant now)
    {
        if (Interlocked.Increment(ref _writes) == SiteTraffic.Several)
            Interlocked.Exchange(ref _severalSince, now.SinceStart.Ticks);
        Interlocked.Increment(ref _writesBegun);
    }

    public void WriteEnded() => Interlocked.Decrement(ref _writes);

    public void TunnelBegan() => Interlocked.Increment(ref _tunnels);

    public void TunnelEnded() => Interlocked.Decrement(ref _tunnels);

    public void ReadWhileClosed() => Interlocked.Increment(ref _readsWhileClosed);
}
