using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MySqlConnector;
using ProxyGuard.Demo.Fleet;
using ProxyGuard.Testing;

namespace ProxyGuard.FleetTests.EveryServer;

/// <summary>
/// Writes down what real servers answer to ProxyGuard's account, for tests that have no server:
/// tests/ProxyGuard.Tests/Seeing/Probing/Answers.
/// Runs only when asked for: <c>-explicit only -class "*AnswersRecorder"</c>.
/// </summary>
public sealed class AnswersRecorder(FleetHome home)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private static readonly JsonSerializerOptions Readable =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // Each is asked of every server; which of them it refuses is written down too.
    private static readonly string[] Statements =
    [
        "SHOW REPLICA STATUS", "SHOW SLAVE STATUS", "SHOW ALL SLAVES STATUS",
        "SHOW BINARY LOG STATUS", "SHOW MASTER STATUS", "SHOW BINARY LOGS",
        "SELECT VERSION()",
        .. Variables("read_only", "super_read_only", "server_id", "server_uuid"),
        .. Variables("gtid_mode", "gtid_executed", "gtid_current_pos", "gtid_slave_pos", "gtid_binlog_pos"),
    ];

    public static TheoryData<string> Kinds => [.. ServerKind.All.Select(kind => kind.Name)];

    [Theory(Explicit = true)]
    [MemberData(nameof(Kinds))]
    public async Task Answers_of_real_servers_are_recorded(string name)
    {
        ServerKind kind = ServerKind.Named(name);
        await using (ReplicationFleet fleet = await StartAsync(kind, withGtid: false))
            await WriteAsync(fleet, fleet.Replicas[0], "healthy-by-position");
        await using (ReplicationFleet fleet = await StartAsync(kind, withGtid: true))
        {
            await WriteAsync(fleet, fleet.Primary, "primary");
            await WriteAsync(fleet, fleet.Replicas[0], "healthy");
            await RecordFaultsAsync(fleet, fleet.Replicas[0]);
            await RecordTwoChannelsAsync(fleet, fleet.Replicas[1]);
            await RecordSourceAwayAsync(fleet, fleet.Replicas[0]);
        }
    }

    private async Task<ReplicationFleet> StartAsync(ServerKind kind, bool withGtid)
    {
        string directory = Path.Combine(home.DirectoryOrSkip(kind), Guid.NewGuid().ToString("N"));
        ReplicationFleet fleet = await ReplicationFleet.StartAsync(
            directory, replicaCount: 2, new FleetSettings { Kind = kind, WithGtid = withGtid, ThroughRelays = true });
        await DirectWrites.WriteAsync(fleet.Primary, 500_000);
        await fleet.Primary.ExecuteAsync("FLUSH BINARY LOGS");
        await DirectWrites.WriteAsync(fleet.Primary, 500_000);
        await fleet.WaitUntilCaughtUpAsync(Deadline);
        return fleet;
    }

    private static async Task RecordFaultsAsync(ReplicationFleet fleet, DatabaseNode replica)
    {
        await using var faults = new Faults(fleet);
        await faults.BreakWithDuplicateKeyAsync(replica);
        await DirectWrites.WriteAsync(fleet.Primary, 500_000);
        await WriteAsync(fleet, replica, "stopped-by-1062");
        await faults.MendAllAsync();
        await fleet.WaitUntilCaughtUpAsync(Deadline);

        await replica.ExecuteAsync(fleet.Kind.Words.Stop);
        await WriteAsync(fleet, replica, "stopped-by-hand");
        await replica.ExecuteAsync(fleet.Kind.Words.Start);
        await Eventually.HappensAsync(
            "it follows", Deadline, async () => await replica.ReplicaStatusAsync() is { IoThread: "Yes", IsApplying: true });

        faults.CutNetwork(replica);
        await DirectWrites.WriteAsync(fleet.Primary, 500_000);
        await WriteAsync(fleet, replica, "network-cut");
        await Eventually.HappensAsync(
            "it notices the cut", Deadline, async () => await replica.ReplicaStatusAsync() is { IoThread: not "Yes" });
        await WriteAsync(fleet, replica, "network-cut-noticed");
        await faults.MendAllAsync();
        await fleet.WaitUntilCaughtUpAsync(Deadline);
    }

    /// <summary>The last replica follows the one before it too; that one writes nothing of its own, so nothing is applied twice.</summary>
    private static async Task RecordTwoChannelsAsync(ReplicationFleet fleet, DatabaseNode replica)
    {
        DatabaseNode other = fleet.Replicas[0];
        if (fleet.Kind.Words.FollowToo("second", other.Port, fleet.Accounts.Replication, await other.HeadAsync()) is not { } follow)
            return;
        await replica.ExecuteAsync(follow);
        await Eventually.HappensAsync("both channels run", Deadline, async () => await RunningChannelsAsync(replica) == 2);
        await WriteAsync(fleet, replica, "two-channels");
    }

    private static async Task RecordSourceAwayAsync(ReplicationFleet fleet, DatabaseNode replica)
    {
        await fleet.Primary.StopAsync();
        await Eventually.HappensAsync(
            "it says why it cannot connect", Deadline,
            async () => (await replica.QueryAsync(replica.Kind.Words.Status))[0]["Last_IO_Errno"] is not "0");
        await WriteAsync(fleet, replica, "source-away");
    }

    private static async Task<int> RunningChannelsAsync(DatabaseNode replica)
    {
        ServerWords words = replica.Kind.Words;
        return (await replica.QueryAsync(words.Status)).Count(row => row[$"{words.Replica}_IO_Running"] == "Yes"
            && row[$"{words.Replica}_SQL_Running"] == "Yes");
    }

    private static async Task WriteAsync(ReplicationFleet fleet, DatabaseNode node, string situation)
    {
        await using var connection = new MySqlConnection(node.ConnectionString(fleet.Accounts.Guard) + ";Pooling=false");
        await connection.OpenAsync();
        var answers = new JsonObject();
        var refused = new JsonObject();
        foreach (string statement in Statements)
        {
            try
            {
                answers[statement] = await RowsAsync(connection, statement);
            }
            catch (MySqlException e)
            {
                refused[statement] = (int)e.ErrorCode;
            }
        }

        var file =
            new JsonObject
            {
                ["source"] = "recorded",
                ["server"] = connection.ServerVersion,
                ["statements"] = answers,
                ["refused"] = refused
            };
        string directory = Directory.CreateDirectory(Path.Combine(Answers(), fleet.Kind.ShortName)).FullName;
        await File.WriteAllTextAsync(Path.Combine(directory, $"{situation}.json"), file.ToJsonString(Readable) + "\n");
    }

    private static async Task<JsonArray> RowsAsync(MySqlConnection connection, string statement)
    {
        await using var command = new MySqlCommand(statement, connection);
        await using MySqlDataReader reader = await command.ExecuteReaderAsync();
        var rows = new JsonArray();
        while (await reader.ReadAsync())
        {
            var row = new JsonObject();
            for (int column = 0; column < reader.FieldCount; column++)
                row[reader.GetName(column)] = await reader.IsDBNullAsync(column)
                    ? null
                    : Convert.ToString(reader.GetValue(column), CultureInfo.InvariantCulture);
            rows.Add(row);
        }

        return rows;
    }

    private static IEnumerable<string> Variables(params string[] names) => names.Select(name => $"SELECT @@global.{name} AS {name}");

    private static string Answers()
    {
        DirectoryInfo? directory = new(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "ProxyGuard.sln")))
            directory = directory.Parent;
        Assert.NotNull(directory);
        return Path.Combine(directory.FullName, "tests", "ProxyGuard.Tests", "Seeing", "Probing", "Answers");
    }
}
