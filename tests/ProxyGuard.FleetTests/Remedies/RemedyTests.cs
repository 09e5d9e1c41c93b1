using MySqlConnector;
using ProxyGuard.Demo.Fleet;
using ProxyGuard.Testing;

namespace ProxyGuard.FleetTests.Remedies;

/// <summary>
/// Each fault is made on real servers, ProxyGuard says what to do, an administrator does it to the letter, and the replica is what its source is again.
/// </summary>
public sealed class RemedyTests(FleetHome home, ITestOutputHelper output)
{
    // Where GTIDs are the rule they are used, and where they came late or are another thing, positions.
    private static readonly ServerKind[] WithGtid = [ServerKind.MariaDb1011, ServerKind.MySql97];

    public static TheoryData<string> Kinds => [.. ServerKind.All.Select(kind => kind.Name)];

    /// <param name="Code">What the diagnosis must call it.</param>
    /// <param name="NeedsDump">Whether its remedy copies a table or everything.</param>
    /// <param name="ByHandAsync">What a person does with what the first steps showed.</param>
    private sealed record Fault(string Code, Func<RemedyStage, Task> MakeAsync, bool NeedsDump = false, Func<RemedyStage, Task>? ByHandAsync = null)
    {
        /// <summary>The only kind that can have it; null for all.</summary>
        public ServerKind? OnlyOf { get; init; }
    }

