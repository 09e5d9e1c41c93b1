using ProxyGuard.Demo.Fleet;

namespace ProxyGuard.FleetTests.Remedies;

/// <summary>Data of the replica that are not what the source's changes are for.</summary>
internal static class RowFaults
{
    public static IReadOnlyList<Fault> All { get; } =
    [
        new("sql-duplicate-key", async stage =>
        {
            await stage.UnloggedAsync("INSERT INTO photos.remedy VALUES (100, 1, 'by hand')");
            await stage.Primary.ExecuteAsync(
                "INSERT INTO photos.remedy VALUES (100, 2, 'by a member'); INSERT INTO photos.remedy VALUES (101, 3, 'later')");
            await stage.StoppedAsync();
        }),
        new("sql-duplicate-key", async stage =>
        {
            // Another key than the primary one is in the way, of a row that the source does not have.
            await stage.UnloggedAsync("INSERT INTO photos.tags VALUES (90, 'hill')");
            stage.Administrator.Known["VALUE_OF_ID"] = "90";
            await stage.Primary.ExecuteAsync("INSERT INTO photos.tags VALUES (30, 'hill')");
            await stage.StoppedAsync();
        }),
        new("sql-duplicate-key-update", async stage =>
        {
            await stage.UnloggedAsync("INSERT INTO photos.tags VALUES (91, 'sea')");
            stage.Administrator.Known["VALUE_OF_ID"] = "91";
            await stage.Primary.ExecuteAsync(
                "UPDATE photos.tags SET name = 'sea' WHERE id = 1; UPDATE photos.tags SET name = 'coast' WHERE id = 3");
            await stage.StoppedAsync();
        }),
        new("sql-parent-missing", async stage =>
        {
            await stage.UnloggedAsync("DELETE FROM photos.remedy WHERE id = 3");
            // The second change deletes a note on the source of which no binlog tells.
            await stage.Primary.ExecuteAsync("INSERT INTO photos.remedy_notes VALUES (103, 3); DELETE FROM photos.remedy WHERE id = 4");
            await stage.StoppedAsync();
        }, NeedsDump: true) { DependsOnPlace = true },
        new("sql-foreign-key", async stage =>
        {
            await stage.UnloggedAsync("INSERT INTO photos.tagged VALUES (95, 2)");
            await stage.Primary.ExecuteAsync("DELETE FROM photos.tags WHERE id = 2");
            await stage.StoppedAsync();
        }, NeedsDump: true),
        new("sql-routine-missing", async stage =>
        {
            await stage.Primary.ExecuteAsync("CREATE FUNCTION photos.twice(n INT) RETURNS INT DETERMINISTIC NO SQL RETURN n * 2");
            await stage.CaughtUpAsync();
            await stage.UnloggedAsync("DROP FUNCTION photos.twice");
            await stage.Primary.ExecuteAsync(
                "SET SESSION binlog_format = 'STATEMENT'; INSERT INTO photos.remedy VALUES (160, photos.twice(4), 'by a function')");
            await stage.StoppedAsync();
        }, NeedsDump: true),
        new("sql-account-missing", async stage =>
        {
            await stage.Primary.ExecuteAsync("CREATE USER 'visitor'@'%' IDENTIFIED BY 'first'");
            await stage.CaughtUpAsync();
            await stage.UnloggedAsync("DROP USER 'visitor'@'%'");
            await stage.Primary.ExecuteAsync(
                stage.Replica.Kind == ServerKind.MySql56 ? "SET PASSWORD FOR 'visitor'@'%' = PASSWORD('second')"
                    : "ALTER USER 'visitor'@'%' IDENTIFIED BY 'second'");
            await stage.StoppedAsync();
        }) { AfterwardsAsync = stage => stage.Primary.ExecuteAsync("DROP USER 'visitor'@'%'") },
        new("sql-limit-too-small", async stage =>
        {
            await stage.Replica.ExecuteAsync(
                $"SET GLOBAL max_binlog_cache_size = 4096; {stage.Words.Stop} SQL_THREAD; {stage.Words.Start} SQL_THREAD");
            await stage.Primary.ExecuteAsync(
                "CREATE TABLE photos.bulk (id INT PRIMARY KEY, body LONGTEXT NOT NULL); INSERT INTO photos.bulk VALUES (1, REPEAT('x', 400000))");
            await stage.StoppedAsync();
        }),
        new("sql-row-not-found", async stage =>
        {
            await stage.UnloggedAsync("DELETE FROM photos.remedy WHERE id = 5");
            await stage.Primary.ExecuteAsync("UPDATE photos.remedy SET n = n + 1 WHERE id = 5; DELETE FROM photos.remedy WHERE id = 6");
            await stage.StoppedAsync();
        }, NeedsDump: true) { DependsOnPlace = true },
        new("sql-table-missing", async stage =>
        {
            await stage.UnloggedAsync("SET SESSION foreign_key_checks = 0; DROP TABLE photos.remedy");
            await stage.Primary.ExecuteAsync("INSERT INTO photos.remedy VALUES (200, 1, 'into nothing')");
            await stage.StoppedAsync();
        }, NeedsDump: true),
        new("sql-schema-differs", async stage =>
        {
            await stage.UnloggedAsync("ALTER TABLE photos.remedy MODIFY n TINYINT NOT NULL");
            await stage.Primary.ExecuteAsync("INSERT INTO photos.remedy VALUES (300, 7, 'too wide')");
            await stage.StoppedAsync();
        }, NeedsDump: true),
        new("sql-duplicate-key-statement", async stage =>
        {
            await stage.UnloggedAsync("INSERT INTO photos.remedy VALUES (150, 1, 'by hand')");
            await stage.Primary.ExecuteAsync(
                "SET SESSION binlog_format = 'STATEMENT'; INSERT INTO photos.remedy VALUES (150, 2, 'by a member')");
            await stage.StoppedAsync();
        }),
        new("sql-value-refused", async stage =>
        {
            await stage.Primary.ExecuteAsync(
                "CREATE TABLE photos.likes (id INT PRIMARY KEY, n INT UNSIGNED NOT NULL); INSERT INTO photos.likes VALUES (1, 5)");
            await stage.CaughtUpAsync();
            await stage.UnloggedAsync("UPDATE photos.likes SET n = 1");
            await stage.Primary.ExecuteAsync("SET SESSION binlog_format = 'STATEMENT'; UPDATE photos.likes SET n = n - 3 WHERE id = 1");
            await stage.StoppedAsync();
        }, NeedsDump: true),
        new("sql-already-so", async stage =>
        {
            await stage.UnloggedAsync("ALTER TABLE photos.remedy ADD COLUMN seen INT NOT NULL DEFAULT 0");
            await stage.Primary.ExecuteAsync("ALTER TABLE photos.remedy ADD COLUMN seen INT NOT NULL DEFAULT 0");
            await stage.StoppedAsync();
        }) { DependsOnPlace = true },
    ];
}
