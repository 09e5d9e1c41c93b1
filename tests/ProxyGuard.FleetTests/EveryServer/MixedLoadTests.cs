using ProxyGuard.Demo.Fleet;
using ProxyGuard.Testing;

namespace ProxyGuard.FleetTests.EveryServer;

/// <summary>Lag beside a heartbeat, on each kind of server, while members come, imports run and a statement takes its time.</summary>
/// <remarks>Started by hand, because it takes ten minutes for each kind: <c>-class "*MixedLoadTests" -explicit only</c>, with
/// PROXYGUARD_LOAD_SECONDS for less.</remarks>
[Collection(nameof(RunsAlone))]
public sealed class MixedLoadTests(FleetHome home, ITestOutputHelper output)
{
    private const int Import = 3_000_000;

    private static readonly TimeSpan TenMinutes = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan BetweenImports = TimeSpan.FromSeconds(20);

    public static TheoryData<string> Kinds => [.. ServerKind.All.Select(kind => kind.Name)];

    [Theory(Explicit = true)]
    [MemberData(nameof(Kinds))]
    public async Task The_lag_is_accurate_to_0_6_seconds_for_ten_minutes(string name)
    {
        ServerKind kind = ServerKind.Named(name);
        TimeSpan lasting = Environment.GetEnvironmentVariable("PROXYGUARD_LOAD_SECONDS") is { } seconds
            ? TimeSpan.FromSeconds(int.Parse(seconds, System.Globalization.CultureInfo.InvariantCulture))
            : TenMinutes;
        await using GuardedFleet site = await GuardedFleet.StartAsync(
            home.DirectoryOrSkip(kind), new FleetSettings { Kind = kind }, replicaCount: 2);
        await using Heartbeat heartbeat = await Heartbeat.StartAsync(site.Fleet);
        await using var members = Members.Visit(site.Http);
        await Eventually.HappensAsync("every replica's lag is known", TimeSpan.FromSeconds(60), () => AllKnownAsync(site));

        await using var sampling = new LagSamples(site, heartbeat, TimeSpan.FromMilliseconds(250));
        long began = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(began) < lasting)
        {
            await DirectWrites.WriteAsync(site.Fleet.Primary, Import);
            await Task.Delay(BetweenImports);
        }

        await sampling.StopAsync();
        output.WriteLine(LagSamples.Told(name, sampling.All));
        foreach (LagSample worst in sampling.All.Where(sample => Math.Abs(sample.Difference) > 0.6).Take(40))
            output.WriteLine($"  {worst}");
        Every.One(sampling.All, sample => sample is { Told: not null, IsEstimated: false });
        Every.One(sampling.All, sample => sample.Error <= 0.6);
    }

    private static async Task<bool> AllKnownAsync(GuardedFleet site) =>
        NodeSeen.AllIn(await site.FleetReportAsync()).All(node => node is { LagSeconds: not null, LagIsEstimated: false });
}
