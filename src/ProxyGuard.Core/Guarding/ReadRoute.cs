using ProxyGuard.Core.Replication;

namespace ProxyGuard.Core.Guarding;

/// <summary>Which nodes reads may be served from, and how old what they show is.</summary>
/// <param name="Nodes">Never empty.</param>
/// <param name="IsCurrent">Whether what these nodes show is up to date, within the allowed lag.</param>
/// <param name="AsOf">The oldest content time among the nodes; null when it is not known.</param>
public sealed record ReadRoute(NodeSet Nodes, bool IsCurrent, Moment? AsOf)
{
    // Replicas that stopped at the same event are equally fresh, though their clocks' samples may differ by a tick or two.
    private static readonly TimeSpan SameAge = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Fresh replicas; else the freshest of those that answer; else the primary, if it answers; else whoever there is, for their web servers may still have an answer.
    /// </summary>
    public static ReadRoute Through(FleetSnapshot fleet)
    {
        NodeSet fresh = PlacesOf(fleet, node => node.Health == NodeHealth.Fresh);
        if (!fresh.IsEmpty)
            return new ReadRoute(fresh, IsCurrent: true, OldestOf(fleet, fresh));

        if (FreshestOf(fleet) is { } best)
        {
            NodeSet freshest = PlacesOf(fleet, node => IsServing(node) && best - node.ContentTime <= SameAge);
            return new ReadRoute(freshest, IsCurrent: false, OldestOf(fleet, freshest));
        }

        if (fleet.Primary.Health == NodeHealth.Fresh)
            return new ReadRoute(NodeSet.Of(fleet.Primaryship.Place), IsCurrent: true, fleet.Primary.ContentTime);

        NodeSet all = PlacesOf(fleet, _ => true);
        return new ReadRoute(all.IsEmpty ? NodeSet.Of(fleet.Primaryship.Place) : all, IsCurrent: false, OldestOf(fleet, all));
    }

    // A silent replica's web server has nobody to ask.
    private static bool IsServing(NodeState node) => node.Health is NodeHealth.Behind or NodeHealth.Stuck or NodeHealth.Delayed && node.ContentTime is not null;

    private static Moment? FreshestOf(FleetSnapshot fleet) =>
        fleet.ReadReplicas.Where(IsServing).Select(node => node.ContentTime).Max();

    private static NodeSet PlacesOf(FleetSnapshot fleet, Func<NodeState, bool> which)
    {
        NodeSet places = NodeSet.None;
        for (int place = 0; place < fleet.Nodes.Length; place++)
        {
            NodeState node = fleet.Nodes[place];
            if (node is { Role: NodeRole.Replica, Rules.ServesReads: true } && which(node))
                places = places.With(place);
        }

        return places;
    }

    /// <summary>Null as soon as one of them is unknown: a label must hold for all.</summary>
    private static Moment? OldestOf(FleetSnapshot fleet, NodeSet places)
    {
        Moment? oldest = null;
        for (int place = 0; place < fleet.Nodes.Length; place++)
        {
            if (!places.Contains(place))
                continue;
            if (fleet.Nodes[place].ContentTime is not { } content)
                return null;
            oldest = oldest is { } found ? Moment.Earlier(found, content) : content;
        }

        return oldest;
    }
}
