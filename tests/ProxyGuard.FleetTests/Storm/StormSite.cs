using ProxyGuard.Demo.Fleet;
using ProxyGuard.Testing;

namespace ProxyGuard.FleetTests.Storm;

/// <summary>
/// A real ProxyGuard before three web servers that are processes of their own, which come to their database nodes in one of the three ways.
/// </summary>
internal sealed class StormSite : IAsyncDisposable
{
    private static readonly TimeSpan MaxLag = TimeSpan.FromSeconds(2);

    /// <summary>
    /// A replica that only comes late counts as fresh until three looks, half a second apart, found it above the allowed lag.
    /// </summary>
    public static readonly TimeSpan MayLag = MaxLag + 3 * TimeSpan.FromSeconds(0.5);

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private StormSite(GuardedFleet guarded) => Guarded = guarded;

    public GuardedFleet Guarded { get; }

    public List<WebServerProcess> WebServers { get; } = [];

    /// <param name="way">ReadsFrom, Header or ReadPort.</param>
    /// <param name="reads">The section Reads as JSON.</param>
    public static async Task<StormSite> StartAsync(string home, string way, string reads)
    {
        var site = new StormSite(await GuardedFleet.StartAsync(home));
        try
        {
            await site.Guarded.Fleet.Primary.ExecuteAsync(
                "CREATE TABLE photos.entries (id BIGINT AUTO_INCREMENT PRIMARY KEY, token CHAR(40) NOT NULL, KEY (token))");
            await site.GuardAsync(way, reads);
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (WebServerProcess server in WebServers)
            await server.DisposeAsync();
        await Guarded.DisposeAsync();
    }

    /// <summary>How often each token arrived at a web server to be written.</summary>
    public IReadOnlyDictionary<string, int> ArrivedWrites() =>
        Counted(
            WebServers.SelectMany(server => server.Arrived).Where(line => line.StartsWith("POST ", StringComparison.Ordinal))
                .Select(line => line.Split('/')[^1]));

    /// <summary>How often the primary has each token.</summary>
    public async Task<IReadOnlyDictionary<string, int>> WrittenAsync() =>
        Counted((await Guarded.Fleet.Primary.QueryAsync("SELECT token FROM photos.entries")).Select(row => $"{row["token"]}"));

    public Task WaitUntilFreshAsync() => Eventually.HappensAsync(
        "all nodes are fresh", Deadline, async () => NodeSeen.AllIn(await Guarded.FleetReportAsync()).All(node => node.State == "fresh"));

    private async Task GuardAsync(string way, string reads)
    {
        int readPort = LoopbackPorts.FindFree(1)[0];
        await Guarded.KillGuardAsync();
        foreach (DatabaseNode node in Guarded.Fleet.Nodes)
            WebServers.Add(ServerOf(way, node, readPort));
        foreach (WebServerProcess server in WebServers)
            await server.StartAsync();
        Guarded.Configuration = Guarded.Configuration with
        {
            WebServers =
                [.. WebServers.Zip(Guarded.Fleet.Nodes, (server, node) => new WebServer(server.Name, server.Address, ReadsOf(way, node)))],
            Freshness = $$"""{ "MaxLag": "{{MaxLag:c}}", "ReturnBelow": "{{MaxLag / 2:c}}" }""",
            Reads = reads,
            ReadPort = way == "ReadPort" ? $$"""{ "Listen": "tcp://127.0.0.1:{{readPort}}" }""" : "{}",
        };
        await Guarded.StartGuardAsync();
        await Guarded.WaitForModeAsync("normal", Deadline);
        await WaitUntilFreshAsync();
    }

    private WebServerProcess ServerOf(string way, DatabaseNode node, int readPort)
    {
        string writes = Guarded.Fleet.Primary.ConnectionString(Guarded.Fleet.Accounts.App, "photos");
        string own = node.ConnectionString(Guarded.Fleet.Accounts.App, "photos");
        // As PHP does it: a connection for each page.
        string reads = way == "ReadPort" && node != Guarded.Fleet.Primary ? $"{own};Port={readPort};Pooling=false" : own;
        return new WebServerProcess(
            $"web-{node.Name}", Path.GetDirectoryName(Guarded.ConfigurationFile)!, writes, reads, followsHeader: way == "Header");
    }

    // With the read port one web server is left to members who must see what only the primary shows yet.
    private (string How, string What) ReadsOf(string way, DatabaseNode node) =>
        way == "ReadsFrom" || (way == "ReadPort" && node == Guarded.Fleet.Primary) ? ("ReadsFrom", node.Name) : ("ReadsVia", way);

    private static Dictionary<string, int> Counted(IEnumerable<string> tokens) => tokens.CountBy(token => token).ToDictionary();
}
