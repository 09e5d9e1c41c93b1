using System.Collections.Immutable;
using System.Diagnostics;

namespace ProxyGuard.Core.Replication;

/// <summary>
/// The whole fleet after one tick, in the order of <see cref="FleetRules.Nodes"/>. Immutable; the next tick makes the next one.
/// </summary>
public sealed record FleetSnapshot
{
    private FleetSnapshot(FleetRules rules, MonotonicInstant at, PrimaryDetection detection, ImmutableArray<NodeState> nodes)
    {
        Rules = rules;
        At = at;
        PrimaryDetection = detection;
        Nodes = nodes;
    }

    public FleetRules Rules { get; }

    /// <summary>The moment of the tick; every lag in here is as of it.</summary>
    public MonotonicInstant At { get; }

    public ImmutableArray<NodeState> Nodes { get; }

    public PrimaryDetection PrimaryDetection { get; }

    public NodeState Primary => Nodes[PrimaryDetection.Node];

    /// <summary>
    /// The replicas whose state decides whether the site may write: those that upstreams read from, but for those that are late on purpose.
    /// </summary>
    public IEnumerable<NodeState> ReadReplicas =>
        Nodes.Where(node => node.Role == NodeRole.Replica && node.Rules.ServesReads && node.DelayOnPurpose == TimeSpan.Zero);

    /// <summary>A fleet that was not looked at yet: every node is unknown.</summary>
    public static FleetSnapshot Before(FleetRules rules, MonotonicInstant now) =>
        new(rules, now, new PrimaryDetection { Node = rules.Primary }, [.. rules.Nodes.Select(node => NodeState.Before(node, now))]);

    /// <summary>
    /// This fleet with what survived a restart: what positions meant, and where each way back began. No node becomes healthy by it.
    /// </summary>
    public FleetSnapshot Restoring(Func<string, NodeMemory?> memories) =>
        new(
            Rules, At, PrimaryDetection,
            [.. Nodes.Select(node => memories(node.Rules.Name) is { } memory ? node.Restoring(memory) : node)]);

    /// <summary>
    /// This fleet after it was not looked at for too long: what was confirmed then has to be confirmed again. What positions stand for is
    /// still true.
    /// </summary>
    public FleetSnapshot Invalidated(MonotonicInstant now) =>
        new(Rules, now, PrimaryDetection, [.. Nodes.Select(node => node.Invalidated(now))]);

    /// <summary>
    /// This fleet by other rules. A node that is the same server in the same role is known as well as before, wherever it stands now; a
    /// new one is unknown until it was read. Who the primary is stays what was seen, unless another one is configured.
    /// </summary>
    public FleetSnapshot Under(FleetRules rules, MonotonicInstant now)
    {
        int?[] indexes = [.. Nodes.Select(node => rules.IndexOfSame(node.Rules))];
        NodeState[] nodes = [.. rules.Nodes.Select(node => NodeState.Before(node, now))];
        for (int old = 0; old < indexes.Length; old++)
        {
            if (indexes[old] is { } index)
                nodes[index] = Nodes[old].Under(rules.Nodes[index], indexes);
        }

        bool hasSamePrimary = indexes[Rules.Primary] == rules.Primary;
        PrimaryDetection detection = hasSamePrimary && PrimaryDetection.Renumbered(indexes) is { } known
            ? known
            : new PrimaryDetection { Node = rules.Primary };
        return new FleetSnapshot(rules, now, detection, [.. nodes]);
    }

    /// <summary>The fleet after one more reading of every node, in the order of the rules.</summary>
    public FleetSnapshot Next(ImmutableArray<NodeReading> readings, MonotonicInstant now)
    {
        Debug.Assert(readings.Length == Nodes.Length, "one reading for each node");
        (PrimaryDetection primary, ImmutableArray<NodeState> nodes) = new FleetReducer(this, readings, now).Run();
        return new FleetSnapshot(Rules, now, primary, nodes);
    }
}

/// <summary>What is worth knowing of a node after a restart of ProxyGuard.</summary>
/// <param name="Timeline">What positions in its binlog stood for.</param>
/// <param name="CatchUpStart">Where the node stood when it was last fresh; null when it is, or that is unknown.</param>
public sealed record NodeMemory(Timeline Timeline, BinlogPosition? CatchUpStart);
