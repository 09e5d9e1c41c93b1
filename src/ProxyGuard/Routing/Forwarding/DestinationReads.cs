using ProxyGuard.Core.Replication;
using ProxyGuard.Core.Routing;
using Yarp.ReverseProxy.Model;

namespace ProxyGuard.Routing.Forwarding;

/// <summary>
/// From which database nodes a destination's web server reads: the metadata of its configuration say it, in one of three ways.
/// </summary>
/// <param name="Steering">How it comes to its node.</param>
/// <param name="Nodes">The node it is bound to, every one where there is none of that name; for <see cref="ReadSteering.ReadPort"/> all it
/// may be connected to. Else none.</param>
internal readonly record struct DestinationReads(ReadSteering Steering, NodeSet Nodes)
{
    /// <summary>What its metadata say, for people; null when they say nothing.</summary>
    public static string? Named(DestinationState destination) =>
        destination.Model.Config.Metadata is { } metadata
            ? metadata.GetValueOrDefault(ReadMetadata.ReadsFrom) ?? metadata.GetValueOrDefault(ReadMetadata.ReadsVia)
            : null;

    /// <summary>Whether it is told its node request by request.</summary>
    public static bool IsToldByHeader(DestinationState destination) =>
        destination.Model.Config.Metadata?.GetValueOrDefault(ReadMetadata.ReadsVia) is { } via
            && ReadMetadata.Steerings.GetValueOrDefault(via) == ReadSteering.Header;

    public bool IsOfNone => Steering == ReadSteering.None;

    /// <param name="throughPort">The nodes that a connection of the read port may lead to.</param>
    public static DestinationReads Of(DestinationState destination, FleetRules fleet, NodeSet throughPort)
    {
        IReadOnlyDictionary<string, string>? metadata = destination.Model.Config.Metadata;
        if (metadata?.GetValueOrDefault(ReadMetadata.ReadsVia) is { } via)
            return ReadMetadata.Steerings.TryGetValue(via, out ReadSteering steering)
                ? new DestinationReads(steering, steering == ReadSteering.ReadPort ? throughPort : NodeSet.None)
                : throw new System.Diagnostics.UnreachableException($"destination {destination.DestinationId} reads via {via}");
        if (metadata?.GetValueOrDefault(ReadMetadata.ReadsFrom) is not { } name)
            return new DestinationReads(ReadSteering.None, NodeSet.None);
        for (int index = 0; index < fleet.Nodes.Length; index++)
        {
            if (fleet.Nodes[index].Name == name)
                return new DestinationReads(ReadSteering.OneNode, NodeSet.Of(index));
        }

        // While another configuration comes into force the web servers' may be ahead of the fleet's, or behind: none of its pages is known.
        return new DestinationReads(ReadSteering.OneNode, NodeSet.Every);
    }

    /// <summary>Whether a page of it can show nothing but what these nodes show.</summary>
    public bool IsWithin(NodeSet nodes) => Nodes.IsWithin(nodes);

    /// <summary>Whether it reads from that node, or from where it is told to.</summary>
    public bool ReadsExclusivelyFrom(int node) => Steering == ReadSteering.Header || Nodes == NodeSet.Of(node);

    /// <summary>Its node's weight. One that is bound to none is as good as any.</summary>
    public double WeightIn(ReadRoute route)
    {
        if (Nodes.Only is { } bound)
        {
            foreach ((int node, double weight) in route.Shares.Weighted)
            {
                if (node == bound)
                    return weight;
            }
        }

        return 1;
    }
}
