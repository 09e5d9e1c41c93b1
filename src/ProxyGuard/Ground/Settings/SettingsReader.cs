using System.Collections.Immutable;
using System.Net;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Core.Requests;
using ProxyGuard.Core.Routing;
using ProxyGuard.Ground.Texts;

namespace ProxyGuard.Ground.Settings;

/// <summary>Reads the ProxyGuard section: every option of <see cref="OptionTable"/>, once.</summary>
internal sealed class SettingsReader
{
    private readonly List<ConfigurationError> _faults = [];
    private readonly IConfiguration _configuration;
    private readonly SettingsSection _root;

    private SettingsReader(IConfiguration configuration)
    {
        _configuration = configuration;
        _root = new SettingsSection(configuration.GetSection(OptionTable.Root), _faults);
    }

    /// <param name="configuration">All sources, the later overriding the earlier.</param>
    /// <param name="baseDirectory">What State:Directory and files of secrets are relative to: the configuration file's folder.</param>
    /// <param name="otherFaults">What is wrong elsewhere, listed along.</param>
    /// <exception cref="SettingsException">Anything is wrong; it lists all of it.</exception>
    public static GuardSettings Read(IConfiguration configuration, string baseDirectory, IEnumerable<ConfigurationError> otherFaults)
    {
        var reader = new SettingsReader(configuration);
        GuardSettings settings = reader.ReadAll(baseDirectory);
        // An option that is looked at twice is told once.
        ConfigurationError[] found = [.. reader._faults.Concat(otherFaults).Distinct()];
        return found.All(one => one.IsNote) ? settings with { Notes = [.. settings.Notes, .. found] } : throw new SettingsException(found);
    }

    private GuardSettings ReadAll(string baseDirectory)
    {
        SettingsSection site = _root.Child("Site");
        string prefix = ReadPrefix(site);
        HostNames hosts = ReadHosts(site);
        var nodesReader = new NodesReader(_configuration, _faults);
        (ImmutableArray<NodeRules> nodes, ImmutableArray<string> connections) = nodesReader.Read(_root.Child("Nodes"), baseDirectory);
        (ReadRules reads, string? markSecret) = ReadsReader.Read(_root.Child("Reads"), baseDirectory);
        GuardRules rules = RulesOf(site, nodes, reads);
        var listeners = new ListenersReader(_configuration, _faults);
        ImmutableArray<IPEndPoint> publicEndPoints = listeners.ReadPublic();
        AdminSettings admin = listeners.ReadAdmin(_root.Child("Admin"), publicEndPoints);
        ReadPortSettings? readPort = ReadPortReader.Read(
            _root.Child("ReadPort"), [.. publicEndPoints, .. listeners.ReadConfigured(), admin.Listen]);
        ShutdownSettings shutdown = ReadShutdown(_root.Child("Shutdown"));
        string state = ReadState(_root.Child("State"), baseDirectory);
        (TrustedProxies proxies, bool sendsVia, bool beginsTraces) = ProxiesReader.Read(_root.Child("Proxies"));
        LimitSettings limits = LimitsReader.Read(_root.Child("Limits"));
        ImmutableArray<WebServerSettings> servers = WebServerSettings.In(_configuration);
        _root.RejectOthers();
        nodesReader.Check(nodes);
        ConfigurationError[] topology =
        [
            .. TopologyCheck.Faults(
                nodes, servers, [.. publicEndPoints, .. listeners.ReadConfigured(), admin.Listen, .. ListenOf(readPort)]),
            .. TopologyCheck.Unrouted(_configuration),
        ];
        _faults.AddRange(topology.Where(found => !found.IsNote));

        return new GuardSettings
        {
            Rules = rules,
            Prefix = prefix,
            Hosts = hosts,
            WebServers = servers,
            Connections = connections,
            MarkSecret = markSecret,
            Shutdown = shutdown,
            Admin = admin,
            ReadPort = readPort,
            StateDirectory = state,
            PublicAddresses = listeners.ReadAddresses(),
            PublicEndPoints = publicEndPoints,
            Proxies = proxies,
            SendsVia = sendsVia,
            BeginsTraces = beginsTraces,
            Limits = limits,
            // Beside a fault they would mostly say what follows from it.
            Notes = [.. topology.Where(found => found.IsNote)],
        };
    }

    private static IEnumerable<IPEndPoint> ListenOf(ReadPortSettings? readPort) => readPort is null ? [] : [readPort.Listen];

    private GuardRules RulesOf(SettingsSection site, ImmutableArray<NodeRules> nodes, ReadRules reads) => new()
    {
        Fleet = new FleetRules(nodes, ReadFreshness(_root.Child("Freshness"))) { Databases = ReadDatabases(site) },
        // The last of those who read this section: it rejects what is left of it.
        Site = ReadSite(site),
        Probe = ReadProbe(_root.Child("Probe")) with { HeartbeatTable = ReadHeartbeat(_root.Child("Heartbeat")) },
        ReadOnly = ReadReadOnly(_root.Child("ReadOnly"), nodes),
        Reads = reads,
        Requests = RequestsReader.Read(_root.Child("Requests")),
    };

