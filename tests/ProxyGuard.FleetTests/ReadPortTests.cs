using System.Diagnostics;
using MySqlConnector;
using ProxyGuard.Demo.Fleet;
using ProxyGuard.Testing;

namespace ProxyGuard.FleetTests;

/// <summary>The read port between real clients and real servers.</summary>
public sealed class ReadPortTests(FleetHome home, ITestOutputHelper output)
{
    private const int MaxConnections = 12;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan DrainAfter = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task Real_clients_are_carried_and_told_when_there_are_too_many()
    {
        (GuardedFleet site, int port) = await StartAsync();
        await using GuardedFleet fleet = site;
        Assert.Equal(new HashSet<long> { 2, 3 }, await ServersAsync(site, port, connections: 8));
        Assert.Equal(new HashSet<long> { 2, 3 }, await ServersAsync(site, port, connections: 8, ";SslMode=None;UseCompression=true;Pooling=false"));
        (int exitCode, string said) = await CommandLineClientAsync(site, port);
        Assert.Equal(0, exitCode);
        Assert.Contains(said.Trim(), (string[])["2", "3"]);

        var open = new List<MySqlConnection>();
        // What was opened before may take a moment to be gone.
        await Eventually.HappensAsync("all connections are taken", Patience, async () =>
        {
            while (open.Count < MaxConnections && await TryOpenAsync(site, port) is { } connection)
                open.Add(connection);
            return open.Count == MaxConnections;
        });
        MySqlException refused = await Assert.ThrowsAsync<MySqlException>(() => OpenAsync(site, port));
        Assert.Equal((MySqlErrorCode.ConnectionCountError, "08004"), (refused.ErrorCode, refused.SqlState));
        Assert.StartsWith("Too many connections", refused.Message, StringComparison.Ordinal);
        (exitCode, said) = await CommandLineClientAsync(site, port);
        output.WriteLine(said);
        Assert.Equal(1, exitCode);
        Assert.StartsWith("ERROR 1040 (08004): Too many connections", said, StringComparison.Ordinal);
        foreach (MySqlConnection connection in open)
            await connection.DisposeAsync();
    }

    [Fact]
    public async Task A_replica_that_stopped_gets_no_new_connection_and_ends_old_ones_between_two_replies()
    {
        (GuardedFleet site, int port) = await StartAsync();
        await using GuardedFleet fleet = site;
        DatabaseNode db2 = site.Fleet.Replicas[0];
        await using MySqlConnection idle = await OpenToAsync(site, port, db2);
        await using MySqlConnection thinking = await OpenToAsync(site, port, db2);
        await using MySqlConnection pouring = await OpenToAsync(site, port, db2);
        int idleThread = idle.ServerThread;
        Task<int> thought = RowsAsync(thinking, "SELECT n, SLEEP(0.5) FROM (WITH RECURSIVE seq AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM seq WHERE n < 24) SELECT n FROM seq) AS numbers", TimeSpan.Zero);
        Task<int> poured = RowsAsync(pouring, Megabytes(60), TimeSpan.FromMilliseconds(200));

        await db2.ExecuteAsync("STOP SLAVE SQL_THREAD");
        await Eventually.HappensAsync("db2 is stuck", Patience, async () => (await site.NodeAsync(db2)).State != "fresh");
        long stuck = TimeProvider.System.GetTimestamp();
        Assert.Equal([3], await ServersAsync(site, port, connections: 6, ";Pooling=false"));
        TimeSpan asked = TimeProvider.System.GetElapsedTime(stuck);
        await Eventually.HappensAsync("the idle connection ended", Patience, async () => !await IsConnectedAsync(db2, idleThread));
        TimeSpan ended = TimeProvider.System.GetElapsedTime(stuck);

        output.WriteLine($"six new connections, none to db2, within {asked.TotalSeconds:0.00} s; the idle one ended after {ended.TotalSeconds:0.00} s");
        Assert.InRange(ended, DrainAfter - TimeSpan.FromSeconds(1), DrainAfter + TimeSpan.FromSeconds(2));
        Assert.False(thought.IsCompleted || poured.IsCompleted, "the long replies were no longer under way");
        Assert.Equal((24, 60), (await thought, await poured));
        await Eventually.HappensAsync("theirs ended too", Patience, async () => !await IsConnectedAsync(db2, thinking.ServerThread) && !await IsConnectedAsync(db2, pouring.ServerThread));
    }

    [Fact]
    public async Task After_a_replica_was_killed_every_new_connection_reaches_the_other()
    {
        (GuardedFleet site, int port) = await StartAsync();
        await using GuardedFleet fleet = site;
        await using MySqlConnection lost = await OpenToAsync(site, port, site.Fleet.Replicas[0]);
        site.Fleet.Replicas[0].Kill();

        Assert.Equal([3], await ServersAsync(site, port, connections: 10, ";Pooling=false"));
        await Assert.ThrowsAnyAsync<Exception>(() => RowsAsync(lost, "SELECT 1", TimeSpan.Zero));
    }

