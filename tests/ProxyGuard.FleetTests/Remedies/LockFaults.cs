using ProxyGuard.Demo.Fleet;

namespace ProxyGuard.FleetTests.Remedies;

/// <summary>Appliers that wait for somebody, or that look through a whole table for each row.</summary>
internal static class LockFaults
{
    public static IReadOnlyList<Fault> All { get; } =
    [
        new("applier-locked", HoldEverythingAsync),
        new("applier-locked", HoldTableAsync),
        // MySQL 5.6 says of it only that it reads the relay log.
        new("rows-without-key", ChangeRowsWithoutKeyAsync) { On = [.. ServerKind.All.Except([ServerKind.MySql56])] },
    ];

    /// <summary>A backup that does not end.</summary>
    private static async Task HoldEverythingAsync(RemedyStage stage)
    {
        await stage.BlockAsync("FLUSH TABLES WITH READ LOCK");
        await stage.Primary.ExecuteAsync("UPDATE photos.remedy SET n = n + 1 WHERE id = 8");
    }

    /// <summary>A reader that does not end its transaction, and a change of the table.</summary>
    private static async Task HoldTableAsync(RemedyStage stage)
    {
        await stage.Primary.ExecuteAsync("CREATE TABLE photos.albums (id INT PRIMARY KEY); INSERT INTO photos.albums VALUES (1)");
        await stage.CaughtUpAsync();
        await stage.BlockAsync("BEGIN; SELECT * FROM photos.albums");
        await stage.Primary.ExecuteAsync("ALTER TABLE photos.albums ADD COLUMN cover INT NULL");
    }

    /// <summary>Each row that is changed is looked for from the beginning of the table.</summary>
    private static async Task ChangeRowsWithoutKeyAsync(RemedyStage stage)
    {
        // MySQL 8 and later go through the table for some hundred rows at once: it must be larger there to take as long.
        int tenThousands = stage.Replica.Kind == ServerKind.MySql97 ? 12 : 2;
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
        await stage.Site.Fleet.WaitUntilCaughtUpAsync(RemedyStage.Deadline);
        foreach (DatabaseNode other in stage.Site.Fleet.Replicas.Where(node => node != stage.Replica))
            await other.ExecuteAsync(AddKey);
        stage.Administrator.Known["THE_COLUMNS"] = "place";
        await stage.Primary.ExecuteAsync("UPDATE photos.marks SET n = n + 1");
    }
}
