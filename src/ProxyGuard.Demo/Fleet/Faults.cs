using MySqlConnector;

namespace ProxyGuard.Demo.Fleet;

/// <summary>Breaks a fleet in the ways that happen at night, and mends it again.</summary>
/// <remarks>All of it works while others write. Call one method at a time.</remarks>
public sealed class Faults(ReplicationFleet fleet) : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    // Each holds a global read lock for as long as it is open.
    private readonly Dictionary<DatabaseNode, MySqlConnection> _locks = [];

    /// <summary>
    /// The replicas are written to by hand; then the primary writes the same key. Returns when the SQL thread of each of them has
    /// stopped with error 1062. No replicas means all.
    /// </summary>
    public async Task BreakWithDuplicateKeyAsync(params DatabaseNode[] replicas)
    {
        IReadOnlyList<DatabaseNode> broken = OrAll(replicas);
        // A table of its own: no row that the site works with can collide. It must be there before the wrong row.
        await fleet.Primary.ExecuteAsync(
            "CREATE TABLE IF NOT EXISTS photos.guard_demo_fault (id BIGINT PRIMARY KEY, written_by VARCHAR(10) NOT NULL)");
        foreach (DatabaseNode replica in broken)
            await WaitForTableAsync(replica);
        long key = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        foreach (DatabaseNode replica in broken)
            await replica.ExecuteAsync($"SET SESSION sql_log_bin = 0; INSERT INTO photos.guard_demo_fault VALUES ({key}, 'hand')");
        await fleet.Primary.ExecuteAsync($"INSERT INTO photos.guard_demo_fault VALUES ({key}, 'site')");
        foreach (DatabaseNode replica in broken)
            await UntilAsync(replica, status => status is { SqlErrorNumber: 1062, IsApplying: false }, "stop with error 1062");
    }

    /// <summary>Takes the wrong rows away and starts the SQL threads again. Returns before the replicas have caught up.</summary>
    public async Task MendDuplicateKeyAsync(params DatabaseNode[] replicas)
    {
        foreach (DatabaseNode replica in OrAll(replicas))
        {
            if (await replica.ReplicaStatusAsync() is not { SqlErrorNumber: 1062 })
                continue;
            await replica.ExecuteAsync(
                $"SET SESSION sql_log_bin = 0; DELETE FROM photos.guard_demo_fault WHERE written_by = 'hand'; {fleet.Kind.Words.Start}");
            await UntilAsync(replica, status => status.IsApplying, "apply again");
        }
    }

    /// <summary>
    /// Holds a global read lock on the replicas, as a backup does: both threads say Yes, nothing is applied, and there is no error.
    /// Reads go on. No replicas means all.
    /// </summary>
    public async Task HoldBackAsync(params DatabaseNode[] replicas)
    {
        foreach (DatabaseNode replica in OrAll(replicas))
        {
            if (_locks.ContainsKey(replica))
                continue;
            MySqlConnection connection = await replica.ConnectAsync();
            _locks.Add(replica, connection);
            await using var command = new MySqlCommand("FLUSH TABLES WITH READ LOCK", connection);
            await command.ExecuteNonQueryAsync();
        }
    }

    /// <summary>Undoes <see cref="HoldBackAsync"/> on all replicas.</summary>
    public async Task LetGoAsync()
    {
        foreach (MySqlConnection connection in _locks.Values)
            await connection.DisposeAsync();
        _locks.Clear();
    }

    /// <summary>Between the replicas and their sources; everybody else still reaches all of them. No replicas means all.</summary>
    public void CutNetwork(params DatabaseNode[] replicas)
    {
        foreach (DatabaseNode replica in OrAll(replicas))
            fleet.RelayOf(replica).Cut();
    }

    public void RestoreNetwork(params DatabaseNode[] replicas)
    {
        foreach (DatabaseNode replica in OrAll(replicas))
            fleet.RelayOf(replica).Restore();
    }

    public Task StopPrimaryAsync() => fleet.Primary.StopAsync();

    public Task StartPrimaryAsync() => fleet.Primary.StartAsync();

    /// <summary>It answers no client, and refuses none either.</summary>
    public void FreezePrimary() => fleet.Primary.Freeze();

    public void ThawPrimary() => fleet.Primary.Thaw();

    /// <summary>The site's own account is then refused each write with error 1290; until the primary is started again.</summary>
    public Task SetPrimaryReadOnlyAsync(bool readOnly) =>
        fleet.Primary.ExecuteAsync($"SET GLOBAL read_only = {(readOnly ? "ON" : "OFF")}");

    /// <summary>
    /// Gives all replicas so much to apply that catching up can be watched. Returns when they have begun to; they apply at full speed again
    /// after <see cref="MendAllAsync"/>.
    /// </summary>
    /// <param name="tell">Is told how it goes.</param>
    public Task BuildBacklogAsync(BacklogSettings settings, Action<string> tell) => new Backlog(fleet).BuildAsync(settings, tell);

    /// <summary>
    /// Undoes whatever was broken, in whatever order, also servers that were killed. Returns when both threads of each replica run; they
    /// may have much to catch up.
    /// </summary>
    public async Task MendAllAsync()
    {
        foreach (DatabaseNode node in fleet.Nodes)
            node.Thaw();
        await Task.WhenAll(fleet.Nodes.Select(node => node.StartAsync()));
        await SetPrimaryReadOnlyAsync(false);
        if (fleet.HasRelays)
            RestoreNetwork();
        await LetGoAsync();
        await new Backlog(fleet).HurryAsync();
        await MendDuplicateKeyAsync();
        foreach (DatabaseNode replica in fleet.Replicas)
        {
            // Also ends the wait of an I/O thread that has just lost its source; a running one takes no notice.
            await replica.ExecuteAsync(fleet.Kind.Words.Start);
            await UntilAsync(replica, status => status is { IoThread: "Yes", IsApplying: true }, "follow again");
        }
    }

    /// <summary>Only lets go of the locks; it mends nothing else.</summary>
    public async ValueTask DisposeAsync() => await LetGoAsync();

    private IReadOnlyList<DatabaseNode> OrAll(DatabaseNode[] replicas) => replicas.Length == 0 ? fleet.Replicas : replicas;

    private static async Task WaitForTableAsync(DatabaseNode replica)
    {
        long start = TimeProvider.System.GetTimestamp();
        while ((await replica.QueryAsync("SHOW TABLES IN photos LIKE 'guard_demo_fault'")).Count == 0)
        {
            if (TimeProvider.System.GetElapsedTime(start) > Deadline)
                throw new FleetException($"{replica.Name} does not follow, so it cannot be broken this way. Mend it first.");
            await Task.Delay(20);
        }
    }

    private static async Task UntilAsync(DatabaseNode replica, Func<ReplicaStatus, bool> condition, string whatFor)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (await replica.ReplicaStatusAsync() is not { } status || !condition(status))
        {
            if (TimeProvider.System.GetElapsedTime(start) > Deadline)
                throw new FleetException(
                    $"{replica.Name} did not {whatFor} within {Deadline.TotalSeconds} s: {await replica.ReplicaStatusAsync()}");
            await Task.Delay(20);
        }
    }
}
