using System.Text.Json;
using ProxyGuard.Demo.Fleet;
using ProxyGuard.Testing;

namespace ProxyGuard.FleetTests;

/// <summary>
/// Who replicates from whom is changed by hand while ProxyGuard runs, the way people do it at night. ProxyGuard is told nothing.
/// </summary>
public sealed class ChangedTopologyTests(FleetHome home, ITestOutputHelper output)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_promoted_replica_becomes_the_primary_and_the_returning_old_one_makes_two_primaries()
    {
        await using GuardedFleet site = await GuardedFleet.StartAsync(home.DirectoryOrSkip(), new FleetSettings(), replicaCount: 2);
        (DatabaseNode db1, DatabaseNode db2, DatabaseNode db3) = (site.Fleet.Nodes[0], site.Fleet.Nodes[1], site.Fleet.Nodes[2]);
        await ModeAsync(site, "normal", null);

        await db1.StopAsync();
        await ModeAsync(site, "read-only", "primary-unreachable");
        await PromoteAsync(db2);
        await db3.ExecuteAsync($"STOP SLAVE; CHANGE MASTER TO MASTER_PORT = {db2.Port}; START SLAVE");
        await ModeAsync(site, "normal", null);
        Assert.Equal("primary", await RoleAsync(site, db2));
        Assert.Equal("replica", await RoleAsync(site, db1));
        await db2.ExecuteAsync("CREATE TABLE photos.after_promotion (id INT PRIMARY KEY); INSERT INTO photos.after_promotion VALUES (1)");
        await StateAsync(site, db3, "fresh");

        // Somebody starts the old one, and it takes writes as ever.
        await db1.StartAsync();
        await ModeAsync(site, "normal", null);
        Assert.NotEqual("fresh", (await site.NodeAsync(db1)).State);
        await db3.ExecuteAsync($"STOP SLAVE; CHANGE MASTER TO MASTER_PORT = {db1.Port}; START SLAVE");
        await ModeAsync(site, "read-only", "two-primaries");
    }

    [Fact]
    public async Task Two_primaries_with_replicas_of_their_own_block_writes_until_one_steps_down()
    {
        await using GuardedFleet site = await GuardedFleet.StartAsync(
            home.DirectoryOrSkip(), new FleetSettings { Sources = [1, 1, 2] }, replicaCount: 3);
        DatabaseNode db2 = site.Fleet.Nodes[1];
        await ModeAsync(site, "normal", null);

        // db4 follows db2, which forgets whom it followed and takes writes.
        await PromoteAsync(db2);
        await ModeAsync(site, "read-only", "two-primaries");
        Assert.Contains("two-primaries", await CodesAsync(site));

        await db2.ExecuteAsync("SET GLOBAL read_only = ON");
        await ModeAsync(site, "normal", null);
        Assert.NotEqual("fresh", (await site.NodeAsync(db2)).State);
    }

    [Fact]
    public async Task A_delayed_replica_a_stopped_second_channel_and_a_reset_binlog_are_recognised()
    {
        await using GuardedFleet site = await GuardedFleet.StartAsync(
            home.DirectoryOrSkip(), new FleetSettings { WithGtid = false }, replicaCount: 2);
        (DatabaseNode db1, DatabaseNode db2, DatabaseNode db3) = (site.Fleet.Nodes[0], site.Fleet.Nodes[1], site.Fleet.Nodes[2]);
        await ModeAsync(site, "normal", null);

        await db3.ExecuteAsync("STOP SLAVE; CHANGE MASTER TO MASTER_DELAY = 3600; START SLAVE");
        await StateAsync(site, db3, "delayed");
        await ModeAsync(site, "normal", null);
        await db1.ExecuteAsync("CREATE TABLE photos.later (id INT PRIMARY KEY)");
        await Eventually.HappensAsync(
            "db3 is late on purpose", Deadline, async () => (await site.NodeAsync(db3)) is { State: "delayed", LagSeconds: > 6 });
        await db3.ExecuteAsync("STOP SLAVE; CHANGE MASTER TO MASTER_DELAY = 0; START SLAVE");
        await StateAsync(site, db3, "fresh");

        // db3 also follows db2, over a connection of its own; that one stops, and the one to db1 is well.
        LogPosition place = await db2.HeadAsync();
        await db3.ExecuteAsync(db3.Kind.Words.FollowToo("second", db2.Port, site.Fleet.Accounts.Replication, place)!);
        await StateAsync(site, db3, "fresh");
        await db3.ExecuteAsync("STOP SLAVE 'second' SQL_THREAD");
        await StateAsync(site, db3, "stuck");
        await ModeAsync(site, "normal", null);
        await db3.ExecuteAsync("STOP SLAVE 'second'; RESET SLAVE 'second' ALL");
        await StateAsync(site, db3, "fresh");

        // The primary's binlog begins anew. The replicas know nothing of it, and nothing they say counts.
        await db1.ExecuteAsync("RESET MASTER");
        await db1.ExecuteAsync("CREATE TABLE photos.after_reset (id INT PRIMARY KEY)");
        await ModeAsync(site, "read-only", null);
        foreach (DatabaseNode replica in site.Fleet.Replicas)
            Assert.NotEqual("fresh", (await site.NodeAsync(replica)).State);
        output.WriteLine(string.Join(", ", await CodesAsync(site)));
    }

    private static Task PromoteAsync(DatabaseNode replica) =>
        replica.ExecuteAsync("STOP SLAVE; RESET SLAVE ALL; SET GLOBAL read_only = OFF");

    /// <param name="cause">Null for any.</param>
    private static Task ModeAsync(GuardedFleet site, string mode, string? cause) => Eventually.HappensAsync(
        $"the site is {mode} {cause}",
        Deadline,
        async () => await site.StatusAsync() is var seen && seen.Mode == mode && (cause is null || seen.Cause == cause),
        () => site.FleetReportAsync().GetAwaiter().GetResult());

    private static Task StateAsync(GuardedFleet site, DatabaseNode node, string state) =>
        Eventually.HappensAsync(
            $"{node.Name} is {state}", Deadline, async () => (await site.NodeAsync(node)).State == state,
            () => site.FleetReportAsync().GetAwaiter().GetResult());

    private static async Task<string> RoleAsync(GuardedFleet site, DatabaseNode node)
    {
        using JsonDocument fleet = JsonDocument.Parse(await site.FleetReportAsync());
        return fleet.RootElement.GetProperty("nodes").EnumerateArray().Single(seen => seen.GetProperty("name").GetString() == node.Name)
            .GetProperty("role").GetString()!;
    }

    private static async Task<IReadOnlyList<string>> CodesAsync(GuardedFleet site)
    {
        using JsonDocument diagnosis = JsonDocument.Parse(await site.Management.GetStringAsync("/api/v1/diagnosis"));
        return
        [.. diagnosis.RootElement.GetProperty("checksPerformed").EnumerateArray().Select(check => check.GetProperty("id").GetString()!)];
    }
}
