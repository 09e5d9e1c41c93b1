using System.Collections.Immutable;

namespace ProxyGuard.Core.Replication;

/// <summary>
/// Whether every link from the primary down to a replica is known to pass on what the site writes. A link is judged by what both of its
/// ends say in this very reading,
/// and a path by its links: so evidence composes down a chain like content time does.
/// </summary>
/// <param name="done">The states of this tick, as far as they are made: those of a node's sources are.</param>
internal sealed class EvidenceChain(FleetRules rules, NodeState?[] done, int primary)
{
    /// <summary>
    /// What is missing on the path through one channel, the links above it included. Empty also where the path does not lead to the
    /// primary: nothing of the site's comes that way.
    /// </summary>
    /// <param name="isShownByGtid">Whether GTIDs show what the node has without asking any server between it and the primary.</param>
    /// <param name="skipsByGtid">Whether it holds GTIDs that the primary has yet to give.</param>
    public ImmutableArray<MissingEvidence> Missing(
        int node, NodeReading.Answered answer, ReplicationStatus status, int? index, bool isShownByGtid, bool skipsByGtid)
    {
        if (index is not { } at || done[at] is not { } source || !LeadsToPrimary(source))
            return [];
        return
        [
            .. source.Missing,
            .. OfLink(new Link(this, source, answer, status) { SourceNode = at, ReplicaNode = node }, isShownByGtid, skipsByGtid),
        ];
    }

    /// <summary>What cannot be judged by binlogs alone, whatever its way from the primary shows.</summary>
    public IEnumerable<MissingEvidence> MissingByArchitecture(int node, NodeReading.Answered answer) =>
        answer.ForeignArchitecture is { } name
            ? [WithAcceptance(new MissingEvidence(EvidenceGap.Architecture, primary, node, node, name))]
            : [];

    public static bool LeadsToPrimary(NodeState source) =>
        source.Role == NodeRole.Primary || source.Role == NodeRole.Replica && source.Channels.Any(channel => channel.LeadsToPrimary);

    private static IEnumerable<MissingEvidence> OfLink(Link link, bool isShownByGtid, bool skipsByGtid)
    {
        if (link.Source.Role == NodeRole.Replica)
        {
            if (link.Above is { } above && (above.Replication.LogsApplied != true || above.Head is null))
                yield return link.AtSource(EvidenceGap.LogReplicaUpdates, LogSaid(above));
            if (link.Source.Unlogged is { IsProof: true } && link.CanTellUnlogged)
                yield return link.AtSource(EvidenceGap.LogStandsStill, $"{link.Source.Unlogged.Value.Head}");
            if (!isShownByGtid
                && (link.Source.Symptom == Symptom.NoAnswer || link.Source.Symptom == Symptom.Unclear && link.Source.HasEvidence))
                yield return link.AtSource(EvidenceGap.SourceUnknown, "");
        }

        if (link.SameId is { } same)
            yield return link.AtReplica(EvidenceGap.ServerId, $"server_id={same}");
        if (link.Hiding(link.Above?.BinlogFilters ?? []) is { Length: > 0 } unlogged)
            yield return link.AtSource(EvidenceGap.Filters, unlogged);
        if (link.Hiding(link.Filters) is { Length: > 0 } unapplied)
            yield return link.AtReplica(EvidenceGap.Filters, unapplied);
        if (link.Below.Replication.SkippedErrors is { } errors)
            yield return link.AtReplica(EvidenceGap.SkipErrors, $"slave_skip_errors={errors}");
        if (link.Below.Replication.IsIdempotent)
            yield return link.AtReplica(EvidenceGap.Idempotent, "slave_exec_mode=IDEMPOTENT");
        if (skipsByGtid)
            yield return link.AtReplica(EvidenceGap.GtidsAhead, link.Status.ExecutedGtids ?? "");
        if (link.Status.SkipCounter is > 0 and long count)
            yield return link.AtReplica(EvidenceGap.SkipCounter, $"sql_slave_skip_counter={count}");
    }

    private static string LogSaid(NodeReading.Answered above) => above switch
    {
        { Head: null } => "log_bin=OFF",
        { Replication.LogsApplied: null } => "log_slave_updates=?",
        _ => "log_slave_updates=OFF",
    };

    /// <summary>The servers from the primary down to the node, that one included, as far as they have said who they are.</summary>
    private List<long> IdsAbove(int index)
    {
        var ids = new List<long>();
        int? at = index;
        // As many steps as there are nodes: a node that follows in a ring never gets to the primary.
        for (int step = 0; step < done.Length && at is { } current; step++)
        {
            if (done[current]?.LastAnswer?.Server.Id is > 0 and long id)
                ids.Add(id);
            at = current == primary ? null : done[current]?.Channels.FirstOrDefault(channel => channel.LeadsToPrimary)?.Source;
        }

        return ids;
    }

    /// <summary>One link with all that both ends say.</summary>
    private readonly record struct Link(EvidenceChain Chain, NodeState Source, NodeReading.Answered Below, ReplicationStatus Status)
    {
        public required int SourceNode { get; init; }

        public required int ReplicaNode { get; init; }

        public NodeReading.Answered? Above => Source.LastAnswer;

        public ImmutableArray<string> Filters => Below.Replication.SkipsMarked is { } mark
            ? Status.Filters.Add($"replicate_events_marked_for_skip={mark}")
            : Status.Filters;

        /// <summary>The id that the replica shares with a server above it. Null when all are different.</summary>
        public long? SameId => Chain.IdsAbove(SourceNode).Contains(Below.Server.Id) ? Below.Server.Id : null;

        /// <summary>
        /// What an intermediate leaves out it does not log either, and by rows a statement that changed nothing leaves no trace.
        /// </summary>
        public bool CanTellUnlogged =>
            Above is { } above && above.BinlogFilters.IsEmpty && above.Channels.All(channel => channel.Filters.IsEmpty)
            && (!above.Replication.LogsRows || Chain.PrimaryAnswer?.Replication.LogsRows == true);

        public string Hiding(ImmutableArray<string> filters) => filters.IsEmpty
            ? ""
            : string.Join(", ", new ReplicationFilters(filters).Hiding(Chain.Databases, Chain.WritersBut(ReplicaNode), Chain.Domains));

        public MissingEvidence AtSource(EvidenceGap gap, string setting) =>
            Chain.WithAcceptance(new MissingEvidence(gap, SourceNode, ReplicaNode, SourceNode, setting));

        public MissingEvidence AtReplica(EvidenceGap gap, string setting) =>
            Chain.WithAcceptance(new MissingEvidence(gap, SourceNode, ReplicaNode, ReplicaNode, setting));
    }

    private MissingEvidence WithAcceptance(MissingEvidence missing) =>
        missing with { IsAccepted = rules.Nodes[missing.At].Accepts.Contains(missing.Gap) };

    private SiteDatabases Databases => rules.Databases;

    private NodeReading.Answered? PrimaryAnswer => done[primary]?.LastAnswer;

    private GtidDomains? Domains => GtidDomains.TryParse(PrimaryAnswer?.Replication.BinlogGtids);

    /// <summary>
    /// The ids of all our nodes but one: any of them was the primary once, or may be, and its events may still be on their way.
    /// </summary>
    private HashSet<long> WritersBut(int node) =>
        [.. done.Where((_, index) => index != node).Select(state => state?.LastAnswer?.Server.Id).OfType<long>()];
}
