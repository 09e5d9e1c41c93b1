using System.Collections.Immutable;
using ProxyGuard.Core.Replication;

namespace ProxyGuard.Telling.Reports;

/// <summary>A node and those that follow it.</summary>
internal sealed record TopologyTree(NodeState Node, ImmutableArray<TopologyTree> Replicas)
{
    /// <summary>
    /// Who follows whom, as it was read. Every node appears exactly once: one with several sources below the source that holds it back, and
    /// of those that follow each other in a ring the first stands at the top.
    /// </summary>
    public static ImmutableArray<TopologyTree> Of(FleetSnapshot fleet)
    {
        var placed = new HashSet<int>();
        var roots = ImmutableArray.CreateBuilder<TopologyTree>();
        IEnumerable<int> tops = Indexes(fleet).Where(index => fleet.Nodes[index].Source is null);
        foreach (int top in tops.Concat(Indexes(fleet)))
        {
            if (placed.Add(top))
                roots.Add(Below(fleet, top, placed));
        }

        return roots.ToImmutable();
    }

    private static TopologyTree Below(FleetSnapshot fleet, int index, HashSet<int> placed)
    {
        var replicas = ImmutableArray.CreateBuilder<TopologyTree>();
        foreach (int replica in Indexes(fleet).Where(other => fleet.Nodes[other].Source == index))
        {
            if (placed.Add(replica))
                replicas.Add(Below(fleet, replica, placed));
        }

        return new TopologyTree(fleet.Nodes[index], replicas.ToImmutable());
    }

    private static IEnumerable<int> Indexes(FleetSnapshot fleet) => Enumerable.Range(0, fleet.Nodes.Length);
}
