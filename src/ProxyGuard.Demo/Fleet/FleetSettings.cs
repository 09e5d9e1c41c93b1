namespace ProxyGuard.Demo.Fleet;

/// <summary>How a fleet is built; the defaults are a primary with replicas that all follow it directly.</summary>
public sealed record FleetSettings
{
    /// <summary>Of every node; as a default the distribution's MariaDB.</summary>
    public ServerKind Kind { get; init; } = ServerKind.MariaDb1011;

    /// <summary>Each replica follows the one before it instead of the primary: db1, db2 of db1, db3 of db2.</summary>
    public bool Chained { get; init; }

    /// <summary>
    /// For each replica the number of the node it follows: with 1, 1, 2 db2 and db3 follow the primary, and db4 follows db2. Null: as
    /// <see cref="Chained"/> says.
    /// </summary>
    public IReadOnlyList<int>? Sources { get; init; }

    /// <summary>Each replica reaches its source through a <see cref="Relay"/>, so that its network can be cut.</summary>
    public bool ThroughRelays { get; init; }

    /// <summary>
    /// Replicas remember their position as a GTID, which survives a crash. False: as file and offset, as servers before GTIDs did; such a
    /// replica may apply its last transaction twice when it is killed.
    /// </summary>
    public bool WithGtid { get; init; } = true;

    /// <summary>After so many whole seconds without a word from its source a replica notices itself that the network is cut.</summary>
    public TimeSpan NoticesCutAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Is told how far the start is; a person may wait for it.</summary>
    public Action<string> Tell { get; init; } = static _ => { };

    /// <summary>One for the primary and each replica, in this order; null takes free ones.</summary>
    public IReadOnlyList<int>? Ports { get; init; }

    /// <summary>
    /// An absolute path; share it between fleets of one kind to save a few seconds for each. Null: inside the fleet's own directory.
    /// </summary>
    public string? TemplateDirectory { get; init; }

    /// <summary>
    /// Servers ask for the name of each address that connects, as nearly all do that are as they were installed, and count its interrupted
    /// handshakes. 127.0.0.1 is the one address that they never ask about.
    /// </summary>
    public bool ResolvesNames { get; init; }

    /// <summary>More options for single servers, by name.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> NodeArguments { get; init; } = new Dictionary<string,
    IReadOnlyList<string>>();

    /// <summary>More options for every server, such as <c>--max-binlog-size=64K</c>.</summary>
    public IReadOnlyList<string> MoreServerArguments { get; init; } = [];
}
