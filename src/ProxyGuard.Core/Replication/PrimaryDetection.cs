using System.Collections.Immutable;

namespace ProxyGuard.Core.Replication;

/// <summary>
/// Which node is the primary. It is the configured one until it was seen that it is no longer: a node that accepts writes, follows no
/// source and is followed takes its place as soon as the old one is gone, refuses writes, or follows a source itself. While both accept
/// writes there are two, and it cannot be told where a write belongs.
/// </summary>
public sealed record PrimaryDetection
{
    /// <summary>The primary's index in <see cref="FleetRules.Nodes"/>.</summary>
    public required int Node { get; init; }

    /// <summary>Further nodes that were confirmed to accept writes, follow no source and be followed.</summary>
    public NodeSet Others { get; init; }

    private int? Successor { get; init; }

    private NodeSet Rivals { get; init; }

    /// <summary>How many readings in a row showed <see cref="Successor"/> and <see cref="Rivals"/>.</summary>
    private int Streak { get; init; }

    /// <summary>
    /// The same of a fleet whose nodes have other indexes. Null when the primary is none of them any more. What waits for its
    /// confirmation waits anew.
    /// </summary>
    internal PrimaryDetection? Renumbered(int?[] indexes)
    {
        if (indexes[Node] is not { } primary)
            return null;
        NodeSet others = NodeSet.None;
        for (int node = 0; node < indexes.Length; node++)
        {
            if (Others.Contains(node) && indexes[node] is { } index)
                others = others.With(index);
        }

        return new PrimaryDetection { Node = primary, Others = others };
    }

    internal PrimaryDetection After(Sources sources, ImmutableArray<NodeState> before)
    {
        NodeSet candidates = sources.Candidates(except: Node);
        bool holdsOn = before[Node].Health != NodeHealth.Silent && sources.MayStillWrite(Node);
        int? successor = holdsOn ? null : candidates.Only;
        NodeSet rivals = holdsOn ? candidates : NodeSet.None;
        int streak = successor == Successor && rivals == Rivals ? Streak + 1 : 1;
        if (streak < FreshnessRules.ConfirmedAfter)
            return this with { Successor = successor, Rivals = rivals, Streak = streak };
        return new PrimaryDetection { Node = successor ?? Node, Others = rivals, Successor = successor, Rivals = rivals, Streak = streak };
    }
}
