namespace ProxyGuard.FleetTests.Remedies;

/// <summary>Data of the replica that are not what the source's changes are for.</summary>
internal static class RowFaults
{
    public static IReadOnlyList<Fault> All { get; } =
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
        }, NeedsDump: true) { DependsOnPlace = true },
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
        new("sql-duplicate-key-statement", async stage =>
        {
            await stage.UnloggedAsync("INSERT INTO photos.remedy VALUES (150, 1, 'by hand')");
            await stage.Primary.ExecuteAsync("SET SESSION binlog_format = 'STATEMENT'; INSERT INTO photos.remedy VALUES (150, 2, 'by a member')");
            await stage.StoppedAsync();
        }),
        new("sql-value-refused", async stage =>
        {
            await stage.Primary.ExecuteAsync("CREATE TABLE photos.likes (id INT PRIMARY KEY, n INT UNSIGNED NOT NULL); INSERT INTO photos.likes VALUES (1, 5)");
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
