namespace ProxyGuard.Demo.Fleet;

/// <summary>What makes one node differ from another.</summary>
public sealed record DatabaseNodeSettings
{
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
}
