using System.Collections.Concurrent;
using ProxyGuard.Testing;

namespace ProxyGuard.FleetTests;

/// <summary>One look at one replica: the lag that ProxyGuard tells, and the heartbeat that the replica shows.</summary>
/// <param name="ShownThen">The beat that the replica showed when the oldest reading may have been taken.</param>
internal sealed record LagSample(
    DateTimeOffset At, string Replica, double? Told, bool IsEstimated, DateTimeOffset Shown, DateTimeOffset ShownThen)
{
    public double ShownLag => (At - Shown).TotalSeconds;

    /// <summary>Positive when ProxyGuard tells more lag than there is at this moment.</summary>
    public double Difference => (Told ?? double.NaN) - ShownLag;

    /// <summary>How far the told moment lies outside of those that the replica showed since the oldest reading there can be.</summary>
    public double Error
    {
        get
        {
            double tooOld = (Told ?? double.NaN) - (At - ShownThen).TotalSeconds;
            return Math.Max(0, Math.Max(tooOld, -Difference));
        }
    }

    public override string ToString() =>
        $"{At:HH:mm:ss.fff} {Replica}: told {Told:0.000} s{(IsEstimated ? " (estimated)" : "")}, shown {ShownLag:0.000} s, error {Error:0.000} s";
}

/// <summary>Looks at every replica again and again.</summary>
internal sealed class LagSamples : IAsyncDisposable
{
    // A reading is at most an interval old, and the tick that brings the next one takes a moment.
    private static readonly TimeSpan OldestReading = TimeSpan.FromSeconds(0.6);

    private readonly ConcurrentQueue<LagSample> _samples = new();
    private readonly GuardedFleet _site;
    private readonly Heartbeat _heartbeat;
    private readonly Rhythm _rhythm;

    public LagSamples(GuardedFleet site, Heartbeat heartbeat, TimeSpan pace)
    {
        _site = site;
        _heartbeat = heartbeat;
        _rhythm = new Rhythm(pace, _ => SampleAsync());
    }

    public IReadOnlyCollection<LagSample> All => _samples;

    public double Shown(string replica) => _samples.Last(sample => sample.Replica == replica).ShownLag;

    public Task StopAsync() => _rhythm.StopAsync();

    public async ValueTask DisposeAsync() => await _rhythm.DisposeAsync();

    public static string Told(string when, IReadOnlyCollection<LagSample> samples)
    {
        List<double> differences = [.. samples.Select(sample => sample.Difference).Order()];
        return $"{when}: {samples.Count} samples, shown lag up to {samples.Max(sample => sample.ShownLag):0.00} s; "
            + $"told - shown at that moment: {differences[0]:0.000} to {differences[^1]:0.000} s, median {differences[differences.Count / 2]:0.000} s, "
            + $"beyond 0.6 s: {differences.Count(difference => Math.Abs(difference) > 0.6)}; error of the readings up to {samples.Max(sample => sample.Error):0.000} s, "
            + $"beyond 0.6 s: {samples.Count(sample => sample.Error > 0.6)}\n  worst: {samples.MaxBy(sample => sample.Error)}";
    }

    private async Task SampleAsync()
    {
        DateTimeOffset askedAt = DateTimeOffset.UtcNow;
        foreach (NodeSeen node in NodeSeen.AllIn(await _site.FleetReportAsync()).Where(node => node.Name != "db1"))
        {
            DateTimeOffset beat = await _heartbeat.SeenOnAsync(node.Name);
            DateTimeOffset now = DateTimeOffset.UtcNow;
            LagSample? then = _samples.LastOrDefault(sample => sample.Replica == node.Name && sample.At <= askedAt - OldestReading);
            _samples.Enqueue(
                new LagSample(now, node.Name, node.LagSeconds, node.LagIsEstimated, beat, then?.Shown ?? beat - OldestReading));
        }
    }
}
