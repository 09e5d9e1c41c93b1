using System.Collections.Concurrent;
using System.Collections.Immutable;
using ProxyGuard.Core.ReadPort;
using ProxyGuard.Core.Replication;

namespace ProxyGuard.Seeing.Probing;

/// <summary>
/// What each node told the read port last instead of a greeting. Lock-free: readers get what was true a moment ago.
/// </summary>
internal sealed class NodeRefusals
{
    // By the server, not by its place in the fleet, which another configuration may change.
    private readonly ConcurrentDictionary<(string Host, int Port), NodeRefusal> _refusals = new();

    /// <summary>In the order of the nodes; null where one greeted, or was never dialed.</summary>
    public ImmutableArray<NodeRefusal?> Of(FleetRules fleet) => [.. fleet.Nodes.Select(Of)];

    public NodeRefusal? Of(NodeRules node) => _refusals.GetValueOrDefault((node.Host, node.Port));

    /// <param name="firstPacket">What it said first; empty when it said nothing.</param>
    public NodeRefusal? HasSaid(NodeRules node, ReadOnlyMemory<byte> firstPacket, MonotonicInstant now)
    {
        NodeRefusal? refusal = NodeRefusal.Of(firstPacket, Of(node), now);
        if (refusal is null)
            _refusals.TryRemove((node.Host, node.Port), out _);
        else
            _refusals[(node.Host, node.Port)] = refusal;
        return refusal;
    }
}
