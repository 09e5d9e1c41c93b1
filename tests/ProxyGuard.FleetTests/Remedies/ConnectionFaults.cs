using ProxyGuard.Demo.Fleet;
using ProxyGuard.Testing;

namespace ProxyGuard.FleetTests.Remedies;

/// <summary>A source that does not let its replica in, or that the replica does not know any more.</summary>
internal static class ConnectionFaults
{
    public static IReadOnlyList<Fault> All { get; } =
    [
        new("same-server-id", async stage =>
        {
            await stage.Replica.ExecuteAsync($"SET GLOBAL server_id = {stage.Primary.ServerId}; {ConnectAgain(stage)}");
            await stage.ShowsAsync("equal");
        }),
        new("same-server-uuid", CopyUuidAsync, ByHandAsync: NewUuidAsync) { On = Fault.MySqls },
        new("replication-access-denied", async stage =>
        {
            await stage.Replica.ExecuteAsync($"{stage.Words.Stop}; {stage.ChangeSource("PASSWORD = 'not the one'")}; {stage.Words.Start}");
            await stage.ShowsIoErrorAsync(1045);
        }),
        new("replication-grant-missing", async stage =>
        {
            // On the primary alone: what is replicated would arrive once it is mended.
            await stage.Primary.ExecuteAsync($"SET SESSION sql_log_bin = 0; REVOKE REPLICATION SLAVE ON *.* FROM {Account(stage)}");
            await stage.Replica.ExecuteAsync(ConnectAgain(stage));
            await stage.ShowsAsync("1045");
        }),
        new("replication-authentication-plugin", async stage =>
        {
            // The same password again: it is not in the source's cache any more, and the source wants to see it.
            await stage.Primary.ExecuteAsync(
                $"SET SESSION sql_log_bin = 0; ALTER USER {Account(stage)} IDENTIFIED BY '{stage.Site.Fleet.Accounts.Replication.Password}'");
            await stage.Replica.ExecuteAsync(
                $"{stage.Words.Stop}; CHANGE REPLICATION SOURCE TO GET_SOURCE_PUBLIC_KEY = 0, SOURCE_SSL = 0; {stage.Words.Start}");
            await stage.ShowsAsync("secure connection");
        }) { On = [ServerKind.MySql97] },
        new("replication-tls", async stage =>
        {
            await stage.Primary.ExecuteAsync("SET GLOBAL require_secure_transport = ON");
            await stage.Replica.ExecuteAsync($"{stage.Words.Stop}; CHANGE REPLICATION SOURCE TO SOURCE_SSL = 0; {stage.Words.Start}");
            await stage.ShowsAsync("insecure transport");
        })
        {
            On = [ServerKind.MySql97],
            AfterwardsAsync = stage => stage.Primary.ExecuteAsync("SET GLOBAL require_secure_transport = OFF"),
        },
        new("source-refuses-connections", LimitAsync, ByHandAsync: stage => stage.Primary.ExecuteAsync(Limit(stage, 0))),
        new("replica-reset", ForgetAsync) { DependsOnPlace = true },
    ];

    private static string ConnectAgain(RemedyStage stage) => $"{stage.Words.Stop} IO_THREAD; {stage.Words.Start} IO_THREAD";

    private static string Account(RemedyStage stage) => $"'{stage.Site.Fleet.Accounts.Replication.Name}'@'127.0.0.1'";

    /// <summary>Somebody has limited the account to one connection, and the other replica was faster.</summary>
    private static async Task LimitAsync(RemedyStage stage)
    {
        await stage.Replica.ExecuteAsync($"{stage.Words.Stop} IO_THREAD");
        await stage.Primary.ExecuteAsync(Limit(stage, 1));
        // Only who connects from now on is counted.
        DatabaseNode other = stage.Site.Fleet.Replicas[1];
        await other.ExecuteAsync(ConnectAgain(stage));
        await Eventually.HappensAsync(
            $"{other.Name} is connected", RemedyStage.Deadline, async () => await other.ReplicaStatusAsync() is { IoThread: "Yes" });
        await stage.Replica.ExecuteAsync($"{stage.Words.Start} IO_THREAD");
        await stage.ShowsIoErrorAsync(1226);
    }

    private static string Limit(RemedyStage stage, int connections) => stage.Replica.Kind == ServerKind.MySql97
        ? $"SET SESSION sql_log_bin = 0; ALTER USER {Account(stage)} WITH MAX_USER_CONNECTIONS {connections}"
        : $"SET SESSION sql_log_bin = 0; GRANT USAGE ON *.* TO {Account(stage)} WITH MAX_USER_CONNECTIONS {connections}";

    /// <summary>The replica was made from a copy of the primary's files.</summary>
    private static async Task CopyUuidAsync(RemedyStage stage)
    {
        await stage.Replica.StopAsync();
        File.Copy(UuidFile(stage.Primary), UuidFile(stage.Replica), overwrite: true);
        await stage.Replica.StartAsync();
        await stage.ShowsAsync("UUIDs");
    }

    private static async Task NewUuidAsync(RemedyStage stage)
    {
        await stage.Replica.StopAsync();
        File.Delete(UuidFile(stage.Replica));
        await stage.Replica.StartAsync();
    }

    private static string UuidFile(DatabaseNode node) => Path.Combine(node.DataDirectory, "auto.cnf");

    /// <summary>The replica forgets everything; somebody has noted where it stood.</summary>
    private static async Task ForgetAsync(RemedyStage stage)
    {
        LogPosition place = (await stage.Replica.ReplicaStatusAsync())!.Executed;
        stage.Administrator.Known["EXECUTED_FILE"] = place.File;
        stage.Administrator.Known["EXECUTED_POSITION"] = $"{place.Offset}";
        stage.Administrator.Known["'SOURCE_HOST'"] = "'127.0.0.1'";
        stage.Administrator.Known["= SOURCE_PORT"] = $"= {stage.Primary.Port}";
        await stage.Replica.ExecuteAsync($"{stage.Words.Stop}; {stage.Words.Forget}");
    }
}
