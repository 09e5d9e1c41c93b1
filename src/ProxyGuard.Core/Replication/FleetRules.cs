using System.Collections.Immutable;

namespace ProxyGuard.Core.Replication;

public enum NodeRole
{
    Primary,
    Replica,

    /// <summary>A further server that replicas get data from. Not written to through ProxyGuard, and it decides nothing.</summary>
    Source,
}

/// <summary>One configured database server.</summary>
public sealed record NodeRules
{
    /// <summary>Most nodes a fleet can have: a set of them is one 64-bit word (<see cref="NodeSet"/>).</summary>
    public const int MaxNodes = 64;

    public required string Name { get; init; }

    public required NodeRole Role { get; init; }

    /// <summary>Where ProxyGuard reaches it; also how a replica that was never connected is matched with its source.</summary>
    public required string Host { get; init; }

    public required int Port { get; init; }

    /// <summary>Whether some upstream reads from it. Only such replicas count when the mode is derived.</summary>
    public required bool ServesReads { get; init; }

    /// <summary>Its share of the reads beside the others', from 1 to 100.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>What of this server's settings the operator takes as it is: it counts as evidence, and stays a finding.</summary>
    public ImmutableHashSet<EvidenceGap> Accepts { get; init; } = [];
}

/// <summary>When a replica is usable, and how many samples it takes to change one's mind.</summary>
public sealed record FreshnessRules
{
    /// <summary>A replica whose lag is more than this is late.</summary>
    public required TimeSpan MaxLag { get; init; }

    /// <summary>
    /// A late replica is caught up again at this lag or less; below <see cref="MaxLag"/>, so that a lag in between changes nothing.
    /// </summary>
    public required TimeSpan ReturnBelow { get; init; }

    /// <summary>Samples in a row, at least 1, until a late replica is behind.</summary>
    public required int BehindAfter { get; init; }

    /// <summary>Samples in a row, at least 1, until a caught-up replica is fresh.</summary>
    public required int FreshAfter { get; init; }

    /// <summary>Samples in a row until a node is stuck, silent or unknown: the first and one that confirms it.</summary>
    public const int ConfirmedAfter = 2;
}

/// <summary>The configured fleet. A node's index in <see cref="Nodes"/> is its number everywhere.</summary>
public sealed record FleetRules(ImmutableArray<NodeRules> Nodes, FreshnessRules Freshness)
{
    /// <summary>
    /// The configured primary's index in <see cref="Nodes"/>; the settings see to it that there is exactly one. Who it is by now:
    /// <see cref="FleetSnapshot.PrimaryDetection"/>.
    /// </summary>
    public int Primary { get; } = Nodes.TakeWhile(node => node.Role != NodeRole.Primary).Count();

    /// <summary>Whether nothing in it is another value, in the same order.</summary>
    public bool SaysTheSameAs(FleetRules other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Freshness == other.Freshness && Databases.Names.SequenceEqual(other.Databases.Names) && Nodes.Length == other.Nodes.Length
            && Nodes.Zip(other.Nodes).All(node => node.First.Accepts.SetEquals(node.Second.Accepts)
                && node.First == node.Second with { Accepts = node.First.Accepts });
    }

    /// <summary>Where a node of other rules is here: by its name, where it is the same server in the same role. Null for none.</summary>
    internal int? IndexOfSame(NodeRules node)
    {
        for (int index = 0; index < Nodes.Length; index++)
        {
            NodeRules other = Nodes[index];
            if (other.Name == node.Name)
                return (other.Role, other.Host, other.Port) == (node.Role, node.Host, node.Port) ? index : null;
        }

        return null;
    }

    /// <summary>What replication must not leave out.</summary>
    public SiteDatabases Databases { get; init; } = SiteDatabases.AllButSystem;
}