    private static IReadOnlyList<Fault> Faults { get; } =
    [
        new("sql-duplicate-key", async stage =>
        {
            await stage.UnloggedAsync("INSERT INTO photos.remedy VALUES (100, 1, 'by hand')");
            await stage.Primary.ExecuteAsync("INSERT INTO photos.remedy VALUES (100, 2, 'by a member'); INSERT INTO photos.remedy VALUES (101, 3, 'later')");
            await stage.StoppedAsync();
        }),
        new("sql-row-not-found", async stage =>
        {
            await stage.UnloggedAsync("DELETE FROM photos.remedy WHERE id = 5");
            await stage.Primary.ExecuteAsync("UPDATE photos.remedy SET n = n + 1 WHERE id = 5; DELETE FROM photos.remedy WHERE id = 6");
            await stage.StoppedAsync();
        }, NeedsDump: true),
        new("sql-table-missing", async stage =>
        {
            await stage.UnloggedAsync("DROP TABLE photos.remedy");
            await stage.Primary.ExecuteAsync("INSERT INTO photos.remedy VALUES (200, 1, 'into nothing')");
            await stage.StoppedAsync();
        }, NeedsDump: true),
        new("sql-schema-differs", async stage =>
        {
            await stage.UnloggedAsync("ALTER TABLE photos.remedy MODIFY n TINYINT NOT NULL");
            await stage.Primary.ExecuteAsync("INSERT INTO photos.remedy VALUES (300, 7, 'too wide')");
            await stage.StoppedAsync();
        }, NeedsDump: true),
        new("relay-log-damaged", DamageRelayLogAsync),
        new("sql-stopped", stage => stage.Replica.ExecuteAsync($"{stage.Words.Stop} SQL_THREAD")),
        new("io-stopped", stage => stage.Replica.ExecuteAsync($"{stage.Words.Stop} IO_THREAD")),
        new("threads-stopped", stage => stage.Replica.ExecuteAsync(stage.Words.Stop)),
        new("sql-lock-timeout", HoldLockAsync, ByHandAsync: stage => stage.Blocker!.DisposeAsync().AsTask()),
        new("same-server-id", async stage =>
        {
            await stage.Replica.ExecuteAsync($"SET GLOBAL server_id = {stage.Primary.ServerId}; {stage.Words.Stop} IO_THREAD; {stage.Words.Start} IO_THREAD");
            await stage.ShowsAsync("equal");
        }),
        new("replication-access-denied", async stage =>
        {
            await stage.Replica.ExecuteAsync($"{stage.Words.Stop}; {stage.ChangeSource("PASSWORD = 'not the one'")}; {stage.Words.Start}");
            await stage.ShowsIoErrorAsync(1045);
        }),
        new("packet-too-large", SendTooMuchAsync),
        new("errant-gtid", GoAstrayAsync) { OnlyOf = ServerKind.MySql97 },
        new("replica-writable", stage => stage.Replica.ExecuteAsync("SET GLOBAL read_only = OFF")),
        new("sql-duplicate-key-statement", async stage =>
        {
            await stage.UnloggedAsync("INSERT INTO photos.remedy VALUES (150, 1, 'by hand')");
            await stage.Primary.ExecuteAsync("SET SESSION binlog_format = 'STATEMENT'; INSERT INTO photos.remedy VALUES (150, 2, 'by a member')");
            await stage.StoppedAsync();
        }),
        new("sql-already-so", async stage =>
        {
            await stage.UnloggedAsync("ALTER TABLE photos.remedy ADD COLUMN seen INT NOT NULL DEFAULT 0");
            await stage.Primary.ExecuteAsync("ALTER TABLE photos.remedy ADD COLUMN seen INT NOT NULL DEFAULT 0");
            await stage.StoppedAsync();
        }),
        new("replica-reset", ForgetAsync),
        new("source-log-purged", PurgeAsync, NeedsDump: true),
    ];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Whoever_does_what_the_diagnosis_says_gets_a_replica_that_is_what_its_source_is(string name)
    {
        ServerKind kind = ServerKind.Named(name);
        var settings = new FleetSettings { Kind = kind, WithGtid = WithGtid.Contains(kind), MoreServerArguments = kind == ServerKind.MySql97 ? ["--performance-schema=ON"] : ["--binlog-format=ROW"] };
        await using GuardedFleet site = await GuardedFleet.StartAsync(home.DirectoryOrSkip(kind), settings, replicaCount: 2);
        using var stage = new RemedyStage(site);
        await site.Fleet.Primary.ExecuteAsync("CREATE TABLE photos.remedy (id INT PRIMARY KEY, n INT NOT NULL, name VARCHAR(50) NOT NULL)");
        await site.Fleet.Primary.ExecuteAsync($"INSERT INTO photos.remedy VALUES {string.Join(", ", Enumerable.Range(1, 20).Select(id => $"({id}, {id}, 'photo {id}')"))}");
        // Good to have, as config/mysql/grants.sql says: parallel appliers tell only there which row it was.
        if (kind == ServerKind.MySql97)
            await site.Fleet.Primary.ExecuteAsync($"GRANT SELECT ON performance_schema.replication_applier_status_by_worker TO '{site.Fleet.Accounts.Guard.Name}'@'127.0.0.1'");
        await stage.CaughtUpAsync();

        // No dump program here reads a server as old as 5.6: those of our days ask for columns it does not have, and none came with it.
        foreach (Fault fault in Faults.Where(fault => (fault.OnlyOf ?? kind) == kind && (kind != ServerKind.MySql56 || !fault.NeedsDump)))
        {
            await fault.MakeAsync(stage);
            IReadOnlyList<ToldStep> steps = await stage.DiagnosedAsync(fault.Code);
            output.WriteLine($"{name}: {fault.Code}: {string.Join(", ", steps.Select(step => step.Id))}");
            if (fault.ByHandAsync is not null)
                await fault.ByHandAsync(stage);
            await stage.FollowAsync(steps);
            await stage.CaughtUpAsync();
            await stage.SameDataAsync();
            await stage.NoErrorLeftAsync();
        }

        output.WriteLine($"{name}: placeholders that a person had to fill: {string.Join(" ", stage.Filled)}");
    }

    /// <summary>Somebody's transaction on the replica holds a row for longer than the SQL thread waits, and it does not try again.</summary>
    private static async Task HoldLockAsync(RemedyStage stage)
    {
        string retries = $"{stage.Words.Replica.ToLowerInvariant()}_transaction_retries";
        await stage.Replica.ExecuteAsync($"SET GLOBAL innodb_lock_wait_timeout = 1; SET GLOBAL {retries} = 0; {stage.Words.Stop} SQL_THREAD; {stage.Words.Start} SQL_THREAD");
        stage.Blocker = await stage.Replica.ConnectAsync();
        await using var hold = new MySqlCommand("BEGIN; SELECT n FROM photos.remedy WHERE id = 7 FOR UPDATE", stage.Blocker);
        await hold.ExecuteScalarAsync();
        await stage.Primary.ExecuteAsync("UPDATE photos.remedy SET n = n + 1 WHERE id = 7");
        await stage.StoppedAsync();
    }

