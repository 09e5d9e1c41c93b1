using System.Collections.Immutable;
using ProxyGuard.Core.Replication;
using ProxyGuard.Ground.Settings;
using ProxyGuard.Seeing.Probing;

namespace ProxyGuard.Seeing.Examination;

/// <summary>What one node is asked through. The examiner's sessions are closed with the probe.</summary>
internal sealed record NodeAccess(INodeProbe Probe, INodeExaminer Examiner);

/// <summary>What the nodes of one configuration are asked through.</summary>
/// <param name="Fleet">The configuration's; readings are of its nodes.</param>
/// <param name="Nodes">In their order.</param>
internal sealed record FleetAccess(FleetRules Fleet, ImmutableArray<NodeAccess> Nodes);

/// <summary>
/// What the nodes in force are asked through. A node that another configuration leaves as it is keeps its sessions; those of the others
/// are closed.
/// </summary>
/// <param name="open">Makes the way to ask one node; it opens no session before it is asked.</param>
internal sealed class NodeAccesses(Func<NodeRules, string, NodeAccess> open, GuardSettings atStart)
{
    private GuardSettings _settings = atStart;
    private FleetAccess _current = new(
        atStart.Rules.Fleet, [.. atStart.Rules.Fleet.Nodes.Zip(atStart.Connections, open)]);

    public FleetAccess Current => Volatile.Read(ref _current);

    /// <summary>Readings that are under way are of the fleet of before, and their answers are of no use to anybody.</summary>
    public async Task ReplaceAsync(GuardSettings next)
    {
        FleetAccess before = Current;
        int?[] kept = [.. next.Rules.Fleet.Nodes.Zip(next.Connections, (node, connection) => IndexOfSame(node, connection))];
        // New sessions are dialed with the next tick: the old ones are closed by then, but for one whose question hangs in the server.
        Volatile.Write(
            ref _current,
            new FleetAccess(
                next.Rules.Fleet,
                [
                    .. next.Rules.Fleet.Nodes.Select(
                        (node, index) => kept[index] is { } same ? before.Nodes[same] : open(node, next.Connections[index])),
                ]));
        _settings = next;
        for (int node = 0; node < before.Nodes.Length; node++)
        {
            if (!kept.Contains(node))
                await CloseAsync(before.Nodes[node].Probe).ConfigureAwait(false);
        }
    }

    private static async Task CloseAsync(INodeProbe probe)
    {
        try
        {
            await probe.DisposeAsync().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // A session that ends badly has ended: the change that it was let go for goes on.
        catch (Exception)
#pragma warning restore CA1031
        {
            // The driver has nothing to say of it that anybody could mend.
        }
    }

    private int? IndexOfSame(NodeRules node, string connection)
    {
        ImmutableArray<NodeRules> nodes = _settings.Rules.Fleet.Nodes;
        for (int index = 0; index < nodes.Length; index++)
        {
            if (nodes[index].Name == node.Name)
                return _settings.Connections[index] == connection ? index : null;
        }

        return null;
    }
}
