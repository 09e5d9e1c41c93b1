using ProxyGuard.Demo.Fleet;

namespace ProxyGuard.FleetTests.Remedies;

/// <summary>A source that does not let its replica in, or that the replica does not know any more.</summary>
internal static class ConnectionFaults
{
    public static IReadOnlyList<Fault> All { get; } =
    [
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
        new("replication-grant-missing", async stage =>
        {
            // Known to the primary alone: the replicas still have the grant when it is given once more.
            await stage.Primary.ExecuteAsync($"SET SESSION sql_log_bin = 0; REVOKE REPLICATION SLAVE ON *.* FROM '{stage.Site.Fleet.Accounts.Replication.Name}'@'127.0.0.1'");
            await stage.Replica.ExecuteAsync($"{stage.Words.Stop} IO_THREAD; {stage.Words.Start} IO_THREAD");
            await stage.ShowsAsync("denied");
        }),
        new("replica-reset", ForgetAsync),
    ];

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
}