    [Fact]
    public async Task A_frozen_replica_costs_a_client_two_seconds_and_nothing_else()
    {
        (GuardedFleet site, int port) = await StartAsync();
        await using GuardedFleet fleet = site;
        site.Fleet.Replicas[0].Freeze();
        try
        {
            long start = TimeProvider.System.GetTimestamp();
            Assert.Equal([3], await ServersAsync(site, port, connections: 6, ";Pooling=false"));
            TimeSpan took = TimeProvider.System.GetElapsedTime(start);
            output.WriteLine($"six connections took {took.TotalSeconds:0.00} s");
            Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(8));
        }
        finally
        {
            site.Fleet.Replicas[0].Thaw();
        }
    }

    [Fact]
    public async Task A_hundred_megabytes_for_a_slow_reader_stay_on_the_server()
    {
        (GuardedFleet site, int port) = await StartAsync();
        await using GuardedFleet fleet = site;
        await using MySqlConnection connection = await OpenAsync(site, port);
        await RowsAsync(connection, Megabytes(20), TimeSpan.Zero);
        site.Guard.ForgetPeak();
        long before = site.Guard.ResidentBytes();

        Assert.Equal(100, await RowsAsync(connection, Megabytes(100), TimeSpan.FromMilliseconds(50)));

        long grown = site.Guard.PeakResidentBytes() - before;
        output.WriteLine($"{grown / 1e6:0.0} MB more at the most, of {before / 1e6:0} MB");
        Assert.InRange(grown, long.MinValue, 20_000_000);
    }

    private async Task<(GuardedFleet Site, int Port)> StartAsync()
    {
        GuardedFleet site = await GuardedFleet.StartAsync(home.DirectoryOrSkip());
        try
        {
            int port = LoopbackPorts.FindFree(1)[0];
            site.Configuration = site.Configuration with
            {
                ReadPort = $$"""{ "Listen": "tcp://127.0.0.1:{{port}}", "MaxConnections": {{MaxConnections}}, "DrainAfter": "{{DrainAfter:c}}", "EndAfter": "00:02:00" }""",
            };
            await site.RestartGuardAsync();
            await site.WaitForModeAsync("normal", Patience);
            await Eventually.HappensAsync("both replicas are fresh", Patience, async () => NodeSeen.AllIn(await site.FleetReportAsync()).All(node => node.State == "fresh"));
            return (site, port);
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    // A million bytes a row.
    private static string Megabytes(int count) =>
        $"WITH RECURSIVE seq AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM seq WHERE n < {count}) SELECT REPEAT('x', 1000000) FROM seq";

    private static string Text(GuardedFleet site, int port, string options = ";Pooling=false;SslMode=None") =>
        new MySqlConnectionStringBuilder(site.Fleet.Primary.ConnectionString(site.Fleet.Accounts.App, "photos") + options) { Port = (uint)port, ConnectionTimeout = 30, DefaultCommandTimeout = 60 }.ConnectionString;

    private static async Task<MySqlConnection> OpenAsync(GuardedFleet site, int port, string options = ";Pooling=false;SslMode=None")
    {
        var connection = new MySqlConnection(Text(site, port, options));
        try
        {
            await connection.OpenAsync();
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static async Task<MySqlConnection?> TryOpenAsync(GuardedFleet site, int port)
    {
        try
        {
            return await OpenAsync(site, port);
        }
        catch (MySqlException e) when (e.ErrorCode == MySqlErrorCode.ConnectionCountError)
        {
            return null;
        }
    }

    private static async Task<MySqlConnection> OpenToAsync(GuardedFleet site, int port, DatabaseNode node)
    {
        while (true)
        {
            MySqlConnection connection = await OpenAsync(site, port);
            if (await ServerAsync(connection) == node.ServerId)
                return connection;
            await connection.DisposeAsync();
        }
    }

    /// <summary>The servers that so many connections, one after the other, were led to.</summary>
    private static async Task<HashSet<long>> ServersAsync(GuardedFleet site, int port, int connections, string options = ";Pooling=false;SslMode=None")
    {
        var servers = new HashSet<long>();
        for (int number = 0; number < connections; number++)
        {
            await using MySqlConnection connection = await OpenAsync(site, port, options);
            servers.Add(await ServerAsync(connection));
        }

        return servers;
    }

    private static async Task<long> ServerAsync(MySqlConnection connection)
    {
        await using MySqlCommand command = connection.CreateCommand();
        command.CommandText = "SELECT @@server_id";
        return Convert.ToInt64(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Reads all rows, with a pause after each.</summary>
    private static async Task<int> RowsAsync(MySqlConnection connection, string sql, TimeSpan pause)
    {
        await using MySqlCommand command = connection.CreateCommand();
        command.CommandText = sql;
        await using MySqlDataReader reader = await command.ExecuteReaderAsync();
        int rows = 0;
        for (; await reader.ReadAsync(); rows++)
            await Task.Delay(pause);
        return rows;
    }

    private static async Task<bool> IsConnectedAsync(DatabaseNode node, int thread) =>
        (await node.QueryAsync($"SELECT ID FROM information_schema.PROCESSLIST WHERE ID = {thread}")).Count > 0;

    private static async Task<(int ExitCode, string Said)> CommandLineClientAsync(GuardedFleet site, int port)
    {
        var start = new ProcessStartInfo("mariadb", ["--no-defaults", "--protocol=tcp", "--skip-ssl", "-h127.0.0.1", $"-P{port}", $"-u{site.Fleet.Accounts.App.Name}", "-N", "-e", "SELECT @@server_id"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["MYSQL_PWD"] = site.Fleet.Accounts.App.Password;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + errors);
    }
}
