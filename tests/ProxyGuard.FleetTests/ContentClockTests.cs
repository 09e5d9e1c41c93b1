using System.Collections.Concurrent;
using ProxyGuard.Demo.Fleet;
using ProxyGuard.Testing;

namespace ProxyGuard.FleetTests;

/// <summary>The lag that ProxyGuard tells beside the one that a heartbeat row shows.</summary>
public sealed class ContentClockTests(FleetHome home, ITestOutputHelper output)
{
    private const int PhaseSamples = 300;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan HeldBackFor = TimeSpan.FromSeconds(10);

    private sealed record Sample(DateTimeOffset At, string Replica, double? Told, bool IsEstimated, double Shown)
    {
        /// <summary>Positive when ProxyGuard tells more lag than there is.</summary>
        public double Difference => (Told ?? double.NaN) - Shown;

        public override string ToString() => $"{At:HH:mm:ss.fff} {Replica}: told {Told:0.000} s{(IsEstimated ? " (estimated)" : "")}, shown {Shown:0.000} s";
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
        MariaDbNode held = site.Fleet.Replicas[0];
        DateTimeOffset heldFrom = DateTimeOffset.UtcNow;
        await site.Faults.HoldBackAsync(held);
        await Eventually.HappensAsync($"{held.Name} is {HeldBackFor.TotalSeconds} s behind", Patience, () => Shown(samples, held) >= HeldBackFor.TotalSeconds);
        await site.Faults.LetGoAsync();
        await Eventually.HappensAsync($"{held.Name} has caught up", Patience, () => Shown(samples, held) < 0.2);
        await MoreSamplesAsync(samples, PhaseSamples);
        DateTimeOffset importFrom = DateTimeOffset.UtcNow;
        await DirectWrites.WriteAsync(site.Fleet.Primary, 100_000_000);
        await MoreSamplesAsync(samples, PhaseSamples);
        await sampling.StopAsync();

        Tell("with the members' load", [.. samples.Where(sample => sample.At < heldFrom)]);
        Tell("held back and catching up", [.. samples.Where(sample => sample.At >= heldFrom && sample.At < importFrom && sample.Replica == held.Name)]);
        Tell("with an import of 100 MB", [.. samples.Where(sample => sample.At >= importFrom)]);
        Every.One(samples, sample => sample is { Told: not null, IsEstimated: false });
        Every.One(samples, sample => Math.Abs(sample.Difference) <= 0.6);
    }

    private static async Task SampleAsync(GuardedFleet site, Heartbeat heartbeat, ConcurrentQueue<Sample> samples)
    {
        foreach (NodeSeen node in NodeSeen.AllIn(await site.FleetReportAsync()).Where(node => node.Name != "db1"))
        {
            DateTimeOffset beat = await heartbeat.SeenOnAsync(node.Name);
            DateTimeOffset now = DateTimeOffset.UtcNow;
            samples.Enqueue(new Sample(now, node.Name, node.LagSeconds, node.LagIsEstimated, (now - beat).TotalSeconds));
        }
    }

    private static Task MoreSamplesAsync(ConcurrentQueue<Sample> samples, int more)
    {
        int enough = samples.Count + more;
        return Eventually.HappensAsync($"{more} more samples", Patience, () => samples.Count >= enough);
    }

    private static double Shown(ConcurrentQueue<Sample> samples, MariaDbNode replica) => samples.Last(sample => sample.Replica == replica.Name).Shown;

    private void Tell(string when, IReadOnlyList<Sample> samples)
    {
        List<double> differences = [.. samples.Select(sample => sample.Difference).Order()];
        output.WriteLine($"{when}: {samples.Count} samples, shown lag up to {samples.Max(sample => sample.Shown):0.00} s; told - shown: {differences[0]:0.000} to {differences[^1]:0.000} s, median {differences[differences.Count / 2]:0.000} s, beyond 0.6 s: {differences.Count(difference => Math.Abs(difference) > 0.6)}");
        output.WriteLine($"  worst: {samples.MaxBy(sample => Math.Abs(sample.Difference))}");
    }
}
