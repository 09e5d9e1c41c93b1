namespace ProxyGuard.Core.Replication;

/// <summary>A set of a fleet's nodes, by their indexes in <see cref="FleetRules.Nodes"/>: asking it costs one bit test.</summary>
public readonly record struct NodeSet(ulong Bits)
{
    public static NodeSet None => default;

    /// <summary>Every node there can be. No route has them all, so that nothing that reads from these is ever within one.</summary>
    public static NodeSet Every => new(ulong.MaxValue);

    public static NodeSet Of(int node) => new(1UL << node);

    public bool IsEmpty => Bits == 0;

    public bool Contains(int node) => (Bits >> node & 1) != 0;

    /// <summary>The only node in it; null when there is none, or more than one.</summary>
    public int? Only => Count == 1 ? System.Numerics.BitOperations.TrailingZeroCount(Bits) : null;

    public int Count => System.Numerics.BitOperations.PopCount(Bits);

    public bool IsWithin(NodeSet other) => (Bits & ~other.Bits) == 0;

    public NodeSet Union(NodeSet other) => new(Bits | other.Bits);

    public NodeSet With(int node) => new(Bits | 1UL << node);
}
