using System.Collections.Concurrent;
using ProxyGuard.Demo.Fleet;
using ProxyGuard.Testing;

namespace ProxyGuard.FleetTests;

/// <summary>The lag that ProxyGuard tells beside the one that a heartbeat row shows.</summary>
public sealed class ContentClockTests(FleetHome home, ITestOutputHelper output)
{
    private const int PhaseSamples = 600;
    private const int Import = 20_000_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan HeldBackFor = TimeSpan.FromSeconds(10);

    // A reading is at most an interval old, and the tick that brings the next one takes a moment.
    private static readonly TimeSpan OldestReading = TimeSpan.FromSeconds(0.6);

    /// <param name="ShownThen">The beat that the replica showed when the oldest reading may have been taken.</param>
    private sealed record Sample(DateTimeOffset At, string Replica, double? Told, bool IsEstimated, DateTimeOffset Shown, DateTimeOffset ShownThen)
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

        public override string ToString() => $"{At:HH:mm:ss.fff} {Replica}: told {Told:0.000} s{(IsEstimated ? " (estimated)" : "")}, shown {ShownLag:0.000} s, error {Error:0.000} s";
    }

    [Fact]
    public async Task The_lag_is_true_within_six_tenths_of_a_second_also_while_a_replica_is_held_back_and_catches_up()
    {
        await using GuardedFleet site = await GuardedFleet.StartAsync(home.DirectoryOrSkip());
        await using Heartbeat heartbeat = await Heartbeat.StartAsync(site.Fleet);
        await using var members = Members.Visit(site.Http);
        var samples = new ConcurrentQueue<Sample>();
        await using var sampling = new Rhythm(TimeSpan.FromMilliseconds(20), _ => SampleAsync(site, heartbeat, samples));

        await MoreSamplesAsync(samples, PhaseSamples);
        DatabaseNode held = site.Fleet.Replicas[0];
        DateTimeOffset heldFrom = DateTimeOffset.UtcNow;
        await site.Faults.HoldBackAsync(held);
        await Eventually.HappensAsync($"{held.Name} is {HeldBackFor.TotalSeconds} s behind", Patience, () => Shown(samples, held) >= HeldBackFor.TotalSeconds);
        await site.Faults.LetGoAsync();
        await Eventually.HappensAsync($"{held.Name} has caught up", Patience, () => Shown(samples, held) < 0.2);
        await MoreSamplesAsync(samples, PhaseSamples);
        DateTimeOffset importFrom = DateTimeOffset.UtcNow;
        await DirectWrites.WriteAsync(site.Fleet.Primary, Import);
        await MoreSamplesAsync(samples, PhaseSamples);
        await sampling.StopAsync();

        Tell("with the members' load", [.. samples.Where(sample => sample.At < heldFrom)]);
        Tell("held back and catching up", [.. samples.Where(sample => sample.At >= heldFrom && sample.At < importFrom && sample.Replica == held.Name)]);
        Tell("with an import of 20 MB", [.. samples.Where(sample => sample.At >= importFrom)]);
        Every.One(samples, sample => sample is { Told: not null, IsEstimated: false });
        Every.One(samples, sample => sample.Error <= 0.6);
    }

    private static async Task SampleAsync(GuardedFleet site, Heartbeat heartbeat, ConcurrentQueue<Sample> samples)
    {
        DateTimeOffset askedAt = DateTimeOffset.UtcNow;
        foreach (NodeSeen node in NodeSeen.AllIn(await site.FleetReportAsync()).Where(node => node.Name != "db1"))
        {
            DateTimeOffset beat = await heartbeat.SeenOnAsync(node.Name);
            DateTimeOffset now = DateTimeOffset.UtcNow;
            Sample? then = samples.LastOrDefault(sample => sample.Replica == node.Name && sample.At <= askedAt - OldestReading);
            samples.Enqueue(new Sample(now, node.Name, node.LagSeconds, node.LagIsEstimated, beat, then?.Shown ?? beat - OldestReading));
        }
    }

    private static Task MoreSamplesAsync(ConcurrentQueue<Sample> samples, int more)
    {
        int enough = samples.Count + more;
        return Eventually.HappensAsync($"{more} more samples", Patience, () => samples.Count >= enough);
    }

    private static double Shown(ConcurrentQueue<Sample> samples, DatabaseNode replica) => samples.Last(sample => sample.Replica == replica.Name).ShownLag;

    private void Tell(string when, IReadOnlyList<Sample> samples)
    {
        List<double> differences = [.. samples.Select(sample => sample.Difference).Order()];
        output.WriteLine($"{when}: {samples.Count} samples, shown lag up to {samples.Max(sample => sample.ShownLag):0.00} s; "
            + $"told - shown at that moment: {differences[0]:0.000} to {differences[^1]:0.000} s, median {differences[differences.Count / 2]:0.000} s, "
            + $"beyond 0.6 s: {differences.Count(difference => Math.Abs(difference) > 0.6)}; error of the readings up to {samples.Max(sample => sample.Error):0.000} s");
        output.WriteLine($"  worst: {samples.MaxBy(sample => sample.Error)}");
    }
}
