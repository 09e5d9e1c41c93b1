using System.Collections.Frozen;
using System.Collections.Immutable;
using ProxyGuard.Core.Diagnosis;
using ProxyGuard.Core.Replication;
using ProxyGuard.Core.Routing;
using ProxyGuard.Ground.Texts;

namespace ProxyGuard.Ground.Settings;

/// <summary>Every option of the section ProxyGuard, once: defaults with their reasons, limits, and what it means.</summary>
internal static partial class OptionTable
{
    public const string Root = "ProxyGuard";

    private const string SecretFileName = "a file of at most 64 KB; relative to the configuration file's folder";

    private static readonly ReadRules Reads = new();

    /// <summary>By section, as config/README.md has them.</summary>
    public static ImmutableArray<Option> All { get; } =
    [
        .. SiteOptions(), .. NodeOptions(), .. ProbeOptions(), .. ReadOnlyOptions(), .. ReadsOptions(), .. RequestsOptions(),
        .. ProxiesOptions(), .. LimitsOptions(), .. AdminOptions(), .. ReadPortOptions(), .. ProcessOptions(),
    ];

    private static readonly FrozenDictionary<string, Option> ByPath =
        All.ToFrozenDictionary(option => option.Path, StringComparer.OrdinalIgnoreCase);

    /// <summary>What each section is about.</summary>
    public static ImmutableArray<(string Name, string About)> Sections { get; } =
    [
        ("Site", "What members see."),
        ("Nodes", "The database nodes by name: one primary and its replicas, at most 64."),
        ("Probe", "How often and how patiently the nodes are asked."),
        ("Heartbeat", "A second witness beside the binlog positions, where pt-heartbeat runs."),
        ("Freshness", "When a replica is good enough to be read from."),
        ("ReadOnly", "When writes are refused, and when they are let through again."),
        ("Reads", "How reads are spread, and what happens while no replica is fresh."),
        ("Requests", "What a request does is told by its method; the rules name the exceptions. A bare list is its rules."),
        ("Proxies", "Another proxy in front of ProxyGuard."),
        ("Limits", "How much one member, and all of them together, may take."),
        ("Admin", "The management listener."),
        ("ReadPort", "A port that looks like a replica: each new connection goes to one that is fresh. In a private network only."),
        ("Shutdown", "What happens on SIGTERM."),
        ("State", "What survives a restart."),
    ];

    /// <summary>The same as a tree of names.</summary>
    public static ConfigShape.Section Shape { get; } = ShapeBelow("");

    /// <exception cref="InvalidOperationException">There is no such option: a mistake in a reader.</exception>
    public static Option Named(string path) =>
        ByPath.TryGetValue(path, out Option? option) ? option : throw new InvalidOperationException($"OptionTable has no {path}.");

    private static ConfigShape.Section ShapeBelow(string section)
    {
        string[] names =
        [
            .. All.Where(option => option.Path.StartsWith(section, StringComparison.Ordinal))
                .Select(option => option.Path[section.Length..].Split(':')[0]).Distinct(),
        ];
        ConfigShape.Section shape = ConfigShape.Section.Of(
            [.. names.Where(name => !IsEntry(name)).Select(name => (name, ShapeAt($"{section}{name}")))]);
        return names.FirstOrDefault(IsEntry) is { } entry ? shape with { Entry = ShapeAt($"{section}{entry}") } : shape;
    }

    private static ConfigShape ShapeAt(string path) =>
        ByPath.ContainsKey(path) ? new ConfigShape.Anything() : ShapeBelow($"{path}:");

    private static bool IsEntry(string name) => name.StartsWith('<');

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private static TimeSpan Minutes(double minutes) => TimeSpan.FromMinutes(minutes);

    private static TimeSpan Hours(double hours) => TimeSpan.FromHours(hours);

    private static Option[] SiteOptions() =>
    [
        Option.Text("Site:Name", "what members call the site") with { LeastLength = 1 },
        Option.WordsOf(
            "Site:Languages",
            "languages of our pages; the first is for a client that asks for none of them. A member's own choice (`/_proxyguard/?lang=de`) comes before the browser's",
            [.. Wording.Languages]) with
        {
            Without = "`en`, `de`, `fr`",
        },
        Option.Texts("Site:Hosts", "the names members ask by, without port; a request by another one gets 421 and nothing else") with
        {
            Without = "none: every name is the site's",
            Allowed = "hosts such as `www.club.example`, `*.club.example` (every name below) and `10.0.0.5`",
            Pattern = HostPattern,
        },
        Option.Texts(
            "Site:Databases",
            "the databases that hold the site's tables, and those that its connections name as their default (`USE`): what replication filters must not touch") with
        {
            Without = "none: every database but the servers' own",
            Allowed = "names",
            LeastLength = 1,
        },
        Option.Text("Site:Prefix", "where our own pages are; the site's own pages below it are never reached") with
        {
            Default = "/_proxyguard/",
            Allowed = "one segment of letters, digits, `-` and `_` between slashes",
            Pattern = "^/[A-Za-z0-9_-]+/$",
        },
    ];

