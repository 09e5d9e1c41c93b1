using System.Text.Json;
using MySqlConnector;
using ProxyGuard.Demo.Fleet;
using ProxyGuard.Testing;

namespace ProxyGuard.FleetTests;

/// <summary>The primary answers every question, and the writes that members send hang.</summary>
public sealed class StalledPrimaryTests(FleetHome home, ITestOutputHelper output)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);
    // Three seconds on a quiet machine; this one runs other fleets beside it.
    private static readonly TimeSpan Allowed = TimeSpan.FromSeconds(5);

    public static TheoryData<string> Kinds => [ServerKind.MariaDb1011.Name, ServerKind.MySql56.Name, ServerKind.MySql97.Name];

    [Theory]
    [MemberData(nameof(Kinds))]
    public Task A_backup_that_locks_all_tables_is_a_stalled_primary(string kind) => LiveThroughAsync(kind, seesOthers: true,
        "read lock|backup lock", async primary =>
    {
        MySqlConnection backup = await primary.ConnectAsync();
        await ExecuteAsync(backup, "FLUSH TABLES WITH READ LOCK");
        return backup;
    });

    /// <summary>Without PROCESS only counters tell, and those by writes that begin before our eyes: of members who come by.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public Task A_backup_that_locks_all_tables_is_detected_without_the_PROCESS_privilege(string kind) => LiveThroughAsync(kind,
        seesOthers: false, "", async primary =>
    {
        MySqlConnection backup = await primary.ConnectAsync();
        await ExecuteAsync(backup, "FLUSH TABLES WITH READ LOCK");
        return backup;
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public Task An_ALTER_TABLE_blocked_by_an_open_transaction_is_a_stalled_primary(string kind) => LiveThroughAsync(kind, seesOthers: true,
        "metadata lock", async primary =>
    {
        MySqlConnection thinking = await primary.ConnectAsync();
        await ExecuteAsync(thinking, "START TRANSACTION");
        await ExecuteAsync(thinking, "SELECT COUNT(*) FROM photos.comments");
        _ = primary.ExecuteAsync("SET SESSION lock_wait_timeout = 60; ALTER TABLE photos.comments ADD COLUMN guard_demo INT NULL");
        return thinking;
    });

    private async Task LiveThroughAsync(string name, bool seesOthers, string waits, Func<DatabaseNode, Task<MySqlConnection>> lockAsync)
    {
        ServerKind kind = ServerKind.Named(name);
        await using GuardedFleet site = await GuardedFleet.StartAsync(
            home.DirectoryOrSkip(kind), new FleetSettings { Kind = kind }, replicaCount: 2);
        if (seesOthers)
        {
            await site.Fleet.GrantProcessToGuardAsync();
            // A privilege counts from the next connection on.
            await site.RestartGuardAsync();
            await site.WaitForModeAsync("normal", Deadline);
        }

        await using var members = new ManyWriters(site.Http, 20, comingPerSecond: 5);
        await Eventually.HappensAsync("members post", Deadline, () => members.Accepted >= 20);

        MySqlConnection locker = await lockAsync(site.Fleet.Primary);
        DateTimeOffset lockedAt = DateTimeOffset.UtcNow;
        StatusSeen closed = await site.WaitForModeAsync("read-only", Deadline);
        string report = await site.FleetReportAsync();
        // As long as a small backup takes; the cause stays what it is.
        while (DateTimeOffset.UtcNow - lockedAt < TimeSpan.FromSeconds(20))
        {
            StatusSeen meanwhile = await site.StatusAsync();
            Assert.Equal(("read-only", "primary-stalled"), (meanwhile.Mode, meanwhile.Cause));
            await Task.Delay(200, TestContext.Current.CancellationToken);
        }

        DateTimeOffset freeFrom = DateTimeOffset.UtcNow;
        await locker.DisposeAsync();
        StatusSeen open = await site.WaitForModeAsync("normal", Deadline);
        long before = members.Accepted;
        await Eventually.HappensAsync("a comment is accepted again", Deadline, () => members.Accepted > before + 10);

        output.WriteLine($"{kind}, {(seesOthers ? "with" : "without")} PROCESS: refused {(closed.SeenAt - lockedAt).TotalMilliseconds:0} ms after the lock, "
            + $"open again {(open.SeenAt - freeFrom).TotalSeconds:0.0} s after it went");
        Assert.Equal("primary-stalled", closed.Cause);
        string happened = JsonDocument.Parse(report).RootElement.GetProperty("nodes").EnumerateArray()
            .SelectMany(node => node.GetProperty("findings").EnumerateArray())
            .Single(finding => finding.GetProperty("code").GetString() == "primary-stalled").GetProperty("happened").GetString()!;
        output.WriteLine(happened);
        Assert.Matches(waits, happened);
        Assert.InRange(closed.SeenAt - lockedAt, TimeSpan.Zero, Allowed);
    }

    private static async Task ExecuteAsync(MySqlConnection connection, string sql)
    {
        await using var command = new MySqlCommand(sql, connection) { CommandTimeout = 60 };
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
