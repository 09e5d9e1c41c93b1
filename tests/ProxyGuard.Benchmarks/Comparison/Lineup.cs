using ProxyGuard.Demo.Fleet;

namespace ProxyGuard.Benchmarks.Comparison;

/// <summary>
/// Starts what is measured, and what that needs: three database nodes, three web servers, the proxies. All of it ends with us.
/// </summary>
internal sealed class Lineup : IAsyncDisposable
{
    public const string ProxyGuard = "ProxyGuard";
    public const string Yarp = "YARP";
    public const string Nginx = "nginx";
    public const string ProxyGuardNotInline = "ProxyGuard, not inline";
    public const string YarpInline = "YARP, inline";

    // ProxyGuard completes sockets inline by itself, bare YARP does not: each is also measured the other way.
    private const string InlineCompletions = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    private readonly ComparisonSettings _settings;
    private readonly Cores _cores;
    private readonly ReplicationFleet _fleet;
    private readonly Queue<int> _ports;
    private readonly IReadOnlyList<int> _web;
    private readonly Child _origin;
    private readonly List<Contestant> _contestants = [];

    private Lineup(ComparisonSettings settings, Cores cores, ReplicationFleet fleet)
    {
        const int All = 10;
        _settings = settings;
        _cores = cores;
        _fleet = fleet;
        _ports = new Queue<int>(LoopbackPorts.FindFree(All));
        _web = [_ports.Dequeue(), _ports.Dequeue(), _ports.Dequeue()];
        _origin = NginxServer.StartOrigin(settings.Directory, _web, cores);
    }

    public IReadOnlyList<Contestant> Contestants => _contestants;

    // Reads go to the web servers of the two replicas; the others get the same two.
    private IEnumerable<int> ReadFrom => _web.Skip(1);

    public static async Task<Lineup> StartAsync(ComparisonSettings settings, Cores cores, CancellationToken stop) =>
        new(settings, cores, await ReplicationFleet.StartAsync(Path.Combine(settings.Directory, "fleet"), replicaCount: 2, stop: stop));

    public Contestant AddProxyGuard(bool isInline)
    {
        string name = isInline ? ProxyGuard : ProxyGuardNotInline;
        string log = isInline ? "proxyguard" : "proxyguard-not-inline";
        int port = _ports.Dequeue();
        string file = GuardConfiguration.Write(_settings.Directory, log, port, _ports.Dequeue(), _web, _fleet);
        return Add(
            name, port, isGuarding: true,
            StartDotNet(log, [_settings.ProxyGuard, "run", "--config", file], isInline ? [] : [(InlineCompletions, "0")]));
    }

    public Contestant AddYarp(bool isInline)
    {
        int port = _ports.Dequeue();
        IEnumerable<string> destinations = ReadFrom.SelectMany(web => (string[])["--destination", $"http://127.0.0.1:{web}/"]);
        Child process = StartDotNet(
            isInline ? "yarp-inline" : "yarp", [typeof(Lineup).Assembly.Location, "yarp", "--port", $"{port}", .. destinations], isInline
                ? [(InlineCompletions, "1")] : []);
        return Add(isInline ? YarpInline : Yarp, port, isGuarding: false, process);
    }

    public Contestant AddNginx()
    {
        int port = _ports.Dequeue();
        return Add(Nginx, port, isGuarding: false, NginxServer.StartProxy(_settings.Directory, port, ReadFrom, _cores));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Contestant contestant in _contestants)
            await contestant.DisposeAsync();
        await _origin.DisposeAsync();
        await _fleet.DisposeAsync();
    }

    private Child StartDotNet(string log, IEnumerable<string> program, (string, string)[] environment) =>
        Child.Start(log, _settings.Directory, [.. _cores.ForProxy, Tools.DotNet, .. program], environment);

    private Contestant Add(string name, int port, bool isGuarding, Child process)
    {
        var contestant = new Contestant(name, process, new Uri($"http://127.0.0.1:{port}/"), isGuarding);
        _contestants.Add(contestant);
        return contestant;
    }
}
