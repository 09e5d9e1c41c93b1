using System.Text.Json.Nodes;
using MySqlConnector;
using ProxyGuard.Benchmarks.Comparison;
using ProxyGuard.Demo.Fleet;

namespace ProxyGuard.Benchmarks.ReadPort;

/// <summary>One way to the replica.</summary>
/// <param name="Process">Null: straight to the server.</param>
internal sealed record Way(string Name, string Connection, Child? Process);

/// <summary>A primary, one replica, and the ways to it. All of it ends with us.</summary>
internal sealed class ReadPortLineup : IAsyncDisposable
{
    public const string Direct = "direct";
    public const string ProxyGuard = "ProxyGuard";
    public const string HaProxy = "HAProxy";

    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(30);

    private readonly string _directory;
    private readonly Cores _cores;
    private readonly ReplicationFleet _fleet;
    private readonly List<Way> _ways = [];

    private ReadPortLineup(string directory, Cores cores, ReplicationFleet fleet)
    {
        (_directory, _cores, _fleet) = (directory, cores, fleet);
        _ways.Add(new Way(Direct, ConnectionTo(Replica.Port), null));
    }

    public IReadOnlyList<Way> Ways => _ways;

    private DatabaseNode Replica => _fleet.Replicas[0];

    public static async Task<ReadPortLineup> StartAsync(string directory, string proxyGuard, Cores cores, CancellationToken stop)
    {
        ReplicationFleet fleet = await ReplicationFleet.StartAsync(Path.Combine(directory, "fleet"), replicaCount: 1, stop: stop);
        var lineup = new ReadPortLineup(directory, cores, fleet);
        try
        {
            await fleet.Primary.ExecuteAsync(Workload.Table, stop);
            await fleet.WaitUntilCaughtUpAsync(StartDeadline, stop);
            lineup.AddProxyGuard(proxyGuard);
            lineup.AddHaProxy();
            foreach (Way way in lineup.Ways)
                await WaitUntilReadyAsync(way, stop);
            return lineup;
        }
        catch
        {
            await lineup.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Way way in _ways)
            await (way.Process?.DisposeAsync() ?? ValueTask.CompletedTask);
        await _fleet.DisposeAsync();
    }

    private void AddProxyGuard(string program)
    {
        IReadOnlyList<int> ports = LoopbackPorts.FindFree(3);
        string file = Path.Combine(_directory, "proxyguard.json");
        File.WriteAllText(file, Configuration(ports[0], ports[1], ports[2]).ToJsonString());
        Add(ProxyGuard, ports[2], [Tools.DotNet, program, "run", "--config", file]);
    }

    private void AddHaProxy()
    {
        int port = LoopbackPorts.FindFree(1)[0];
        string file = Path.Combine(_directory, "haproxy.cfg");
        File.WriteAllText(file, $"""
            global
                maxconn 2000
                nbthread {_cores.ProxyCount}
            defaults
                mode tcp
                timeout connect 5s
                timeout client 1h
                timeout server 1h
            listen read
                bind 127.0.0.1:{port}
                server {Replica.Name} 127.0.0.1:{Replica.Port}

            """);
        Add(HaProxy, port, [Tools.Find("haproxy"), "-db", "-f", file]);
    }

    private void Add(string name, int port, IEnumerable<string> command) =>
        _ways.Add(new Way(name, ConnectionTo(port), Child.Start(name, _directory, [.. _cores.ForProxy, .. command])));

    private JsonObject Configuration(int port, int adminPort, int readPort) => new()
    {
        ["Urls"] = $"http://127.0.0.1:{port}",
        ["ReverseProxy"] = JsonNode.Parse("""
            { "Routes": { "site": { "ClusterId": "site", "Match": { "Path": "{**catch-all}" } } }, "Clusters": { "site": { "Destinations": { "web1": { "Address": "http://127.0.0.1:9/" } } } } }
            """),
        ["ProxyGuard"] = new JsonObject
        {
            ["Site"] = new JsonObject { ["Name"] = "Photo Club" },
            ["Nodes"] = new JsonObject(_fleet.Nodes.Select(node => KeyValuePair.Create<string, JsonNode?>(node.Name, new JsonObject
            {
                ["Connection"] = node.ConnectionString(_fleet.Accounts.Guard),
                ["Role"] = node == _fleet.Primary ? "primary" : "replica",
            }))),
            ["Admin"] = new JsonObject { ["Listen"] = $"http://127.0.0.1:{adminPort}" },
            ["State"] = new JsonObject { ["Directory"] = "state" },
            ["ReadPort"] = new JsonObject { ["Listen"] = $"tcp://127.0.0.1:{readPort}" },
        },
    };

    private string ConnectionTo(int port) =>
        new MySqlConnectionStringBuilder(Replica.ConnectionString(_fleet.Accounts.App, "photos")) { Port = (uint)port }.ConnectionString;

    private static async Task WaitUntilReadyAsync(Way way, CancellationToken stop)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                await using var connection = new MySqlConnection($"{way.Connection};Pooling=false");
                await connection.OpenAsync(stop);
                return;
            }
            catch (MySqlException e)
            {
                if (way.Process is { HasExited: true } || TimeProvider.System.GetElapsedTime(start) > StartDeadline)
                    throw new MeasuringException($"{way.Name} does not start: {e.Message}\n{way.Process?.LastWords}");
                await Task.Delay(100, stop);
            }
        }
    }
}
