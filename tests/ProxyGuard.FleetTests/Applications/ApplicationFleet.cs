using ProxyGuard.Demo.Fleet;
using ProxyGuard.Testing;

namespace ProxyGuard.FleetTests.Applications;

/// <summary>
/// A primary and two replicas with the databases of the applications, PHP-FPM and nginx, and ProxyGuard in front of one of them at a time.
/// </summary>
/// <remarks>Each application has four web servers: one that reads from the primary, one from each replica, one through the read port.</remarks>
public sealed class ApplicationFleet(FleetHome home) : IAsyncDisposable
{
    internal static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly Dictionary<string, int[]> _ports = [];
    private readonly Dictionary<string, string> _dumps = [];
    private readonly HashSet<string> _ready = [];
    private GuardedFleet? _site;
    private PhpServers? _servers;
    private string _directory = "";
    private int _readPort;

    private static Application[] Installed { get; } = [.. new Application[] { new WordPress(), new MediaWiki() }.Where(one => one.IsInstalled)];

    internal GuardedFleet Site => _site ?? throw new InvalidOperationException("nothing runs");

    internal ReplicationFleet Fleet => Site.Fleet;

    /// <summary>The address that members ask.</summary>
    internal Uri Address => new($"http://127.0.0.1:{Site.Configuration.Port}/");

    /// <summary>In normal mode, with ProxyGuard in front of the application.</summary>
    internal async Task OpenAsync(Application application, Recipe recipe = Recipe.ReadPort, string? requests = null)
    {
        string directory = home.DirectoryOrSkip();
        if (!application.IsInstalled || !PhpServers.AreInstalled)
            Assert.Skip($"{application.Name}, PHP or nginx is not installed: {PhpServers.Installation}");
        if (_site is null)
            await StartAsync(directory);
        await Site.Faults.MendDuplicateKeyAsync();
        await Site.Fleet.WaitUntilCaughtUpAsync(Deadline);
        await GuardAsync(application, recipe, requests ?? application.Requests);
        if (_ready.Add(application.Name))
        {
            using Visitor direct = Direct(application);
            await application.SetUpAsync(_directory, Fleet, direct);
            _dumps[application.Name] = await Programs.RunAsync(
                [.. ClientCommand("mariadb-dump"), "--add-drop-database", "--hex-blob", "--databases", application.Name]);
            await Fleet.WaitUntilCaughtUpAsync(Deadline);
        }

        await Site.WaitForModeAsync("normal", Deadline);
        await Eventually.HappensAsync(
            "both replicas are fresh", Deadline,
            async () => NodeSeen.AllIn(await Site.FleetReportAsync()).All(node => node.State == "fresh"));
    }

    /// <summary>As it was when it had been set up: its database and its members' files.</summary>
    internal async Task RestoreAsync(Application application)
    {
        string files = application.FilesIn(_directory);
        if (Directory.Exists(files))
            Directory.Delete(files, recursive: true);
        Directory.CreateDirectory(files);
        await Programs.RunAsync(ClientCommand("mariadb"), _dumps[application.Name]);
        await Fleet.WaitUntilCaughtUpAsync(Deadline);
    }

    /// <summary>Both replicas stop with error 1062; returns when the site is read-only.</summary>
    internal async Task BreakAsync()
    {
        await Site.Faults.BreakWithDuplicateKeyAsync();
        await Site.WaitForModeAsync("read-only", Deadline);
    }

    /// <summary>Of the results of some queries on the primary.</summary>
    internal async Task<string> ChecksumsAsync(Application application, IEnumerable<string> queries)
    {
        var results = new List<string>();
        foreach (string query in queries)
            results.Add(await Programs.RunAsync([.. ClientCommand("mariadb"), application.Name, "--execute", query]));
        return string.Join('\n', results);
    }

    /// <summary>Each request that reached a web server, such as <c>GET /wp-admin/ 200</c>.</summary>
    internal IReadOnlyList<string> Arrived() => _servers!.Arrived();

