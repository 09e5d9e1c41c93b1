using ProxyGuard.Core.Replication;
using ProxyGuard.Core.Routing;

namespace ProxyGuard.Core.ReadPort;

/// <summary>Which node the next connection goes to.</summary>
public static class NodeChoice
{
    /// <summary>How many connections each of the route's nodes may have: the primary takes only so many as a favour.</summary>
    public static int MostOn(ReadRoute route, ReadRules rules)
    {
        ArgumentNullException.ThrowIfNull(route);
        ArgumentNullException.ThrowIfNull(rules);
        return route.IsLimited ? rules.MaxPrimaryReads : int.MaxValue;
    }

    /// <summary>Null when there is none left.</summary>
    /// <param name="tried">Those that did not take it.</param>
    /// <param name="roll">Even, from 0 up to but not including 1.</param>
    /// <param name="turn">One more each time: nodes of one weight take turns.</param>
    public static int? Next(ReadRoute route, NodeSet tried, double roll, uint turn)
    {
        ArgumentNullException.ThrowIfNull(route);
        return Among(route.Shares.For(roll), tried, turn) ?? Among(route.Shares.All, tried, turn);
    }

    private static int? Among(IReadOnlyList<int> nodes, NodeSet tried, uint turn)
    {
        uint first = turn % (uint)Math.Max(nodes.Count, 1);
        for (int step = 0; step < nodes.Count; step++)
        {
            int node = nodes[(int)((first + (uint)step) % (uint)nodes.Count)];
            if (!tried.Contains(node))
                return node;
        }

        return null;
    }
}