    /// <summary>The replica forgets everything; somebody has noted where it stood.</summary>
    private static async Task ForgetAsync(RemedyStage stage)
    {
        LogPosition place = (await stage.Replica.ReplicaStatusAsync())!.Executed;
        stage.Known["<executedFile>"] = place.File;
        stage.Known["<executedPosition>"] = $"{place.Offset}";
        stage.Known["<sourceHost>"] = "127.0.0.1";
        stage.Known["<sourcePort>"] = $"{stage.Primary.Port}";
        await stage.Replica.ExecuteAsync($"{stage.Words.Stop}; {stage.Words.Forget}");
    }

    /// <summary>A picture larger than the replica takes.</summary>
    private static async Task SendTooMuchAsync(RemedyStage stage)
    {
        await stage.Primary.ExecuteAsync("CREATE TABLE photos.large (id INT PRIMARY KEY, picture LONGTEXT NOT NULL)");
        await stage.CaughtUpAsync();
        string most = $"{stage.Words.Replica.ToLowerInvariant()}_max_allowed_packet";
        await stage.Replica.ExecuteAsync($"SET GLOBAL {most} = 1048576; {stage.Words.Stop} IO_THREAD; {stage.Words.Start} IO_THREAD");
        await stage.Primary.ExecuteAsync("INSERT INTO photos.large VALUES (1, REPEAT('x', 3000000))");
        await stage.ShowsAsync("max_allowed_packet");
    }

    /// <summary>The replica has a transaction under the primary's name that the primary never had.</summary>
    private static async Task GoAstrayAsync(RemedyStage stage)
    {
        string uuid = (await stage.Primary.QueryAsync("SELECT @@GLOBAL.server_uuid AS uuid"))[0]["uuid"]!;
        stage.Known["<gtid>"] = $"{uuid}:999999";
        stage.Known["<gtid_executed of the source>"] = (await stage.Primary.QueryAsync("SELECT @@GLOBAL.gtid_executed AS executed"))[0]["executed"]!;
        await stage.Replica.ExecuteAsync($"{stage.Words.Stop}; SET GTID_NEXT = '{uuid}:999999'; BEGIN; COMMIT; SET GTID_NEXT = 'AUTOMATIC'; {stage.Words.Start}");
        await stage.ShowsAsync("more GTIDs");
    }

    private static async Task DamageRelayLogAsync(RemedyStage stage)
    {
        await stage.Replica.ExecuteAsync($"{stage.Words.Stop} SQL_THREAD");
        for (int id = 400; id < 440; id++)
            await stage.Primary.ExecuteAsync($"INSERT INTO photos.remedy VALUES ({id}, {id}, '{new string('x', 40)}')");
        await Eventually.HappensAsync("all of it is fetched", RemedyStage.Patience, async () => (await stage.Replica.ReplicaStatusAsync())!.Fetched >= await stage.Primary.HeadAsync());
        string newest = Directory.EnumerateFiles(stage.Replica.DataDirectory, "relay.0*").Order(StringComparer.Ordinal).Last();
        await using (FileStream file = File.Open(newest, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite))
        {
            // Well inside of what is still to be applied.
            file.Position = file.Length - 2_000;
            file.Write(Enumerable.Repeat((byte)0xFF, 200).ToArray());
        }

        await stage.Replica.ExecuteAsync($"{stage.Words.Start} SQL_THREAD");
        await stage.StoppedAsync();
    }

    /// <summary>The replica is away for longer than the primary keeps its binlogs.</summary>
    private static async Task PurgeAsync(RemedyStage stage)
    {
        await stage.Replica.ExecuteAsync(stage.Words.Stop);
        await stage.Primary.ExecuteAsync("FLUSH BINARY LOGS; INSERT INTO photos.remedy (id, n, name) VALUES (500, 1, 'missed'); FLUSH BINARY LOGS");
        // Logs that another replica is still sent are kept, without an error.
        await Eventually.HappensAsync("the old logs are gone", RemedyStage.Patience, async () =>
        {
            await stage.Primary.ExecuteAsync($"PURGE BINARY LOGS TO '{(await stage.Primary.HeadAsync()).File}'");
            return (await stage.Primary.QueryAsync("SHOW BINARY LOGS")).Count == 1;
        });
        await stage.Replica.ExecuteAsync(stage.Words.Start);
        await stage.ShowsAsync("1236");
    }
}
