using ProxyGuard.Core.Replication;

namespace ProxyGuard.Core.Routing;

/// <summary>Which nodes reads may be served from, and how old what they show is.</summary>
/// <param name="Nodes">Never empty.</param>
/// <param name="IsCurrent">Whether what these nodes show is up to date, within the allowed lag.</param>
/// <param name="AsOf">The oldest content time among the nodes; null when it is not known.</param>
/// <param name="Shares">The same nodes' indexes, by weight; one that came back has a small share at first.</param>
public sealed record ReadRoute(NodeSet Nodes, bool IsCurrent, MonotonicInstant? AsOf, Shares<int> Shares)
{
    // Replicas that stopped at the same event are equally fresh, though their clocks' samples may differ by a tick or two.
    private static readonly TimeSpan SameAge = TimeSpan.FromSeconds(1);

    // The first reads warm its caches; with none at all it would stay cold.
    private const double LeastRamp = 0.05;

    /// <summary>
    /// Whether it leads to the primary as a favour: only so many requests at once may take it (<see cref="ReadRules.MaxPrimaryReads"/>).
    /// </summary>
    public bool IsLimited { get; private init; }

    /// <summary>Where those go who find the limit reached. Null: they are refused.</summary>
    public ReadRoute? AboveLimit { get; private init; }

    /// <summary>
    /// Fresh replicas; else, as configured, the primary or the freshest of those that answer, and where none shows a known moment those
    /// without evidence; else the primary, if it answers; else all replicas there are, for their web servers may still have an answer.
    /// </summary>
    public static ReadRoute Through(FleetSnapshot fleet, ReadRules rules, MonotonicInstant now)
    {
        NodeSet fresh = NodesWhere(fleet, node => node.Health == NodeHealth.Fresh);
        if (!fresh.IsEmpty)
            return new ReadRoute(fresh, IsCurrent: true, OldestOf(fleet, fresh), SharesOf(fleet, fresh, rules, now));

        if (StaleThrough(fleet) is { } stale)
            return rules.AllBehind == AllBehindPolicy.ReadFromPrimary && FromPrimary(fleet) is { } favour
                ? favour.LimitedBefore(stale, rules)
                : stale;
        if (FromPrimary(fleet) is { } primary)
            return primary;

        NodeSet all = NodesWhere(fleet, _ => true);
        return Evenly(fleet, all.IsEmpty ? NodeSet.Of(fleet.PrimaryDetection.Node) : all, isCurrent: false);
    }

    /// <summary>
    /// The route of a member who wrote at <paramref name="mark"/> and must see it: the nodes of this route that show it; else the primary,
    /// while it has room; else this route's freshest, and that is said.
    /// </summary>
    public ReadRoute After(MonotonicInstant mark, FleetSnapshot fleet, ReadRules rules)
    {
        if (AsOf >= mark || Nodes == NodeSet.Of(fleet.PrimaryDetection.Node))
            return this;
        NodeSet showing = Where(index => fleet.Nodes[index].ContentTime >= mark);
        if (!showing.IsEmpty)
            return Evenly(fleet, showing, IsCurrent);

        MonotonicInstant? best = Shares.All.Select(index => fleet.Nodes[index].ContentTime).Max();
        ReadRoute stale = Evenly(fleet, Where(index => fleet.Nodes[index].ContentTime == best), isCurrent: false);
        return FromPrimary(fleet) is { } favour ? favour.LimitedBefore(stale, rules) : stale;
    }

    private ReadRoute LimitedBefore(ReadRoute stale, ReadRules rules) =>
        this with { IsLimited = true, AboveLimit = rules.RefuseAboveLimit ? null : stale };

    private NodeSet Where(Func<int, bool> which) => Shares.All.Where(which).Aggregate(NodeSet.None, (set, index) => set.With(index));

    private static ReadRoute? FromPrimary(FleetSnapshot fleet) =>
        fleet.Primary.Health == NodeHealth.Fresh ? Evenly(fleet, NodeSet.Of(fleet.PrimaryDetection.Node), isCurrent: true) : null;

    private static ReadRoute? StaleThrough(FleetSnapshot fleet)
    {
        if (fleet.ReadReplicas.Where(IsServing).Select(node => node.ContentTime).Max() is { } best)
            return Evenly(fleet, NodesWhere(fleet, node => IsServing(node) && best - node.ContentTime <= SameAge), isCurrent: false);
        // What they show is unknown: they are likely to be as good as ever, and the primary would have to bear all of it.
        NodeSet unproven = NodesWhere(fleet, node => IsUnproven(node) && node.DelayOnPurpose == TimeSpan.Zero);
        return unproven.IsEmpty ? null : Evenly(fleet, unproven, isCurrent: false);
    }

    private static ReadRoute Evenly(FleetSnapshot fleet, NodeSet nodes, bool isCurrent) =>
        new(
            nodes, isCurrent, OldestOf(fleet, nodes),
            new Shares<int>(IndexesIn(fleet, nodes).Select(index => (index, (double)fleet.Nodes[index].Rules.Weight))));

    private static Shares<int> SharesOf(FleetSnapshot fleet, NodeSet nodes, ReadRules rules, MonotonicInstant now) =>
        new(IndexesIn(fleet, nodes).Select(index => (index, fleet.Nodes[index].Rules.Weight * RampOf(fleet.Nodes[index], rules, now))));

    private static double RampOf(NodeState node, ReadRules rules, MonotonicInstant now) =>
        rules.RampUp <= TimeSpan.Zero ? 1 : Math.Clamp((now - node.Since) / rules.RampUp, LeastRamp, 1);

    // A silent replica's web server has no node to ask.
    private static bool IsServing(NodeState node) =>
        (node.Health is NodeHealth.Behind or NodeHealth.Stuck or NodeHealth.Delayed || IsUnproven(node)) && node.ContentTime is not null;

    /// <summary>It answers, and nothing is known against it but that evidence is missing.</summary>
    private static bool IsUnproven(NodeState node) => node is { HasEvidence: false, Silence: null } and not { Health: NodeHealth.Silent };

    private static IEnumerable<int> IndexesIn(FleetSnapshot fleet, NodeSet nodes) =>
        Enumerable.Range(0, fleet.Nodes.Length).Where(nodes.Contains);

    private static NodeSet NodesWhere(FleetSnapshot fleet, Func<NodeState, bool> which)
    {
        NodeSet nodes = NodeSet.None;
        for (int index = 0; index < fleet.Nodes.Length; index++)
        {
            NodeState node = fleet.Nodes[index];
            if (node is { Role: NodeRole.Replica, Rules.ServesReads: true } && which(node))
                nodes = nodes.With(index);
        }

        return nodes;
    }

    /// <summary>Null as soon as one of them is unknown: a label must hold for all.</summary>
    private static MonotonicInstant? OldestOf(FleetSnapshot fleet, NodeSet nodes)
    {
        MonotonicInstant? oldest = null;
        foreach (int index in IndexesIn(fleet, nodes))
        {
            if (fleet.Nodes[index].ContentTime is not { } content)
                return null;
            oldest = oldest is { } found ? MonotonicInstant.Earlier(found, content) : content;
        }

        return oldest;
    }
}
