namespace ProxyGuard.FleetTests.Remedies;

/// <summary>Threads that somebody has stopped, and a server that lets everybody write.</summary>
internal static class ThreadFaults
{
    public static IReadOnlyList<Fault> All { get; } =
    [
        new("sql-stopped", stage => stage.Replica.ExecuteAsync($"{stage.Words.Stop} SQL_THREAD")),
        new("io-stopped", stage => stage.Replica.ExecuteAsync($"{stage.Words.Stop} IO_THREAD")),
        new("threads-stopped", stage => stage.Replica.ExecuteAsync(stage.Words.Stop)),
        new("replica-writable", stage => stage.Replica.ExecuteAsync("SET GLOBAL read_only = OFF")),
    ];
}
