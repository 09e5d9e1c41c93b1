using MySqlConnector;
using ProxyGuard.Demo.Fleet;
using ProxyGuard.Testing;
using static ProxyGuard.FleetTests.ReadPortFleet;

namespace ProxyGuard.FleetTests;

/// <summary>The primary, read from as a favour: only so many connections at once.</summary>
[Collection(nameof(RunsAlone))]
public sealed class ReadPortPrimaryTests(FleetHome home)
{
    private const int Primary = 1;
    private const int Limit = 3;
    private const int Clients = 8;

    // What stopped less than a second apart is equally fresh.
    private static readonly TimeSpan ClearlyLater = TimeSpan.FromSeconds(1.5);

    [Fact]
    public async Task The_primary_takes_read_port_connections_up_to_its_limit_while_no_replica_is_fresh()
    {
        await using ReadPortFleet fleet = await StartAsync(home.DirectoryOrSkip(), reads: Reads("serve-stale"));
        (DatabaseNode older, DatabaseNode freshest) = (fleet.Site.Fleet.Replicas[0], fleet.Site.Fleet.Replicas[1]);
        await using (await DirectWrites.KeepWritingAsync(fleet.Site.Fleet.Primary))
        {
            await fleet.StopApplyingAsync(older);
            await Task.Delay(ClearlyLater);
            await fleet.StopApplyingAsync(freshest);
        }

        await LeadsToAsync(fleet, [Primary, Primary, Primary, .. Enumerable.Repeat(freshest.ServerId, Clients - Limit)]);

        fleet.Site.Configuration = fleet.Site.Configuration with { Reads = Reads("refuse") };
        await fleet.Site.RestartGuardAsync();
        await LeadsToAsync(fleet, [Primary, Primary, Primary]);
    }

    private static string Reads(string aboveLimit) =>
        $$"""{ "AllBehind": "read-from-primary", "MaxPrimaryReads": {{Limit}}, "AboveLimit": "{{aboveLimit}}" }""";

    // All at once: each must find what the others have taken already. Those of the last time may take a moment to be gone, and ProxyGuard
    // two readings to know.
    private static Task LeadsToAsync(
        ReadPortFleet fleet,
        int[] expected) => Eventually.HappensAsync($"connections to {string.Join(',', expected)}", Deadline, async () =>
    {
        MySqlConnection?[] open = await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => fleet.TryOpenAsync()));
        long[] servers = [.. (await Task.WhenAll(open.OfType<MySqlConnection>().Select(ServerAsync))).Order()];
        foreach (MySqlConnection connection in open.OfType<MySqlConnection>())
            await connection.DisposeAsync();
        Assert.InRange(servers.Count(server => server == Primary), 0, Limit);
        return servers.SequenceEqual(expected.Select(server => (long)server));
    });
}
