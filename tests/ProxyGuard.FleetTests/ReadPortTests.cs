using System.Diagnostics;
using MySqlConnector;
using ProxyGuard.Demo.Fleet;
using ProxyGuard.Testing;
using static ProxyGuard.FleetTests.ReadPortFleet;

namespace ProxyGuard.FleetTests;

/// <summary>The read port between real clients and real servers.</summary>
[Collection(nameof(RunsAlone))]
public sealed class ReadPortTests(FleetHome home, ITestOutputHelper output)
{
    [Fact]
    public async Task Real_clients_are_served_by_the_read_port_and_get_Too_many_connections_at_its_limit()
    {
        await using ReadPortFleet fleet = await StartAsync();
        Assert.Equal(new HashSet<long> { 2, 3 }, await fleet.ServersAsync(8));
        Assert.Equal(new HashSet<long> { 2, 3 }, await fleet.ServersAsync(8, ";SslMode=None;UseCompression=true;Pooling=false"));
        (int exitCode, string said) = await CommandLineClientAsync(fleet);
        Assert.Equal(0, exitCode);
        Assert.Contains(said.Trim(), (string[])["2", "3"]);

        var open = new List<MySqlConnection>();
        // What was opened before may take a moment to be gone.
        await Eventually.HappensAsync("all connections are taken", Deadline, async () =>
        {
            while (open.Count < MaxConnections && await fleet.TryOpenAsync() is { } connection)
                open.Add(connection);
            return open.Count == MaxConnections;
        });
        MySqlException refused = await Assert.ThrowsAsync<MySqlException>(() => fleet.OpenAsync());
        Assert.Equal((MySqlErrorCode.ConnectionCountError, "08004"), (refused.ErrorCode, refused.SqlState));
        Assert.StartsWith("Too many connections", refused.Message, StringComparison.Ordinal);
        (exitCode, said) = await CommandLineClientAsync(fleet);
        output.WriteLine(said);
        Assert.Equal(1, exitCode);
        Assert.StartsWith("ERROR 1040 (08004): Too many connections", said, StringComparison.Ordinal);
        foreach (MySqlConnection connection in open)
            await connection.DisposeAsync();
    }

    [Fact]
    public async Task A_stopped_replica_gets_no_new_connections_and_drains_old_ones_between_replies()
    {
        await using ReadPortFleet fleet = await StartAsync();
        DatabaseNode db2 = fleet.Site.Fleet.Replicas[0];
        await using MySqlConnection idle = await fleet.OpenToAsync(db2);
        await using MySqlConnection thinking = await fleet.OpenToAsync(db2);
        await using MySqlConnection pouring = await fleet.OpenToAsync(db2);
        int idleThread = idle.ServerThread;
        Task<int> thought = RowsAsync(
            thinking,
            "SELECT n, SLEEP(0.5) FROM (WITH RECURSIVE seq AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM seq WHERE n < 24) SELECT n FROM seq) AS numbers",
            TimeSpan.Zero);
        Task<int> poured = RowsAsync(pouring, Megabytes(60), TimeSpan.FromMilliseconds(200));

        await fleet.StopApplyingAsync(db2);
        long stuck = TimeProvider.System.GetTimestamp();
        Assert.Equal([3], await fleet.ServersAsync(6, ";Pooling=false"));
        TimeSpan asked = TimeProvider.System.GetElapsedTime(stuck);
        await Eventually.HappensAsync("the idle connection ended", Deadline, async () => !(await ConnectedAsync(db2)).Contains(idleThread));
        TimeSpan ended = TimeProvider.System.GetElapsedTime(stuck);

        output.WriteLine(
            $"six new connections, none to db2, within {asked.TotalSeconds:0.00} s; the idle one ended after {ended.TotalSeconds:0.00} s");
        Assert.InRange(ended, DrainAfter - TimeSpan.FromSeconds(1), DrainAfter + TimeSpan.FromSeconds(2));
        Assert.False(thought.IsCompleted || poured.IsCompleted, "the long replies were no longer under way");
        Assert.Equal((24, 60), (await thought, await poured));
        await Eventually.HappensAsync(
            "theirs ended too", Deadline, async () => !(await ConnectedAsync(db2)).Overlaps([thinking.ServerThread, pouring.ServerThread]));
    }

    [Fact]
    public async Task New_connections_reach_the_other_replica_after_one_is_killed()
    {
        await using ReadPortFleet fleet = await StartAsync();
        await using MySqlConnection lost = await fleet.OpenToAsync(fleet.Site.Fleet.Replicas[0]);
        fleet.Site.Fleet.Replicas[0].Kill();

        Assert.Equal([3], await fleet.ServersAsync(10, ";Pooling=false"));
        await Assert.ThrowsAnyAsync<Exception>(() => RowsAsync(lost, "SELECT 1", TimeSpan.Zero));
    }

    [Fact]
    public async Task A_frozen_replica_only_delays_read_port_clients()
    {
        await using ReadPortFleet fleet = await StartAsync();
        fleet.Site.Fleet.Replicas[0].Freeze();
        try
        {
            long start = TimeProvider.System.GetTimestamp();
            Assert.Equal([3], await fleet.ServersAsync(6, ";Pooling=false"));
            TimeSpan took = TimeProvider.System.GetElapsedTime(start);
            output.WriteLine($"six connections took {took.TotalSeconds:0.00} s");
            Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(8));
        }
        finally
        {
            fleet.Site.Fleet.Replicas[0].Thaw();
        }
    }

    [Fact]
    public async Task A_large_result_for_a_slow_client_is_not_buffered_by_the_read_port()
    {
        await using ReadPortFleet fleet = await StartAsync();
        await using MySqlConnection connection = await fleet.OpenAsync();
        await RowsAsync(connection, Megabytes(20), TimeSpan.Zero);
        fleet.Site.Guard.ForgetPeak();
        long before = fleet.Site.Guard.ResidentBytes();

        Assert.Equal(100, await RowsAsync(connection, Megabytes(100), TimeSpan.FromMilliseconds(50)));

        long grown = fleet.Site.Guard.PeakResidentBytes() - before;
        output.WriteLine($"{grown / 1e6:0.0} MB more at the most, of {before / 1e6:0} MB");
        Assert.InRange(grown, long.MinValue, 20_000_000);
    }

    private Task<ReadPortFleet> StartAsync() => ReadPortFleet.StartAsync(home.DirectoryOrSkip());

    // A million bytes a row.
    private static string Megabytes(int count) =>
        $"WITH RECURSIVE seq AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM seq WHERE n < {count}) SELECT REPEAT('x', 1000000) FROM seq";

    private static async Task<(int ExitCode, string Said)> CommandLineClientAsync(ReadPortFleet fleet)
    {
        string[] arguments =
        [
            "--no-defaults", "--protocol=tcp", "--skip-ssl", "-h127.0.0.1", $"-P{fleet.Port}", $"-u{fleet.App.Name}", "-N", "-e",
            "SELECT @@server_id",
        ];
        var start = new ProcessStartInfo("mariadb", arguments);
        start.Environment["MYSQL_PWD"] = fleet.App.Password;
        EndedProcess ended = await EndedProcess.OfAsync(start);
        return (ended.ExitCode, ended.Output + ended.Errors);
    }
}
