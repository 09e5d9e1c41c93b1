using System.Diagnostics;
using ProxyGuard.Demo.Fleet;

namespace ProxyGuard.FleetTests.EveryServer;

public sealed class FleetTests(FleetHome home, ITestOutputHelper output)
{
    public static TheoryData<string, bool> Kinds => [.. ServerKind.All.SelectMany(kind => new[] { (kind.Name, true), (kind.Name, false) })];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_fleet_of_any_kind_replicates_is_broken_and_mended(string name, bool withGtid)
    {
        ServerKind kind = ServerKind.Named(name);
        string directory = Path.Combine(home.DirectoryOrSkip(kind), Guid.NewGuid().ToString("N"));
        var watch = Stopwatch.StartNew();
        await using ReplicationFleet fleet = await ReplicationFleet.StartAsync(directory, 2, new FleetSettings { Kind = kind, WithGtid = withGtid, ThroughRelays = true });
        output.WriteLine($"{kind} up after {watch.Elapsed.TotalSeconds:0.0} s");
        await using var faults = new Faults(fleet);
        await faults.BreakWithDuplicateKeyAsync(fleet.Replicas[0]);
        output.WriteLine($"{(await fleet.Replicas[0].ReplicaStatusAsync())}");
        await faults.MendAllAsync();
        await fleet.WaitUntilCaughtUpAsync(TimeSpan.FromSeconds(20));
        output.WriteLine($"{watch.Elapsed.TotalSeconds:0.0} s");
        foreach (DatabaseNode node in fleet.Nodes)
            output.WriteLine($"{node.Name} {File.ReadLines($"/proc/{node.Pid}/status").Single(l => l.StartsWith("VmRSS", StringComparison.Ordinal))}");
    }
}
