using System.Collections.Frozen;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using Yarp.ReverseProxy.Model;

namespace ProxyGuard.Forwarding;

/// <summary>From which database nodes a destination's web server reads: the metadata of its configuration say it, in one of three ways.</summary>
/// <param name="Way">How it comes to its node.</param>
/// <param name="Nodes">The node it is bound to; for <see cref="ReadWay.ReadPort"/> all it may be connected to. Else none.</param>
internal readonly record struct DestinationReads(ReadWay Way, NodeSet Nodes)
{
    /// <summary>The metadata that names the one node a web server reads from.</summary>
    public const string ReadsFrom = "ReadsFrom";

    /// <summary>The metadata that says how else it comes to its node, one of <see cref="Ways"/>.</summary>
    public const string ReadsVia = "ReadsVia";

    /// <summary>What <see cref="ReadsVia"/> may say.</summary>
    public static readonly FrozenDictionary<string, ReadWay> Ways =
        new Dictionary<string, ReadWay> { ["Header"] = ReadWay.Header, ["ReadPort"] = ReadWay.ReadPort }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>What its metadata say, for people; null when they say nothing.</summary>
    public static string? Named(DestinationState destination) =>
        destination.Model.Config.Metadata is { } metadata ? metadata.GetValueOrDefault(ReadsFrom) ?? metadata.GetValueOrDefault(ReadsVia) : null;

    public bool IsOfNone => Way == ReadWay.None;

    /// <param name="throughPort">The nodes that a connection of the read port may lead to.</param>
    public static DestinationReads Of(DestinationState destination, FleetRules fleet, NodeSet throughPort)
    {
        IReadOnlyDictionary<string, string>? metadata = destination.Model.Config.Metadata;
        if (metadata?.GetValueOrDefault(ReadsVia) is { } via)
            return Ways.TryGetValue(via, out ReadWay way) ? new DestinationReads(way, way == ReadWay.ReadPort ? throughPort : NodeSet.None) : throw Unchecked(destination, via);
        if (metadata?.GetValueOrDefault(ReadsFrom) is not { } name)
            return new DestinationReads(ReadWay.None, NodeSet.None);
        for (int place = 0; place < fleet.Nodes.Length; place++)
        {
            if (fleet.Nodes[place].Name == name)
                return new DestinationReads(ReadWay.OneNode, NodeSet.Of(place));
        }

        throw Unchecked(destination, name);
    }

    /// <summary>Whether a page of it can show nothing but what these nodes show.</summary>
    public bool IsWithin(NodeSet nodes) => Nodes.IsWithin(nodes);

    /// <summary>Whether it reads from that node, or from where it is told to.</summary>
    public bool CanReadOnlyFrom(int node) => Way == ReadWay.Header || Nodes == NodeSet.Of(node);

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
    private static System.Diagnostics.UnreachableException Unchecked(DestinationState destination, string said) => new($"destination {destination.DestinationId} reads from {said}");
}