    internal IReadOnlyList<string> Complaints() => _servers!.Complaints();

    internal Visitor Member() => new(Address, Address);

    /// <summary>Past ProxyGuard, to the web server that reads from the primary.</summary>
    internal Visitor Direct(Application application) => new(Address, AddressOf(application, 0));

    public async ValueTask DisposeAsync()
    {
        if (_servers is not null)
            await _servers.DisposeAsync();
        if (_site is not null)
            await _site.DisposeAsync();
        if (_directory.Length > 0)
            Directory.Delete(_directory, recursive: true);
    }

    private async Task StartAsync(string directory)
    {
        _directory = Path.Combine(directory, "apps");
        Directory.CreateDirectory(_directory);
        var settings = new FleetSettings { MoreServerArguments = ["--binlog-format=ROW", "--innodb-buffer-pool-size=64M"] };
        _site = await GuardedFleet.StartAsync(directory, settings, replicaCount: 2);
        _readPort = LoopbackPorts.FindFree(1)[0];
        string grants = string.Concat(Installed.Select(one => $"CREATE DATABASE {one.Name}; GRANT ALL ON {one.Name}.* TO app@127.0.0.1;"));
        await Fleet.Primary.ExecuteAsync($"{grants} GRANT BINLOG MONITOR, SLAVE MONITOR ON *.* TO app@127.0.0.1");
        var servers = new List<PhpServer>();
        foreach (Application application in Installed)
        {
            await application.WriteFilesAsync(_directory, Fleet, Address);
            _ports[application.Name] = [.. LoopbackPorts.FindFree(4)];
            string?[] reads = [null, .. Fleet.Replicas.Select(node => $"127.0.0.1:{node.Port}"), $"127.0.0.1:{_readPort}"];
            servers.AddRange(_ports[application.Name].Zip(reads, (port, from) => ServerOf(application, port, from)));
        }

        _servers = await PhpServers.StartAsync(_directory, servers);
    }

    private string[] ClientCommand(string program) =>
    [
        Programs.Find(program), "--no-defaults", "--host=127.0.0.1", $"--port={Fleet.Primary.Port}",
        $"--user={Fleet.Accounts.Root.Name}", $"--password={Fleet.Accounts.Root.Password}",
    ];

    private PhpServer ServerOf(Application application, int port, string? readFrom)
    {
        (string, string)[] readsFrom = readFrom is null ? [] : [("READ_FROM", readFrom)];
        return new PhpServer(
            port, application.RootIn(_directory), application.LocationsIn(_directory), [.. application.EnvironmentIn(_directory), .. readsFrom]);
    }

    private async Task GuardAsync(Application application, Recipe recipe, string requests)
    {
        WebServer web1 = new("web1", AddressOf(application, 0), ("ReadsFrom", "db1"));
        GuardConfiguration wanted = Site.Configuration with
        {
            Requests = requests,
            ReadPort = recipe == Recipe.ReadPort ? $$"""{ "Listen": "tcp://127.0.0.1:{{_readPort}}" }""" : "{}",
            WebServers = recipe == Recipe.ReadPort
                ? [web1, new WebServer("web2", AddressOf(application, 3), ("ReadsVia", "ReadPort"))]
                : [
                    web1, new WebServer("web2", AddressOf(application, 1), ("ReadsFrom", "db2")),
                    new WebServer("web3", AddressOf(application, 2), ("ReadsFrom", "db3")),
                ],
        };
        Site.Configuration = wanted;
        await Site.RestartGuardAsync();
    }

    private Uri AddressOf(Application application, int server) => new($"http://127.0.0.1:{_ports[application.Name][server]}/");
}

/// <summary>How the web servers read.</summary>
internal enum Recipe
{
    /// <summary>Through the read port, and one of them from the primary.</summary>
    ReadPort,

    /// <summary>One from each database server.</summary>
    ServerPerReplica,
}

[CollectionDefinition(nameof(SharesTheApplications), DisableParallelization = true)]
public sealed class SharesTheApplications : ICollectionFixture<ApplicationFleet>;
