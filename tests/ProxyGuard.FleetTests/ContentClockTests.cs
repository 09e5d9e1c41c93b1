using ProxyGuard.Demo.Fleet;
using ProxyGuard.Testing;

namespace ProxyGuard.FleetTests;

/// <summary>The lag that ProxyGuard tells beside the one that a heartbeat row shows.</summary>
[Collection(nameof(RunsAlone))]
public sealed class ContentClockTests(FleetHome home, ITestOutputHelper output)
{
    private const int PhaseSamples = 600;
    private const int Import = 20_000_000;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan HeldBackFor = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task The_lag_is_accurate_to_0_6_seconds_even_while_a_replica_falls_behind_and_catches_up()
    {
        await using GuardedFleet site = await GuardedFleet.StartAsync(home.DirectoryOrSkip());
        await using Heartbeat heartbeat = await Heartbeat.StartAsync(site.Fleet);
        await using var members = Members.Visit(site.Http);
        await using var sampling = new LagSamples(site, heartbeat, TimeSpan.FromMilliseconds(20));
        IReadOnlyCollection<LagSample> samples = sampling.All;

        await MoreSamplesAsync(samples, PhaseSamples);
        DatabaseNode held = site.Fleet.Replicas[0];
        DateTimeOffset heldFrom = DateTimeOffset.UtcNow;
        await site.Faults.HoldBackAsync(held);
        await Eventually.HappensAsync(
            $"{held.Name} is {HeldBackFor.TotalSeconds} s behind", Deadline, () => sampling.Shown(held.Name) >= HeldBackFor.TotalSeconds);
        await site.Faults.LetGoAsync();
        await Eventually.HappensAsync($"{held.Name} has caught up", Deadline, () => sampling.Shown(held.Name) < 0.2);
        await MoreSamplesAsync(samples, PhaseSamples);
        DateTimeOffset importFrom = DateTimeOffset.UtcNow;
        await DirectWrites.WriteAsync(site.Fleet.Primary, Import);
        await MoreSamplesAsync(samples, PhaseSamples);
        await sampling.StopAsync();

        Tell("with the members' load", [.. samples.Where(sample => sample.At < heldFrom)]);
        Tell(
            "held back and catching up",
            [.. samples.Where(sample => sample.At >= heldFrom && sample.At < importFrom && sample.Replica == held.Name)]);
        Tell("with an import of 20 MB", [.. samples.Where(sample => sample.At >= importFrom)]);
        Every.One(samples, sample => sample is { Told: not null, IsEstimated: false });
        Every.One(samples, sample => sample.Error <= 0.6);
    }

    private static Task MoreSamplesAsync(IReadOnlyCollection<LagSample> samples, int more)
    {
        int enough = samples.Count + more;
        return Eventually.HappensAsync($"{more} more samples", Deadline, () => samples.Count >= enough);
    }

    private void Tell(string when, IReadOnlyCollection<LagSample> samples) => output.WriteLine(LagSamples.Told(when, samples));
}
