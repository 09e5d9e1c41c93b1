using System.Collections.Immutable;

namespace ProxyGuard.Core.Replication;

/// <summary>
/// Why a link of a replica's path is not known to pass on what the site writes. Only the standing ones can be accepted by the operator.
/// </summary>
public enum EvidenceGap
{
    /// <summary>
    /// An intermediate writes no binlog of what it applies, or does not say whether it does: nothing below it gets anything.
    /// </summary>
    LogReplicaUpdates,

    /// <summary>Two servers of the path have the same server_id: events that a server takes for its own are dropped.</summary>
    ServerId,

    /// <summary>A filter on either side of the link may hide one of the site's databases.</summary>
    Filters,

    /// <summary>slave_skip_errors: a statement or row that fails is left out.</summary>
    SkipErrors,

    /// <summary>slave_exec_mode=IDEMPOTENT: rows that are missing or there already are passed over.</summary>
    Idempotent,

    /// <summary>sql_slave_skip_counter is set: the next events will be left out.</summary>
    SkipCounter,

    /// <summary>An intermediate applies, and its own binlog stands still.</summary>
    LogStandsStill,

    /// <summary>
    /// GTIDs that the primary has yet to give are marked as executed already: those transactions will be left out (MySQL).
    /// </summary>
    GtidsAhead,

    /// <summary>
    /// An intermediate does not answer, or what it shows is unknown: whether anything still comes from it is not known.
    /// </summary>
    SourceUnknown,

    /// <summary>
    /// It belongs to something whose copies do not follow by binlogs, such as Galera Cluster: what its positions show is not all that may
    /// be missing.
    /// </summary>
    Architecture,
}

/// <summary>One link of a replica's path, and what is missing to show that it passes on what the site writes.</summary>
/// <param name="Source">The index in the fleet of the server above the link.</param>
/// <param name="Replica">The index of the server below it.</param>
/// <param name="At">The index of the server whose setting it is, one of the two: where it is mended, and where it is accepted.</param>
/// <param name="Setting">What that server says, such as "Replicate_Ignore_DB=photos".</param>
public sealed record MissingEvidence(EvidenceGap Gap, int Source, int Replica, int At, string Setting)
{
    /// <summary>Whether the operator has accepted it: then it counts as evidence, and stays a finding.</summary>
    public bool IsAccepted { get; init; }

    /// <summary>The same of a fleet whose nodes have other indexes; links of nodes that are none any more are left out.</summary>
    internal static ImmutableArray<MissingEvidence> Renumbered(ImmutableArray<MissingEvidence> links, int?[] indexes) =>
    [
        .. from link in links
           where indexes[link.Source] is not null && indexes[link.Replica] is not null
           select link with { Source = indexes[link.Source]!.Value, Replica = indexes[link.Replica]!.Value, At = indexes[link.At]!.Value },
    ];
}
