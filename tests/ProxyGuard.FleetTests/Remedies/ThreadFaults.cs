namespace ProxyGuard.FleetTests.Remedies;

/// <summary>Threads that stopped or that somebody has stopped, and a server that lets everybody write.</summary>
internal static class ThreadFaults
{
    public static IReadOnlyList<Fault> All { get; } =
    [
        new("sql-stopped", stage => stage.Replica.ExecuteAsync($"{stage.Words.Stop} SQL_THREAD")),
        new("io-stopped", stage => stage.Replica.ExecuteAsync($"{stage.Words.Stop} IO_THREAD")),
        new("threads-stopped", stage => stage.Replica.ExecuteAsync(stage.Words.Stop)),
        new("sql-lock-timeout", HoldRowAsync),
        // From here on MySQL 5.7 and later refuse the writes of administrators too: the remedies that follow have to allow them first.
        new("replica-writable", stage => stage.Replica.ExecuteAsync("SET GLOBAL read_only = OFF")),
    ];

    /// <summary>
    /// Somebody's transaction on the replica holds a row for longer than the SQL thread waits, and it does not try again.
    /// </summary>
    private static async Task HoldRowAsync(RemedyStage stage)
    {
        string retries = $"{stage.Words.Replica.ToLowerInvariant()}_transaction_retries";
        await stage.Replica.ExecuteAsync(
            $"SET GLOBAL innodb_lock_wait_timeout = 1; SET GLOBAL {retries} = 0; {stage.Words.Stop} SQL_THREAD; {stage.Words.Start} SQL_THREAD");
        await stage.BlockAsync("BEGIN; SELECT n FROM photos.remedy WHERE id = 7 FOR UPDATE");
        await stage.Primary.ExecuteAsync("UPDATE photos.remedy SET n = n + 1 WHERE id = 7");
        await stage.StoppedAsync();
    }
}
