using System.Text.Json;
using MySqlConnector;
using ProxyGuard.Demo.Fleet;
using ProxyGuard.Testing;

namespace ProxyGuard.FleetTests.EveryServer;

/// <summary>
/// A chain db1 > db2 > db3 in which, one after the other, everything happens that leaves the site's data out while all threads run and no
/// lag is seen. From the moment ProxyGuard has seen it db3 is not fresh, and within ten seconds of the mending it is.
/// </summary>
public sealed class EvidenceTests(FleetHome home, ITestOutputHelper output)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan SeenWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FreshWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(3);

    // By position: MySQL 5.6 refuses GTIDs to a server that does not log what it applies.
    public static TheoryData<string> Kinds => [ServerKind.MySql56.Name, ServerKind.MariaDb1011.Name, ServerKind.MySql97.Name];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Every_setting_that_loses_the_sites_data_is_detected_and_its_repair_makes_the_replica_fresh(string name)
    {
        ServerKind kind = ServerKind.Named(name);
        ServerWords words = kind.Words;
        string replica = words.Replica.ToLowerInvariant();
        await using GuardedFleet site = await GuardedFleet.StartAsync(
            home.DirectoryOrSkip(kind), new FleetSettings { Kind = kind, Chained = true, WithGtid = false }, replicaCount: 2);
        (DatabaseNode db1, DatabaseNode db2, DatabaseNode db3) = (site.Fleet.Nodes[0], site.Fleet.Nodes[1], site.Fleet.Nodes[2]);
        await FreshAsync(site, db3, Deadline);

        await NeverFreshAsync(site, db3, "log-replica-updates", () => RestartAsync(db2, $"--skip-log-{replica}-updates"), mend: async () =>
        {
            // The proof: it really gets nothing.
            await db1.ExecuteAsync("CREATE TABLE photos.lost (id INT PRIMARY KEY)");
            await Eventually.HappensAsync("db2 has the table", Deadline, async () => await HasTableAsync(db2));
            Assert.False(await HasTableAsync(db3));
            (int exitCode, string check) = await GuardProcess.RunToEndAsync("check", "--config", site.ConfigurationFile);
            Assert.Equal(1, exitCode);
            Assert.Matches(
                $@"FAIL +db2 -> db3: .*put log_{replica}_updates = ON into the option file \(my.cnf\) of db2; .*ProxyGuard:Nodes:db2:Accept",
                check);
            await RestartAsync(db2);
        });

        await NeverFreshAsync(site, db3, "server-id", () => ServerIdAsync(db3, db1.ServerId), () => ServerIdAsync(db3, db3.ServerId));
        await NeverFreshAsync(site, db3, "filters", () => RestartAsync(db3, "--replicate-do-db=other"), () => RestartAsync(db3));
        await NeverFreshAsync(
            site, db3, "filters", () => RestartAsync(db3, "--replicate-wild-ignore-table=photos.%"), () => RestartAsync(db3));
        await NeverFreshAsync(site, db3, "filters", () => RestartAsync(db2, "--binlog-ignore-db=photos"), () => RestartAsync(db2));
        // MySQL's of today has GTIDs switched on, and then forgets a counter at once: everything arrives.
        if (kind != ServerKind.MySql97)
            await NeverFreshAsync(site, db3, "skip-counter", () => SkipCounterAsync(db3, 100_000), () => SkipCounterAsync(db3, 0));
        await NeverFreshAsync(
            site, db3, "idempotent", () => db3.ExecuteAsync($"SET GLOBAL {replica}_exec_mode = 'IDEMPOTENT'"),
            () => db3.ExecuteAsync($"SET GLOBAL {replica}_exec_mode = 'STRICT'"));
        await NeverFreshAsync(site, db3, "skip-errors", () => RestartAsync(db3, $"--{replica}-skip-errors=all"), () => RestartAsync(db3));

        await BelowAStoppedOneAsync(site, db2, db3);
        await MeantAsync(site, db3, replica);
    }

    [Fact]
    public async Task A_blocked_replication_domain_makes_the_replica_lag_by_that_domain()
    {
        await using GuardedFleet site = await GuardedFleet.StartAsync(
            home.DirectoryOrSkip(), new FleetSettings { MoreServerArguments = ["--slave-parallel-threads=4"] }, replicaCount: 1);
        (DatabaseNode db1, DatabaseNode db2) = (site.Fleet.Nodes[0], site.Fleet.Nodes[1]);
        await db1.ExecuteAsync("CREATE TABLE photos.other_domain (id INT AUTO_INCREMENT PRIMARY KEY)");
        // Domains are applied beside each other: the table has to be there first.
        await site.Fleet.WaitUntilCaughtUpAsync(Deadline);
        await db1.ExecuteAsync("SET SESSION gtid_domain_id = 1; INSERT INTO photos.other_domain VALUES ()");
        await site.Fleet.WaitUntilCaughtUpAsync(Deadline);
        await FreshAsync(site, db2, Deadline);
        // A primary just begun has no GTID at all. What its domains were has to be seen before it can be told who is as late as one of
        // them.
        DateTimeOffset written = (await site.StatusAsync()).SeenAt;
        await Eventually.HappensAsync(
            "its domains were seen", Deadline, async () => (await site.StatusAsync()).SeenAt - written >= TimeSpan.FromSeconds(2));

        long blocked;
        await using (MySqlConnection holding = await db2.ConnectAsync())
        {
            await using (var command = new MySqlCommand("LOCK TABLES photos.other_domain READ", holding))
                await command.ExecuteNonQueryAsync();
            blocked = TimeProvider.System.GetTimestamp();
            await using IAsyncDisposable writes = await DirectWrites.KeepWritingAsync(db1);
            await db1.ExecuteAsync("SET SESSION gtid_domain_id = 1; INSERT INTO photos.other_domain VALUES ()");
            await Eventually.HappensAsync(
                "db2 is behind", Deadline, async () => (await site.NodeAsync(db2)).State == "behind",
                () => site.FleetReportAsync().GetAwaiter().GetResult());
            await Eventually.HappensAsync("it is as late as that", Deadline, async () => (await site.NodeAsync(db2)).LagSeconds > 12);
            NodeSeen seen = await site.NodeAsync(db2);
            double truth = TimeProvider.System.GetElapsedTime(blocked).TotalSeconds;
            output.WriteLine($"blocked for {truth:0.0} s, told {seen}");
            Assert.Equal("behind", seen.State);
            Assert.InRange(seen.LagSeconds!.Value, truth - 2, truth + 1.5);
        }

        await FreshAsync(site, db2, FreshWithin);
    }

    /// <param name="broken">Returns when the fault is there.</param>
    /// <param name="mend">Returns when it is mended.</param>
    private async Task NeverFreshAsync(GuardedFleet site, DatabaseNode node, string reason, Func<Task> broken, Func<Task> mend)
    {
        await broken();
        await Eventually.HappensAsync(
            $"{node.Name} is without evidence because of {reason}", SeenWithin,
            async () => await SeenAsync(site, node) is { IsFresh: false } seen && seen.Reasons.Contains(reason),
            () => site.FleetReportAsync().GetAwaiter().GetResult());
        long since = TimeProvider.System.GetTimestamp();
        do
            Assert.False((await SeenAsync(site, node)).IsFresh);
        while (TimeProvider.System.GetElapsedTime(since) < Watched);
        await mend();
        since = TimeProvider.System.GetTimestamp();
        await FreshAsync(site, node, FreshWithin);
        output.WriteLine($"{reason}: fresh {TimeProvider.System.GetElapsedTime(since).TotalSeconds:0.0} s after the mending");
    }

    private async Task BelowAStoppedOneAsync(GuardedFleet site, DatabaseNode db2, DatabaseNode db3)
    {
        await site.Faults.BreakWithDuplicateKeyAsync(db2);
        var seen = new List<(string Above, string Below)>();
        await Eventually.HappensAsync(
            "db2 and db3 are stuck", SeenWithin, StuckAsync, () => site.FleetReportAsync().GetAwaiter().GetResult());
        output.WriteLine($"below a stopped one: {string.Join(", ", seen.Distinct())}");
        // In no report is the one stuck and the other fresh.
        Every.One(seen, states => states.Above != "stuck" || states.Below != "fresh");
        await site.Faults.MendDuplicateKeyAsync(db2);
        await FreshAsync(site, db3, FreshWithin);

        async Task<bool> StuckAsync()
        {
            IReadOnlyList<NodeSeen> nodes = NodeSeen.AllIn(await site.FleetReportAsync());
            (string Above, string Below) states = (
                nodes.Single(node => node.Name == db2.Name).State, nodes.Single(node => node.Name == db3.Name).State);
            seen.Add(states);
            return states is { Above: "stuck", Below: "stuck" };
        }
    }

    /// <summary>What is meant: a filter that does not touch the site, and a skip list that was accepted.</summary>
    private async Task MeantAsync(GuardedFleet site, DatabaseNode db3, string replica)
    {
        site.Configuration =
            site.Configuration with
            {
                Databases = """["photos"]""",
                Accepts = new Dictionary<string,
                string>
                { [db3.Name] = "skip-errors" }
            };
        await site.RestartGuardAsync();
        await RestartAsync(db3, $"--{replica}-skip-errors=1062", "--replicate-ignore-db=logs", "--replicate-wild-ignore-table=old\\_%.%");
        await FreshAsync(site, db3, SeenWithin);
        (int exitCode, string check) = await GuardProcess.RunToEndAsync("check", "--config", site.ConfigurationFile);
        Assert.Equal(0, exitCode);
        Assert.Matches("note  db2 -> db3: .*skip_errors=1062.*\\(accepted\\)", check);
        output.WriteLine("what is meant: fresh");
    }

    private static async Task RestartAsync(DatabaseNode node, params string[] arguments)
    {
        await node.StopAsync();
        node.MoreArguments = arguments;
        await node.StartAsync();
    }

    private static Task ServerIdAsync(DatabaseNode node, int id) =>
        node.ExecuteAsync($"{node.Kind.Words.Stop}; SET GLOBAL server_id = {id}; {node.Kind.Words.Start}");

    private static Task SkipCounterAsync(DatabaseNode node, int count) =>
        node.ExecuteAsync(
            $"{node.Kind.Words.Stop}; SET GLOBAL sql_{node.Kind.Words.Replica.ToLowerInvariant()}_skip_counter = {count}; {node.Kind.Words.Start}");

    private static async Task<bool> HasTableAsync(DatabaseNode node) =>
        (await node.QueryAsync("SHOW TABLES FROM photos LIKE 'lost'")).Count == 1;

    private static Task FreshAsync(GuardedFleet site, DatabaseNode node, TimeSpan within) => Eventually.HappensAsync(
        $"{node.Name} is fresh", within, async () => (await SeenAsync(site, node)).IsFresh,
            () => site.FleetReportAsync().GetAwaiter().GetResult());

    private static async Task<(bool IsFresh, IReadOnlyList<string> Reasons)> SeenAsync(GuardedFleet site, DatabaseNode node)
    {
        using JsonDocument fleet = JsonDocument.Parse(await site.FleetReportAsync());
        JsonElement seen = fleet.RootElement.GetProperty("nodes").EnumerateArray()
            .Single(one => one.GetProperty("name").GetString() == node.Name);
        return (
            seen.GetProperty("state").GetString() == "fresh",
            [.. seen.GetProperty("missingEvidence").EnumerateArray().Select(missing => missing.GetProperty("reason").GetString()!)]);
    }
}
