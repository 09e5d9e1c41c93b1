using MySqlConnector;
using ProxyGuard.Demo.Fleet;
using ProxyGuard.Demo.Site;

namespace ProxyGuard.Testing;

/// <summary>
/// A real ProxyGuard, in a process of its own, in front of three web nodes of the photo site on one primary and two replicas that really
/// replicate: web1 reads from db1, web2 from db2, web3 from db3, and all write to db1.
/// </summary>
internal sealed class GuardedFleet : IAsyncDisposable
{
    private const int WebServers = 3;

    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(30);

    private readonly string _directory;
    private readonly GuardConfiguration _initial;
    private GuardProcess? _guard;

    private GuardedFleet(string directory, ReplicationFleet fleet, IReadOnlyList<PhotoSite> sites)
    {
        _directory = directory;
        Fleet = fleet;
        Faults = new Faults(fleet);
        Sites = sites;
        IReadOnlyList<int> ports = LoopbackPorts.FindFree(2);
        Configuration = _initial = new GuardConfiguration
        {
            Port = ports[0],
            ManagementPort = ports[1],
            Fleet = fleet,
            Account = fleet.Accounts.Guard,
            WebServers = [.. sites.Zip(fleet.Nodes, (site, node) => new WebServer(site.Name, site.Address, ("ReadsFrom", node.Name)))],
        };
        Http = ClientOf(Configuration.Port);
        Management = ClientOf(Configuration.ManagementPort);
        Management.DefaultRequestHeaders.Authorization = new("Bearer", GuardConfiguration.Key);
    }

    public ReplicationFleet Fleet { get; }

    public Faults Faults { get; }

    public IReadOnlyList<PhotoSite> Sites { get; }

    /// <summary>What the next start uses.</summary>
    public GuardConfiguration Configuration { get; set; }

    /// <summary>As members come in; follows no redirect and keeps no cookie.</summary>
    public HttpClient Http { get; }

    /// <summary>The management listener, with the key.</summary>
    public HttpClient Management { get; }

    public GuardProcess Guard => _guard ?? throw new InvalidOperationException("ProxyGuard is not running");

    public string ConfigurationFile => Path.Combine(_directory, "proxyguard.json");

    public string AuditFile => Path.Combine(_directory, "state", "audit.jsonl");

    /// <summary>Every comment that any web node has written to the primary.</summary>
    public IReadOnlyList<AcceptedComment> AcceptedComments => [.. Sites.SelectMany(site => site.Accepted.Comments)];

    /// <param name="home">Where the fleet gets a directory of its own; fleets of one kind in the same one share their template.</param>
    /// <param name="throughRelays">The network between primary and replicas can be cut, and the replicas take a minute to notice it
    /// themselves.</param>
    public static Task<GuardedFleet> StartAsync(string home, bool throughRelays = false)
    {
        FleetSettings settings = throughRelays ? new() { ThroughRelays = true, NoticesCutAfter = TimeSpan.FromMinutes(1) } : new();
        return StartAsync(home, settings, replicaCount: 2);
    }

    /// <summary>Of any kind and shape; the nodes beyond the third have no web server.</summary>
    /// <inheritdoc cref="StartAsync(string, bool)"/>
    public static async Task<GuardedFleet> StartAsync(string home, FleetSettings settings, int replicaCount)
    {
        string directory = Path.Combine(home, $"fleet-{Guid.NewGuid():N}");
        settings = settings with { TemplateDirectory = Path.Combine(home, $"template-{settings.Kind.ShortName}") };
        ReplicationFleet fleet = await ReplicationFleet.StartAsync(directory, replicaCount, settings);
        GuardedFleet? guarded = null;
        try
        {
            await using (MySqlConnection root = await fleet.Primary.ConnectAsync())
                await PhotoSchema.SetUpAsync(root);
            await fleet.WaitUntilCaughtUpAsync(StartDeadline);
            guarded = new GuardedFleet(directory, fleet, await StartSitesAsync(fleet));
            await guarded.StartGuardAsync();
            await guarded.WaitForModeAsync("normal", StartDeadline);
            return guarded;
        }
        catch
        {
            await (guarded?.DisposeAsync() ?? fleet.DisposeAsync());
            throw;
        }
    }

