using ProxyGuard.Demo.Fleet;

namespace ProxyGuard.Demo.Control;

/// <summary>What the run command was asked for.</summary>
internal sealed record DemoSettings
{
    private const int WebNodes = 3;

    public required string Directory { get; init; }

    public required int Port { get; init; }

    public required int AdminPort { get; init; }

    public required int FirstPort { get; init; }

    public required int Members { get; init; }

    /// <summary>A path, or <c>none</c>.</summary>
    public required string ProxyGuard { get; init; }

    /// <summary>Whether each look at a photo is written down: a GET that writes.</summary>
    public bool CountsViews { get; init; }

    /// <summary>Whether ProxyGuard refuses nothing.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>In a built source tree, of the same configuration as this program.</summary>
    public static string ProxyGuardNextToUs
    {
        get
        {
            string framework = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
            string configuration = Path.GetDirectoryName(framework)!;
            return Path.GetFullPath(Path.Combine(
                configuration, "../../../ProxyGuard/bin", Path.GetFileName(configuration), Path.GetFileName(framework), "ProxyGuard.dll"));
        }
    }

    public bool WithProxyGuard => ProxyGuard != "none";

    public IReadOnlyList<int> WebPorts => [.. Enumerable.Range(FirstPort, WebNodes)];

    public IReadOnlyList<int> DatabasePorts => [.. Enumerable.Range(FirstPort + WebNodes, WebNodes)];

    public Uri Site => new($"http://127.0.0.1:{(WithProxyGuard ? Port : FirstPort)}/");

    /// <summary>Everything that stands in the way of a start, in the words of the command line; empty when nothing does.</summary>
    public IEnumerable<string> Obstacles()
    {
        if (Members is < 0 or > 100)
            yield return $"--members is {Members} but must be between 0 and 100.";
        if (WithProxyGuard && !File.Exists(ProxyGuard))
            yield return $"There is no {ProxyGuard}. Build it (dotnet build -c Release src/ProxyGuard), "
                + "give its path with --proxyguard, or do without: --proxyguard none";
        if (Programs.TryFind("mariadbd", "mysqld") is null || Programs.TryFind("mariadb-install-db", "mysql_install_db") is null)
            yield return "The MariaDB server is not installed. On Debian and Ubuntu: apt-get install mariadb-server";

        var seen = new Dictionary<int, string>();
        foreach ((int port, string what, string option) in Ports())
        {
            if (port is < 1 or > 65535)
                yield return $"{option} leads to port {port} for {what}; ports are between 1 and 65535.";
            else if (!seen.TryAdd(port, what))
                yield return $"Port {port} is meant for {seen[port]} and for {what}. Choose another one with {option}.";
            else if (!LoopbackPorts.IsFree(port))
                yield return $"Port {port}, meant for {what}, is taken. Choose another one with {option}.";
        }
    }

    private IEnumerable<(int Port, string What, string Option)> Ports()
    {
        if (WithProxyGuard)
        {
            yield return (Port, "the site", "--port");
            yield return (AdminPort, "ProxyGuard's management listener", "--admin-port");
        }
        for (int node = 0; node < WebNodes; node++)
            yield return (WebPorts[node], $"the web node web{node + 1}", "--first-port");
        for (int node = 0; node < WebNodes; node++)
            yield return (DatabasePorts[node], $"the database db{node + 1}", "--first-port");
    }
}
