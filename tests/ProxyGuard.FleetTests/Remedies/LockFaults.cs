using System.Globalization;
using MySqlConnector;
using ProxyGuard.Demo.Fleet;

namespace ProxyGuard.FleetTests.Remedies;

/// <summary>Appliers that wait for somebody, or that look through a whole table for each row.</summary>
internal static class LockFaults
{
    public static IReadOnlyList<Fault> All { get; } =
    [
        new("sql-lock-timeout", HoldRowAsync, ByHandAsync: KillBlockerAsync),
        new("applier-locked", HoldEverythingAsync, ByHandAsync: KillBlockerAsync),
        new("applier-locked", HoldTableAsync, ByHandAsync: KillBlockerAsync),
        // MySQL 5.6 says of it only that it reads the relay log.
        new("rows-without-key", ChangeRowsWithoutKeyAsync) { On = [.. ServerKind.All.Except([ServerKind.MySql56])] },
    ];

    /// <summary>Somebody's transaction on the replica holds a row for longer than the SQL thread waits, and it does not try again.</summary>
    private static async Task HoldRowAsync(RemedyStage stage)
    {
        string retries = $"{stage.Words.Replica.ToLowerInvariant()}_transaction_retries";
        await stage.Replica.ExecuteAsync($"SET GLOBAL innodb_lock_wait_timeout = 1; SET GLOBAL {retries} = 0; {stage.Words.Stop} SQL_THREAD; {stage.Words.Start} SQL_THREAD");
        await BlockAsync(stage, "BEGIN; SELECT n FROM photos.remedy WHERE id = 7 FOR UPDATE");
        await stage.Primary.ExecuteAsync("UPDATE photos.remedy SET n = n + 1 WHERE id = 7");
        await stage.StoppedAsync();
    }

    /// <summary>A backup that does not end.</summary>
    private static async Task HoldEverythingAsync(RemedyStage stage)
    {
        await BlockAsync(stage, "FLUSH TABLES WITH READ LOCK");
        await stage.Primary.ExecuteAsync("UPDATE photos.remedy SET n = n + 1 WHERE id = 8");
    }

    /// <summary>A reader that does not end its transaction, and a change of the table.</summary>
    private static async Task HoldTableAsync(RemedyStage stage)
    {
        await stage.Primary.ExecuteAsync("CREATE TABLE photos.albums (id INT PRIMARY KEY); INSERT INTO photos.albums VALUES (1)");
        await stage.CaughtUpAsync();
        await BlockAsync(stage, "BEGIN; SELECT * FROM photos.albums");
        await stage.Primary.ExecuteAsync("ALTER TABLE photos.albums ADD COLUMN cover INT NULL");
    }

    /// <summary>Each row that is changed is looked for from the beginning of the table.</summary>
    private static async Task ChangeRowsWithoutKeyAsync(RemedyStage stage)
    {
        // MySQL 8 and later go through the table for some hundred rows at once: it must be larger there to take as long.
        int tenThousands = stage.Replica.Kind == ServerKind.MySql97 ? 15 : 2;
        string digits = string.Join(" UNION ALL ", Enumerable.Range(0, 10).Select(digit => $"SELECT {digit} AS d"));
        await stage.Primary.ExecuteAsync("CREATE TABLE photos.marks (place INT NOT NULL, n INT NOT NULL)");
        for (int block = 0; block < tenThousands; block++)
        {
            await stage.Primary.ExecuteAsync(
                $"INSERT INTO photos.marks SELECT {block * 10_000} + 1000 * a.d + 100 * b.d + 10 * c.d + e.d, 0 FROM ({digits}) a, ({digits}) b, ({digits}) c, ({digits}) e");
        }

        await stage.CaughtUpAsync();
        // Only the one that is looked at is to have it so hard.
        const string AddKey = "SET SESSION sql_log_bin = 0; ALTER TABLE photos.marks ADD PRIMARY KEY (place)";
        await stage.Site.Fleet.WaitUntilCaughtUpAsync(RemedyStage.Patience);
        foreach (DatabaseNode other in stage.Site.Fleet.Replicas.Where(node => node != stage.Replica))
            await other.ExecuteAsync(AddKey);
        stage.Known["<columns>"] = "place";
        await stage.Primary.ExecuteAsync("UPDATE photos.marks SET n = n + 1");
    }

    private static async Task BlockAsync(RemedyStage stage, string sql)
    {
        stage.Blocker = await stage.Replica.ConnectAsync();
        await using var hold = new MySqlCommand(sql, stage.Blocker);
        await hold.ExecuteScalarAsync();
    }

    /// <summary>It is in the list that the first steps show.</summary>
    private static async Task KillBlockerAsync(RemedyStage stage)
    {
        string id = stage.Blocker!.ServerThread.ToString(CultureInfo.InvariantCulture);
        Assert.Contains(await stage.Replica.QueryAsync("SHOW FULL PROCESSLIST"), thread => thread["Id"] == id);
        await stage.Replica.ExecuteAsync($"KILL {id}");
        await stage.Blocker.DisposeAsync();
    }
}
