using System.Collections.Immutable;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.ReadPort;
using ProxyGuard.Core.Replication;

namespace ProxyGuard.Seeing.Probing;

/// <summary>
/// What each node told the read port last instead of a greeting. Lock-free: readers get what was true a moment ago.
/// </summary>
internal sealed class NodeRefusals(GuardRules rules)
{
    private readonly NodeRefusal?[] _refusals = new NodeRefusal?[rules.Fleet.Nodes.Length];

    /// <summary>In the order of the nodes; null where one greeted, or was never dialed.</summary>
    public ImmutableArray<NodeRefusal?> All => [.. Enumerable.Range(0, _refusals.Length).Select(Of)];

    public NodeRefusal? Of(int node) => Volatile.Read(ref _refusals[node]);

    /// <param name="firstPacket">What it said first; empty when it said nothing.</param>
    public NodeRefusal? HasSaid(int node, ReadOnlyMemory<byte> firstPacket, MonotonicInstant now)
    {
        NodeRefusal? refusal = NodeRefusal.Of(firstPacket, Of(node), now);
        Volatile.Write(ref _refusals[node], refusal);
        return refusal;
    }
}
