using ProxyGuard.Core.Replication;
using ProxyGuard.Core.Routing;
using Yarp.ReverseProxy.Model;

namespace ProxyGuard.Routing.Forwarding;

/// <summary>
/// From which database nodes a destination's web server reads: the metadata of its configuration say it, in one of three ways.
/// </summary>
/// <param name="Steering">How it comes to its node.</param>
/// <param name="Nodes">The node it is bound to; for <see cref="ReadSteering.ReadPort"/> all it may be connected to. Else none.</param>
internal readonly record struct DestinationReads(ReadSteering Steering, NodeSet Nodes)
{
    /// <summary>What its metadata say, for people; null when they say nothing.</summary>
    public static string? Named(DestinationState destination) =>
        destination.Model.Config.Metadata is { } metadata
            ? metadata.GetValueOrDefault(ReadMetadata.ReadsFrom) ?? metadata.GetValueOrDefault(ReadMetadata.ReadsVia)
            : null;

    public bool IsOfNone => Steering == ReadSteering.None;

    /// <param name="throughPort">The nodes that a connection of the read port may lead to.</param>
    public static DestinationReads Of(DestinationState destination, FleetRules fleet, NodeSet throughPort)
    {
        IReadOnlyDictionary<string, string>? metadata = destination.Model.Config.Metadata;
        if (metadata?.GetValueOrDefault(ReadMetadata.ReadsVia) is { } via)
            return ReadMetadata.Steerings.TryGetValue(via, out ReadSteering steering)
                ? new DestinationReads(steering, steering == ReadSteering.ReadPort ? throughPort : NodeSet.None)
                : throw Unchecked(destination, via);
        if (metadata?.GetValueOrDefault(ReadMetadata.ReadsFrom) is not { } name)
            return new DestinationReads(ReadSteering.None, NodeSet.None);
        for (int index = 0; index < fleet.Nodes.Length; index++)
        {
            if (fleet.Nodes[index].Name == name)
                return new DestinationReads(ReadSteering.OneNode, NodeSet.Of(index));
        }

        throw Unchecked(destination, name);
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

    // The settings were checked at the start and are not read again.
    private static System.Diagnostics.UnreachableException Unchecked(DestinationState destination, string said) =>
        new($"destination {destination.DestinationId} reads from {said}");
}