    private static string ReadPrefix(SettingsSection site)
    {
        string prefix = site.Text("Prefix");
        if (ReservedPrefix.IsValid(prefix))
            return prefix;
        string usual = OptionTable.Named("Site:Prefix").Default!;
        site.FaultAt(
            "Prefix",
            $"is {SettingsSection.Quote(prefix)} but must be one path segment of letters, digits, - and _ between slashes, such as {usual}");
        return usual;
    }

    private static HostNames ReadHosts(SettingsSection site)
    {
        // None: a new installation is asked by an address, and most web servers have a list of their own.
        string[] names = [.. site.Children("Hosts").Select(host => host.OwnText("a host name"))];
        foreach (string name in names.Where(name => name.Length > 0 && !HostNames.IsName(name)))
            site.FaultAt(
                "Hosts",
                $"has {SettingsSection.Quote(name)} but each must be a host without a port, such as www.club.example, *.club.example or 10.0.0.5");
        return new HostNames(names);
    }

    // None: all but the servers' own, since only the operator knows which of them the application uses.
    private static SiteDatabases ReadDatabases(SettingsSection site) =>
        new([.. site.Children("Databases").Select(database => database.OwnText("the name of a database")).Where(name => name.Length > 0)]);

    private static SiteRules ReadSite(SettingsSection site)
    {
        string name = site.RequiredText("Name", "what members call the site");
        ImmutableArray<string> languages = [.. site.Children("Languages").Select(language => language.OwnText("a language"))];
        foreach (string language in languages.Where(language => !Wording.Languages.Contains(language)))
            site.FaultAt(
                "Languages",
                $"has {SettingsSection.Quote(language)} but each must be one of {string.Join(", ", Wording.Languages)}{NearMiss.Question(language, Wording.Languages)}");
        site.RejectOthers();
        return new SiteRules(name, languages.IsEmpty ? [.. Wording.Languages] : languages);
    }

    private static FreshnessRules ReadFreshness(SettingsSection freshness)
    {
        var rules = new FreshnessRules
        {
            MaxLag = freshness.Duration("MaxLag"),
            ReturnBelow = freshness.Duration("ReturnBelow"),
            BehindAfter = freshness.Number("BehindAfter"),
            FreshAfter = freshness.Number("FreshAfter"),
        };
        if (rules.ReturnBelow >= rules.MaxLag)
            freshness.FaultAt(
                "ReturnBelow",
                $"is {freshness.RenderWithOrigin("ReturnBelow", rules.ReturnBelow)} but must be below ProxyGuard:Freshness:MaxLag, which is {freshness.RenderWithOrigin("MaxLag", rules.MaxLag)}");
        freshness.RejectOthers();
        return rules;
    }

    private static ProbeRules ReadProbe(SettingsSection probe)
    {
        var rules = new ProbeRules { Interval = probe.Duration("Interval"), Timeout = probe.Duration("Timeout") };
        if (rules.Timeout >= rules.Interval)
            probe.FaultAt(
                "Timeout",
                $"is {probe.RenderWithOrigin("Timeout", rules.Timeout)} but must be below ProxyGuard:Probe:Interval, which is {probe.RenderWithOrigin("Interval", rules.Interval)}");
        probe.RejectOthers();
        return rules;
    }

    private static string? ReadHeartbeat(SettingsSection heartbeat)
    {
        string table = heartbeat.Text("Table");
        heartbeat.RejectOthers();
        if (table.Length == 0)
            return null;
        if (!HeartbeatWitness.IsTable(table))
            heartbeat.FaultAt(
                "Table",
                $"is {SettingsSection.Quote(table)} but must be database.table, each of letters, digits, _ and $, such as percona.heartbeat");
        return table;
    }

    private static ReadOnlyRules ReadReadOnly(SettingsSection readOnly, ImmutableArray<NodeRules> nodes)
    {
        int replicas = nodes.Count(node => node is { Role: NodeRole.Replica, ServesReads: true });
        var rules = new ReadOnlyRules
        {
            MinFreshReplicas = readOnly.Number("MinFreshReplicas"),
            AllowTwoPrimaries = readOnly.Truth("AllowTwoPrimaries"),
            EndWebSocketsAfter = readOnly.Duration("EndWebSocketsAfter"),
            EndWritesAfter = readOnly.Duration("EndWritesAfter") is { Ticks: > 0 } limit ? limit : null,
            ReopenAfter = readOnly.Duration("ReopenAfter"),
        };
        if (replicas > 0 && rules.MinFreshReplicas > replicas)
            readOnly.FaultAt(
                "MinFreshReplicas", $"is {rules.MinFreshReplicas} but must be at most {replicas}, the number of replicas that serve reads");
        readOnly.RejectOthers();
        return rules;
    }

    private static ShutdownSettings ReadShutdown(SettingsSection shutdown)
    {
        var settings = new ShutdownSettings(shutdown.Duration("PreStopDelay"), shutdown.Duration("DrainFor"));
        shutdown.RejectOthers();
        return settings;
    }

    private static string ReadState(SettingsSection state, string baseDirectory)
    {
        string directory = Path.GetFullPath(state.Text("Directory"), baseDirectory);
        state.RejectOthers();
        if (File.Exists(directory))
            state.FaultAt("Directory", $"is {directory} but must be a directory, not a file");
        return directory;
    }
}
