using System.Collections.Concurrent;
using ProxyGuard.Demo.Fleet;
using ProxyGuard.Testing;

namespace ProxyGuard.FleetTests.EveryServer;

/// <summary>What ProxyGuard said of one node, between two looks at what a heartbeat row shows on it.</summary>
/// <param name="At">When the answer was there.</param>
/// <param name="LeastLag">What the node was at least behind when ProxyGuard answered. Null for the primary.</param>
/// <param name="MostLag">What it was at most behind; more than the least where this machine was slow to look. Null for the primary.</param>
internal sealed record Observation(DateTimeOffset At, NodeSeen Told, TimeSpan? LeastLag, TimeSpan? MostLag)
{
    /// <summary>
    /// Seconds by which the lag is told longer than it can have been, or, negative, shorter. Not a number where it is unknown.
    /// </summary>
    public double Error
    {
        get
        {
            double told = Told.LagSeconds ?? double.NaN;
            double tooLong = told - (MostLag?.TotalSeconds ?? double.NaN);
            double tooShort = told - (LeastLag?.TotalSeconds ?? double.NaN);
            return tooLong > 0 ? tooLong : Math.Min(tooShort, 0);
        }
    }

    public override string ToString() =>
        $"{At:HH:mm:ss.fff} {Told.Name}: told {Told.State}, {Told.LagSeconds?.ToString("0.000 s") ?? "lag unknown"}{(Told.LagIsEstimated ? " (estimated)" : "")}; "
        + $"shown {LeastLag?.TotalSeconds:0.000} to {MostLag?.TotalSeconds:0.000} s";
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

    public IReadOnlyList<Observation> Of(string node, DateTimeOffset from) =>
        [.. _seen.Where(seen => seen.Told.Name == node && seen.At >= from)];

    public IReadOnlyList<Observation> OfAll(DateTimeOffset from) => [.. _seen.Where(seen => seen.At >= from)];

    public Observation? Last(string node) => _seen.LastOrDefault(seen => seen.Told.Name == node);

    public async ValueTask DisposeAsync()
    {
        await _rhythm.DisposeAsync();
        await _heartbeat.DisposeAsync();
    }

    private async Task LookAsync()
    {
        Dictionary<string, DateTimeOffset> before = await BeatsAsync();
        DateTimeOffset askedAt = DateTimeOffset.UtcNow;
        IReadOnlyList<NodeSeen> nodes = NodeSeen.AllIn(await _site.FleetReportAsync());
        DateTimeOffset answeredAt = DateTimeOffset.UtcNow;
        Dictionary<string, DateTimeOffset> after = await BeatsAsync();
        foreach (NodeSeen node in nodes)
        {
            bool isReplica = after.TryGetValue(node.Name, out DateTimeOffset beat);
            _seen.Enqueue(isReplica
                ? new Observation(answeredAt, node, askedAt - beat, answeredAt - before[node.Name])
                : new Observation(answeredAt, node, null, null));
        }
    }

    private async Task<Dictionary<string, DateTimeOffset>> BeatsAsync()
    {
        var beats = new Dictionary<string, DateTimeOffset>();
        foreach (DatabaseNode replica in _site.Fleet.Replicas)
            beats[replica.Name] = await _heartbeat.SeenOnAsync(replica.Name);
        return beats;
    }
}