    /// <summary>Returns when it answers; what it answers may still be that it knows nothing.</summary>
    public async Task StartGuardAsync()
    {
        await Configuration.WriteAsync(ConfigurationFile);
        string log = Path.Combine(_directory, "proxyguard.log");
        GuardProcess guard = _guard = await GuardProcess.StartAsync(ConfigurationFile, log);
        await Eventually.HappensAsync(
            "ProxyGuard answers", StartDeadline, AnswersAsync, () => File.Exists(log) ? File.ReadAllText(log) : "");

        async Task<bool> AnswersAsync()
        {
            if (guard.HasExited)
                throw new InvalidOperationException($"ProxyGuard ended: {await File.ReadAllTextAsync(log)}");
            try
            {
                using HttpResponseMessage alive = await Management.GetAsync(new Uri("/alive", UriKind.Relative));
                return alive.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }
    }

    /// <summary>kill -9.</summary>
    public async Task KillGuardAsync()
    {
        await Guard.DisposeAsync();
        _guard = null;
    }

    public async Task RestartGuardAsync()
    {
        await KillGuardAsync();
        await StartGuardAsync();
    }

    /// <summary>Normal mode, with the configuration it began with.</summary>
    public async Task RestoreAsync()
    {
        if (Configuration != _initial)
        {
            await KillGuardAsync();
            Configuration = _initial;
            await StartGuardAsync();
        }

        await WaitForModeAsync("normal", StartDeadline);
    }

    public async Task<StatusSeen> StatusAsync()
    {
        DateTimeOffset askedAt = DateTimeOffset.UtcNow;
        string text = await Http.GetStringAsync(new Uri("/_proxyguard/status.json", UriKind.Relative));
        return new StatusSeen(askedAt, DateTimeOffset.UtcNow, text);
    }

    public async Task<PageSeen> PageAsync(string path = "/photos/1")
    {
        DateTimeOffset sentAt = DateTimeOffset.UtcNow;
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd(Members.BrowsersAccept);
        using HttpResponseMessage answer = await Http.SendAsync(request);
        return await Members.SeenAsync(sentAt, answer);
    }

    /// <summary>What GET /api/v1/fleet answers.</summary>
    public Task<string> FleetReportAsync() => Management.GetStringAsync(new Uri("/api/v1/fleet", UriKind.Relative));

    public async Task<NodeSeen> NodeAsync(DatabaseNode node) =>
        NodeSeen.AllIn(await FleetReportAsync()).Single(seen => seen.Name == node.Name);

    /// <summary>The first status that says so.</summary>
    public async Task<StatusSeen> WaitForModeAsync(string mode, TimeSpan deadline)
    {
        StatusSeen? status = null;
        await Eventually.HappensAsync(
            $"mode {mode}", deadline, async () => (status = await StatusAsync()).Mode == mode, () => status?.Text ?? "");
        return status!;
    }

    public async ValueTask DisposeAsync()
    {
        if (_guard is not null)
            await _guard.DisposeAsync();
        Http.Dispose();
        Management.Dispose();
        await Faults.DisposeAsync();
        foreach (PhotoSite site in Sites)
            await site.DisposeAsync();
        await Fleet.DisposeAsync();
        // Connections to servers that are gone; the next fleet may get their ports.
        await MySqlConnection.ClearAllPoolsAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private static async Task<IReadOnlyList<PhotoSite>> StartSitesAsync(ReplicationFleet fleet)
    {
        var sites = new List<PhotoSite>();
        foreach (DatabaseNode node in fleet.Nodes.Take(WebServers))
            sites.Add(await PhotoSite.StartAsync($"web{sites.Count + 1}", DatabaseOf(node), DatabaseOf(fleet.Primary)));
        return sites;

        SiteDatabase DatabaseOf(DatabaseNode node) => new(node.Name, node.ConnectionString(fleet.Accounts.App, "photos"));
    }

    private static HttpClient ClientOf(int port) =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
        {
            BaseAddress = new Uri($"http://127.0.0.1:{port}"),
            Timeout = TimeSpan.FromSeconds(30)
        };
}
