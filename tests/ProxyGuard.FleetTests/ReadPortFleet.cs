using System.Globalization;
using MySqlConnector;
using ProxyGuard.Demo.Fleet;
using ProxyGuard.Testing;

namespace ProxyGuard.FleetTests;

/// <summary>A site with a read port, and real clients of it.</summary>
internal sealed class ReadPortFleet(GuardedFleet site, int port) : IAsyncDisposable
{
    public const int MaxConnections = 12;
    public const string Plain = ";Pooling=false;SslMode=None";

    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    public static readonly TimeSpan DrainAfter = TimeSpan.FromSeconds(3);

    public GuardedFleet Site => site;

    public int Port => port;

    public Account App => site.Fleet.Accounts.App;

    /// <summary>Returns when both replicas are fresh.</summary>
    /// <param name="reads">The section Reads as JSON.</param>
    public static async Task<ReadPortFleet> StartAsync(
        string home, FleetSettings? settings = null, string reads = "{}", int maxConnections = MaxConnections)
    {
        GuardedFleet site = await GuardedFleet.StartAsync(home, settings ?? new FleetSettings(), replicaCount: 2);
        try
        {
            int port = LoopbackPorts.FindFree(1)[0];
            site.Configuration = site.Configuration with
            {
                Reads = reads,
                ReadPort =
                    $$"""{ "Listen": "tcp://127.0.0.1:{{port}}", "MaxConnections": {{maxConnections}}, "DrainAfter": "{{DrainAfter:c}}", "EndAfter": "00:02:00" }""",
            };
            await site.RestartGuardAsync();
            await site.WaitForModeAsync("normal", Deadline);
            await Eventually.HappensAsync(
                "both replicas are fresh", Deadline,
                async () => NodeSeen.AllIn(await site.FleetReportAsync()).All(node => node.State == "fresh"));
            return new ReadPortFleet(site, port);
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => site.DisposeAsync();

    public async Task<MySqlConnection> OpenAsync(string options = Plain)
    {
        var connection = new MySqlConnection(Text(options));
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

    /// <summary>Null when it was told that there are too many.</summary>
    public async Task<MySqlConnection?> TryOpenAsync()
    {
        try
        {
            return await OpenAsync();
        }
        catch (MySqlException e) when (e.ErrorCode == MySqlErrorCode.ConnectionCountError)
        {
            return null;
        }
    }

    public async Task<MySqlConnection> OpenToAsync(DatabaseNode node, string options = Plain)
    {
        while (true)
        {
            MySqlConnection connection = await OpenAsync(options);
            if (await ServerAsync(connection) == node.ServerId)
                return connection;
            await connection.DisposeAsync();
        }
    }

    /// <summary>The servers that so many connections, one after the other, were led to.</summary>
    public async Task<HashSet<long>> ServersAsync(int connections, string options = Plain)
    {
        var servers = new HashSet<long>();
        for (int number = 0; number < connections; number++)
        {
            await using MySqlConnection connection = await OpenAsync(options);
            servers.Add(await ServerAsync(connection));
        }

        return servers;
    }

    public async Task StopApplyingAsync(DatabaseNode replica)
    {
        await replica.ExecuteAsync($"{replica.Kind.Words.Stop} SQL_THREAD");
        await Eventually.HappensAsync($"{replica.Name} is stuck", Deadline, async () => (await site.NodeAsync(replica)).State != "fresh");
    }

    public static async Task<long> ServerAsync(MySqlConnection connection) =>
        Convert.ToInt64(await ScalarAsync(connection, "SELECT @@server_id"), CultureInfo.InvariantCulture);

    public static async Task<object?> ScalarAsync(MySqlConnection connection, string sql)
    {
        await using MySqlCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteScalarAsync();
    }

    /// <summary>Reads all rows, with a pause after each.</summary>
    public static async Task<int> RowsAsync(MySqlConnection connection, string sql, TimeSpan pause)
    {
        await using MySqlCommand command = connection.CreateCommand();
        command.CommandText = sql;
        await using MySqlDataReader reader = await command.ExecuteReaderAsync();
        int rows = 0;
        for (; await reader.ReadAsync(); rows++)
            await Task.Delay(pause);
        return rows;
    }

    /// <summary>The connections that a node has, by their numbers there.</summary>
    public static async Task<HashSet<long>> ConnectedAsync(DatabaseNode node) =>
        [
            .. (await node.QueryAsync("SELECT ID FROM information_schema.PROCESSLIST"))
            .Select(row => long.Parse(row["ID"]!, CultureInfo.InvariantCulture)),
        ];

    private string Text(string options) =>
        new MySqlConnectionStringBuilder(
            site.Fleet.Primary.ConnectionString(App, "photos") + options)
        {
            Port = (uint)port,
            ConnectionTimeout = 30,
            DefaultCommandTimeout = 60
        }.ConnectionString;
}
