using System.Collections.Immutable;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.ReadPort;
using ProxyGuard.Core.Replication;

namespace ProxyGuard.ReadPort;

/// <summary>How many connections of the read port each node has, by its place in the fleet. Without a lock: whoever asks gets what was true a moment ago.</summary>
internal sealed class ReadPortNodes(GuardRules rules)
{
    private readonly int[] _open = new int[rules.Fleet.Nodes.Length];
    private readonly NodeRefusal?[] _refusals = new NodeRefusal?[rules.Fleet.Nodes.Length];
    private long _carried;
    private long _passedOver;
    private long _refused;

    /// <summary>The nodes that have at least one; also one that is just being connected to.</summary>
    public NodeSet Open
    {
        get
        {
            NodeSet open = NodeSet.None;
            for (int node = 0; node < _open.Length; node++)
            {
                if (CountOf(node) > 0)
                    open = open.With(node);
            }

            return open;
        }
    }

    /// <summary>Connections that reached a node, since the start.</summary>
    public long Carried => Interlocked.Read(ref _carried);

    /// <summary>How often a node did not take a connection, which then went to the next.</summary>
    public long PassedOver => Interlocked.Read(ref _passedOver);

    /// <summary>Connections that were told an error of ours.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>What each node told us last instead of a greeting, by its place; null where it greeted, or was never dialed.</summary>
    public ImmutableArray<NodeRefusal?> Refusals => [.. Enumerable.Range(0, _refusals.Length).Select(RefusalOf)];

    public NodeRefusal? RefusalOf(int node) => Volatile.Read(ref _refusals[node]);

    /// <param name="firstPacket">What it said first; empty when it said nothing.</param>
    public NodeRefusal? HasSaid(int node, ReadOnlyMemory<byte> firstPacket, Moment now)
    {
        NodeRefusal? refusal = NodeRefusal.Of(firstPacket, RefusalOf(node), now);
        Volatile.Write(ref _refusals[node], refusal);
        return refusal;
    }

    public int CountOf(int node) => Volatile.Read(ref _open[node]);

    /// <summary>Whether there was room. Before the connection is made, so that there is never one that is not counted.</summary>
    /// <param name="most">So many it may have, with this one.</param>
    public bool TryEnter(int node, int most)
    {
        if (Interlocked.Increment(ref _open[node]) <= most)
            return true;
        Leave(node);
        return false;
    }

    public void Leave(int node) => Interlocked.Decrement(ref _open[node]);

    public void HasCarried() => Interlocked.Increment(ref _carried);

    public void HasPassedOver() => Interlocked.Increment(ref _passedOver);

    public void HasRefused() => Interlocked.Increment(ref _refused);
}
