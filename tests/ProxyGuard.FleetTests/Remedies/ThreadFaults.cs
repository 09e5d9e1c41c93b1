using MySqlConnector;

namespace ProxyGuard.FleetTests.Remedies;

/// <summary>Threads that were stopped, and threads that wait for somebody.</summary>
internal static class ThreadFaults
{
    public static IReadOnlyList<Fault> All { get; } =
    [
        new("sql-stopped", stage => stage.Replica.ExecuteAsync($"{stage.Words.Stop} SQL_THREAD")),
        new("io-stopped", stage => stage.Replica.ExecuteAsync($"{stage.Words.Stop} IO_THREAD")),
        new("threads-stopped", stage => stage.Replica.ExecuteAsync(stage.Words.Stop)),
        new("sql-lock-timeout", HoldRowAsync, ByHandAsync: stage => stage.Blocker!.DisposeAsync().AsTask()),
    ];

    /// <summary>Somebody's transaction on the replica holds a row for longer than the SQL thread waits, and it does not try again.</summary>
    private static async Task HoldRowAsync(RemedyStage stage)
    {
        string retries = $"{stage.Words.Replica.ToLowerInvariant()}_transaction_retries";
        await stage.Replica.ExecuteAsync($"SET GLOBAL innodb_lock_wait_timeout = 1; SET GLOBAL {retries} = 0; {stage.Words.Stop} SQL_THREAD; {stage.Words.Start} SQL_THREAD");
        stage.Blocker = await stage.Replica.ConnectAsync();
        await using var hold = new MySqlCommand("BEGIN; SELECT n FROM photos.remedy WHERE id = 7 FOR UPDATE", stage.Blocker);
        await hold.ExecuteScalarAsync();
        await stage.Primary.ExecuteAsync("UPDATE photos.remedy SET n = n + 1 WHERE id = 7");
        await stage.StoppedAsync();
    }
}