    private static Option[] NodeOptions() =>
    [
        Option.Text(
            "Nodes:<name>:Connection",
            "how to reach it, as [MySqlConnector](https://mysqlconnector.net/connection-options/) has it; secret, and never logged") with
        {
            Allowed = "a connection string with `Server`",
            LeastLength = 1,
        },
        Option.Text("Nodes:<name>:ConnectionFile", "a file that has the connection string, in the place of `Connection`") with
        {
            Without = "none: `Connection` has it",
            Allowed = SecretFileName,
            LeastLength = 1,
        },
        Option.Text("Nodes:<name>:PasswordFile", "a file that has the password alone, which `Connection` then leaves out") with
        {
            Without = "none: `Connection` has it",
            Allowed = SecretFileName,
            LeastLength = 1,
        },
        Option.Word("Nodes:<name>:Role", "what it is; there is exactly one primary", [.. NodesReader.Roles.Keys]),
        Option.Number(
            "Nodes:<name>:Weight", "its share of the reads beside the other replicas'; with several web servers on one node, each has it", 1,
            1, 100),
        // None: what may leave data out is told until an operator says that it is meant.
        Option.WordsOf(
            "Nodes:<name>:Accept",
            "what of this server's settings is meant, although it may keep data of the site from a replica ([below](#fresh-needs-evidence))",
            [.. EvidenceNames.Acceptable.Keys]) with
        {
            Without = "none: it is told",
        },
    ];

    private static Option[] ProbeOptions() =>
    [
        // Two fit into the second we promise.
        Option.Duration("Probe:Interval", "how often every node is asked", Seconds(0.5), Seconds(0.1), Minutes(1)),
        Option.Duration(
            "Probe:Timeout", "how long one answer may take before the node counts as not answering", Seconds(0.4), Seconds(0.05), Minutes(1)) with
        {
            Besides = "below `Probe:Interval`",
        },
        // None: the content clock needs no writer, and most sites have none.
        Option.Text("Heartbeat:Table", "the table that pt-heartbeat writes on the primary") with
        {
            Without = "none: no second witness",
            Allowed = "`database.table`, each of letters, digits, `_` and `$`",
            Pattern = "^[A-Za-z0-9_$]{1,64}[.][A-Za-z0-9_$]{1,64}$",
        },
        // Five seconds: what a member takes for "at once" after posting, and ten samples to be sure.
        Option.Duration("Freshness:MaxLag", "a replica is late above this lag", Seconds(5), Seconds(1), Hours(1)),
        Option.Duration(
            "Freshness:ReturnBelow", "a late replica is caught up again at this lag or less; in between nothing changes", Seconds(2),
            Seconds(0.5), Hours(1)) with
        {
            Besides = "below `Freshness:MaxLag`",
        },
        // Three: one slow statement passes within a second and a half.
        Option.Number("Freshness:BehindAfter", "late samples in a row until it is *behind*", 3, 1, 100),
        Option.Number("Freshness:FreshAfter", "caught-up samples in a row until it is *fresh* again", 3, 1, 100),
    ];

    private static Option[] ReadOnlyOptions() =>
    [
        Option.Number("ReadOnly:MinFreshReplicas", "writes need at least this many fresh replicas", 1, 1, NodeRules.MaxNodes) with
        {
            Besides = "and no more than there are replicas that serve reads",
        },
        // A second primary is nearly always an accident, and costs what was written on one of them.
        Option.Truth(
            "ReadOnly:AllowTwoPrimaries",
            "whether writes go on while another node accepts writes too and is followed, as in a fleet that is meant to have two primaries",
            usual: false),
        // What a chat says good-bye in, and an operator waits for.
        Option.Duration(
            "ReadOnly:EndWebSocketsAfter",
            "how long an open WebSocket goes on after the site was closed to it: in maintenance each, while read-only those that a rule calls a write",
            Seconds(10), TimeSpan.Zero, Hours(1)),
        Option.Duration(
            "ReadOnly:EndWritesAfter",
            "how long a write that is under way may go on after the site was closed; 00:00:00 is until it is done", TimeSpan.Zero, TimeSpan.Zero,
            Hours(12)),
        // Long enough that a replica which stops again at once is not called mended.
        Option.Duration(
            "ReadOnly:ReopenAfter", "the quiet time: all must have been well for this long after a fault", Seconds(5), TimeSpan.Zero, Hours(1)),
    ];

    // The record in Core has these defaults, and their reasons.
    private static Option[] ReadsOptions() =>
    [
        Option.Word(
            "Reads:AllBehind",
            "where reads go while no replica is fresh: to the freshest, with a label, or to the primary's web servers",
            [.. ReadsReader.AllBehindPolicies.Keys]) with
        {
            Default = ReadsReader.AllBehindPolicies.First(word => word.Value == Reads.AllBehind).Key,
        },
        Option.Number(
            "Reads:MaxPrimaryReads",
            "most reads at once that the primary gets as a favour, until the first byte of their answer: while no replica is fresh, and for members whose own write no replica shows yet. One address has at most half of them, and a quarter once half are taken",
            Reads.MaxPrimaryReads, 0, 10_000),
        Option.Word(
            "Reads:AboveLimit",
            "what the others get: the freshest replica's page with its label, or 503 and the page that says the site does not answer at the moment",
            [.. ReadsReader.AboveLimit.Keys]) with
        {
            Default = ReadsReader.AboveLimit.First(word => word.Value == Reads.RefuseAboveLimit).Key,
        },
        Option.Truth("Reads:ReadYourWrites", "whether members read only where their own writes are shown", Reads.ReadYourWrites),
        Option.Text("Reads:MarkSecret", "what write marks are sealed with; secret, and the same text on every ProxyGuard of the site") with
        {
            Without = "none: made once and kept in `State:Directory`",
            Allowed = $"at least {ReadsReader.LeastSecret} characters",
            LeastLength = ReadsReader.LeastSecret,
        },
        Option.Text("Reads:MarkSecretFile", "a file that has it, in the place of `Reads:MarkSecret`") with
        {
            Without = "none: `Reads:MarkSecret` has it, or nobody",
            Allowed = SecretFileName,
            LeastLength = 1,
        },
        Option.Duration(
            "Reads:RampUp", "how long a replica that came back takes until it has its whole share of the reads", Reads.RampUp, TimeSpan.Zero,
            Hours(1)),
    ];
}
