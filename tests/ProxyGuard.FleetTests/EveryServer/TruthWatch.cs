using System.Collections.Concurrent;
using ProxyGuard.Testing;

namespace ProxyGuard.FleetTests.EveryServer;

/// <summary>What ProxyGuard said of one node, beside what a heartbeat row showed on it at that moment.</summary>
/// <param name="TrueLag">Null for the primary.</param>
internal sealed record Observation(DateTimeOffset At, NodeSeen Told, TimeSpan? TrueLag)
{
    public override string ToString() =>
        $"{At:HH:mm:ss.fff} {Told.Name}: told {Told.State}, {Told.LagSeconds?.ToString("0.000 s") ?? "lag unknown"}{(Told.LagIsEstimated ? " (estimated)" : "")}; shown {TrueLag?.TotalSeconds:0.000} s";
}

/// <summary>Looks at the whole fleet again and again while a story goes on.</summary>
internal sealed class TruthWatch : IAsyncDisposable
{
    private readonly GuardedFleet _site;
    private readonly Heartbeat _heartbeat;
    private readonly ConcurrentQueue<Observation> _seen = new();
    private readonly Rhythm _rhythm;

    private TruthWatch(GuardedFleet site, Heartbeat heartbeat)
    {
        _site = site;
        _heartbeat = heartbeat;
        _rhythm = new Rhythm(TimeSpan.FromMilliseconds(50), _ => LookAsync());
    }

    public static async Task<TruthWatch> StartAsync(GuardedFleet site) => new(site, await Heartbeat.StartAsync(site.Fleet));

    public IReadOnlyList<Observation> Of(string node, DateTimeOffset from) => [.. _seen.Where(seen => seen.Told.Name == node && seen.At >= from)];

    public IReadOnlyList<Observation> OfAll(DateTimeOffset from) => [.. _seen.Where(seen => seen.At >= from)];

    public Observation? Last(string node) => _seen.LastOrDefault(seen => seen.Told.Name == node);

    public async ValueTask DisposeAsync()
    {
        await _rhythm.DisposeAsync();
        await _heartbeat.DisposeAsync();
    }

    private async Task LookAsync()
    {
        foreach (NodeSeen node in NodeSeen.AllIn(await _site.FleetReportAsync()))
        {
            bool isPrimary = node.Name == _site.Fleet.Primary.Name;
            DateTimeOffset? beat = isPrimary ? null : await _heartbeat.SeenOnAsync(node.Name);
            DateTimeOffset now = DateTimeOffset.UtcNow;
            _seen.Enqueue(new Observation(now, node, now - beat));
        }
    }
}
