using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;

namespace ProxyGuard.Core.ReadPort;

/// <summary>Which node the next connection goes to.</summary>
public static class NodeChoice
{
    /// <summary>Null when the primary has as many connections as it takes as a favour, and whoever is above that is refused.</summary>
    /// <param name="onRoute">Connections that are open to the route's nodes.</param>
    public static ReadRoute? RouteFor(ReadRoute reads, ReadRules rules, int onRoute)
    {
        ArgumentNullException.ThrowIfNull(reads);
        ArgumentNullException.ThrowIfNull(rules);
        return reads.IsLimited && onRoute >= rules.PrimaryLimit ? reads.AboveLimit : reads;
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
