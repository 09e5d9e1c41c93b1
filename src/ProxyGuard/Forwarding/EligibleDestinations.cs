using System.Collections.Concurrent;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Core.Requests;
using ProxyGuard.Guarding;
using Yarp.ReverseProxy.Model;

namespace ProxyGuard.Forwarding;

/// <summary>
/// Which of a cluster's destinations may have a request, and with which share. Narrowed before load balancing, because YARP does not ask a load-balancing policy when
/// one destination is left.
/// </summary>
internal sealed class EligibleDestinations(GuardRules rules)
{
    private readonly ConcurrentDictionary<string, ClusterCache> _clusters = new(StringComparer.Ordinal);
    private readonly Func<string, ClusterCache> _newCluster = static _ => new ClusterCache();

    /// <summary>Never null; without items when no destination may have the request.</summary>
    /// <param name="route">Where reads go; of no meaning for a write.</param>
    public Shares<DestinationState> For(string clusterId, IReadOnlyList<DestinationState> available, GuardDecision decision, ReadRoute route)
    {
        // The route of one member alone: nobody asks for it again.
        if (decision.Verdict == Verdict.Read && !ReferenceEquals(route, decision.View.Reads))
            return Reads(available, decision.View, route);

        ClusterCache cluster = _clusters.GetOrAdd(clusterId, _newCluster);
        ref Narrowed? kept = ref decision.Verdict == Verdict.Write ? ref cluster.Writes : ref cluster.Reads;
        Narrowed? narrowed = Volatile.Read(ref kept);
        // The same view and the same destinations as last time: the answer of last time. Once per tick it is worked out anew.
        if (narrowed is not null && ReferenceEquals(narrowed.Decision, decision) && ReferenceEquals(narrowed.From, available))
            return narrowed.To;

        Shares<DestinationState> to = decision.Verdict == Verdict.Write ? Writes(available, decision.View) : Reads(available, decision.View, route);
        Volatile.Write(ref kept, new Narrowed(decision, available, to));
        return to;
    }

    /// <summary>Those that read from the route's nodes alone, and those that read from none; else the primary's, if that is well.</summary>
    private Shares<DestinationState> Reads(IReadOnlyList<DestinationState> available, GuardView view, ReadRoute route)
    {
        Shares<DestinationState> eligible = Weighted(available, route, reads => reads.IsWithin(route.Nodes));
        return eligible.All.Count > 0 || route.IsLimited || view.Fleet.Primary.Health != NodeHealth.Fresh ? eligible : Evenly(PrimarysOf(available, view));
    }

    /// <summary>The primary's; where there is none, those that depend on no node; else whichever may be read from, for every web server writes to the primary.</summary>
    private Shares<DestinationState> Writes(IReadOnlyList<DestinationState> available, GuardView view)
    {
        DestinationState[] eligible = PrimarysOf(available, view);
        if (eligible.Length == 0)
            eligible = Where(available, reads => reads.IsOfNone);
        return Evenly(eligible.Length > 0 ? eligible : Where(available, reads => reads.IsWithin(view.Reads.Nodes)));
    }

    private DestinationState[] PrimarysOf(IReadOnlyList<DestinationState> available, GuardView view) =>
        Where(available, reads => reads.CanReadOnlyFrom(view.Fleet.Primaryship.Place));

    private Shares<DestinationState> Weighted(IReadOnlyList<DestinationState> available, ReadRoute route, Func<DestinationReads, bool> isEligible) =>
        new(Where(available, isEligible).Select(destination => (destination, DestinationReads.Of(destination, rules.Fleet).WeightIn(route))));

    private static Shares<DestinationState> Evenly(DestinationState[] destinations) => new(destinations.Select(destination => (destination, 1.0)));

    private DestinationState[] Where(IReadOnlyList<DestinationState> available, Func<DestinationReads, bool> isEligible) =>
        [.. available.Where(destination => isEligible(DestinationReads.Of(destination, rules.Fleet)))];

    private sealed class ClusterCache
    {
        public Narrowed? Reads;
        public Narrowed? Writes;
    }

    private sealed record Narrowed(GuardDecision Decision, IReadOnlyList<DestinationState> From, Shares<DestinationState> To);
}
