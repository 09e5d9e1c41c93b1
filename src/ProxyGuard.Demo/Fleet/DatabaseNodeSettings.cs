namespace ProxyGuard.Demo.Fleet;

/// <summary>What makes one node differ from another.</summary>
public sealed record DatabaseNodeSettings
{
    private const string DataDirectoryName = "data";

    /// <summary>Such as <c>db1</c>.</summary>
    public required string Name { get; init; }

    /// <summary>An absolute path that belongs to this node alone: data, log and process id.</summary>
    public required string Directory { get; init; }

    public required ServerKind Kind { get; init; }

    /// <summary>An absolute path; made at the first start of any node, and may be shared by all nodes of one kind.</summary>
    public required string TemplateDirectory { get; init; }

    public required int Port { get; init; }

    /// <summary>Must differ within a fleet.</summary>
    public required int ServerId { get; init; }

    public required Account Root { get; init; }

    /// <summary>A replica refuses writes of everybody but root.</summary>
    public bool ReadOnly { get; init; }

    /// <inheritdoc cref="FleetSettings.WithGtid"/>
    public bool WithGtid { get; init; } = true;

    /// <inheritdoc cref="FleetSettings.NoticesCutAfter"/>
    public TimeSpan NoticesCutAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <inheritdoc cref="FleetSettings.ResolvesNames"/>
    public bool ResolvesNames { get; init; }

    /// <summary>More server options, after ours, so that they win.</summary>
    public IReadOnlyList<string> MoreArguments { get; init; } = [];

    /// <summary>What the server keeps its data in.</summary>
    internal string DataDirectory => Path.Combine(Directory, DataDirectoryName);

    internal static string DataDirectoryArgument(string directory) => $"--datadir={Path.Combine(directory, DataDirectoryName)}";

    /// <summary>The server's options, which come before <see cref="MoreArguments"/>.</summary>
    /// <param name="initFile">SQL that it runs at each start.</param>
    internal IEnumerable<string> Arguments(string initFile) =>
    [
        DataDirectoryArgument(Directory),
        $"--port={Port}",
        "--bind-address=127.0.0.1",
        "--socket=node.sock", // relative to the data directory: a full path easily exceeds the 107 bytes a socket's may have
        "--pid-file=node.pid",
        ServerPrograms.OwnTemporaries,
        $"--init-file={initFile}",
        $"--server-id={ServerId}",
        "--log-bin=bin",
        "--relay-log=relay", // as a default it has the machine's name
        .. Kind.Words.Options(WithGtid, NoticesCutAfter),
        .. ResolvesNames ? (string[])[] : ["--skip-name-resolve"],
        .. Libc.IsRoot ? (string[])["--user=root"] : [],
        $"--read-only={(ReadOnly ? "ON" : "OFF")}",
        "--sync-binlog=0", // nothing here has to survive a power cut
        "--innodb-flush-log-at-trx-commit=2",
        "--innodb-buffer-pool-size=24M",
        "--key-buffer-size=1M",
        .. Kind.Programs.SmallSize,
        "--default-time-zone=+00:00", // what the site dates with CURRENT_TIMESTAMP is UTC
        "--max-allowed-packet=64M", // a photo of 8 MB can double when it is quoted
        "--max-connections=200",
    ];
}
