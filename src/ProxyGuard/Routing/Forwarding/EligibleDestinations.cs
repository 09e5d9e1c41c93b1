using System.Collections.Concurrent;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Core.Routing;
using ProxyGuard.Deciding.Guarding;
using ProxyGuard.Routing.ReadPort;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Model;

namespace ProxyGuard.Routing.Forwarding;

/// <summary>
/// Which of a cluster's destinations may have a request, and with which share. Narrowed before load balancing, because YARP does not ask a
/// load-balancing policy when one destination is left.
/// </summary>
internal sealed class EligibleDestinations(ReadPortNodes port) : IConfigChangeListener
{
    private readonly ConcurrentDictionary<string, ClusterCache> _clusters = new(StringComparer.Ordinal);
    private readonly Func<string, ClusterCache> _newCluster = static _ => new ClusterCache();

    /// <summary>Never null; without items when no destination may have the request.</summary>
    public Shares<DestinationState> For(string clusterId, IReadOnlyList<DestinationState> available, GuardDecision decision)
    {
        // The route of a single member: not needed again, so not kept.
        if (decision.Verdict == Verdict.Read && !ReferenceEquals(decision.Route, decision.View.Reads))
            return Reads(available, decision.View, decision.Route);

        ClusterCache cluster = _clusters.GetOrAdd(clusterId, _newCluster);
        ref Narrowed? kept = ref decision.Verdict == Verdict.Write ? ref cluster.Writes : ref cluster.Reads;
        Narrowed? narrowed = Volatile.Read(ref kept);
        // The same view and the same destinations as last time: the answer of last time. It is recomputed once per tick.
        if (narrowed is not null && ReferenceEquals(narrowed.Decision, decision) && ReferenceEquals(narrowed.From, available))
            return narrowed.To;

        Shares<DestinationState> to = decision.Verdict == Verdict.Write
            ? Writes(available, decision.View)
            : Reads(available, decision.View, decision.Route);
        Volatile.Write(ref kept, new Narrowed(decision, available, to));
        return to;
    }

    /// <summary>Whether any of them may have reads as the view sends them, and whether any may have its writes.</summary>
    public (bool Reads, bool Writes) Serve(IReadOnlyList<DestinationState> destinations, GuardView view)
    {
        return (On(view.Reads) || view.Reads.AboveLimit is { } other && On(other), Writes(destinations, view).All.Count > 0);

        bool On(ReadRoute route) => Reads(destinations, view, route).All.Count > 0;
    }

    /// <summary>What was worked out for clusters that are gone keeps a whole view each.</summary>
    public void ConfigurationApplied(IReadOnlyList<IProxyConfig> proxyConfigs)
    {
        IEnumerable<string> left = proxyConfigs.SelectMany(config => config.Clusters).Select(cluster => cluster.ClusterId);
        foreach (string gone in _clusters.Keys.Except(left))
            _clusters.TryRemove(gone, out _);
    }

    public void ConfigurationApplyingFailed(IReadOnlyList<IProxyConfig> proxyConfigs, Exception exception)
    {
    }

    public void ConfigurationLoaded(IReadOnlyList<IProxyConfig> proxyConfigs)
    {
    }

    public void ConfigurationLoadingFailed(IProxyConfigProvider configProvider, Exception exception)
    {
    }

    /// <summary>Those that read from the route's nodes alone, and those that read from none; else the primary's, if that is well.</summary>
    private Shares<DestinationState> Reads(IReadOnlyList<DestinationState> available, GuardView view, ReadRoute route)
    {
        Shares<DestinationState> eligible = Weighted(available, view, route);
        if (eligible.All.Count > 0 || route.IsLimited)
            return eligible;
        if (view.Fleet.Primary.Health == NodeHealth.Fresh && DestinationsOfPrimary(available, view) is { Length: > 0 } ofPrimary)
            return Evenly(ofPrimary);
        // Some of their connections may still lead to a replica that is late; they are ended as soon as that does no harm.
        return Evenly(Where(available, view, reads => reads.Steering == ReadSteering.ReadPort));
    }

    /// <summary>
    /// The primary's; where there is none, those that depend on no node; else whichever may be read from, for every web server writes to
    /// the primary.
    /// </summary>
    private Shares<DestinationState> Writes(IReadOnlyList<DestinationState> available, GuardView view)
    {
        DestinationState[] eligible = DestinationsOfPrimary(available, view);
        if (eligible.Length == 0)
            eligible = Where(available, view, reads => reads.IsOfNone);
        return Evenly(
            eligible.Length > 0 ? eligible
                : Where(available, view, reads => reads.Steering == ReadSteering.ReadPort || reads.IsWithin(view.Reads.Nodes)));
    }

    private DestinationState[] DestinationsOfPrimary(IReadOnlyList<DestinationState> available, GuardView view) =>
        Where(available, view, reads => reads.ReadsExclusivelyFrom(view.Fleet.PrimaryDetection.Node));

    private Shares<DestinationState> Weighted(IReadOnlyList<DestinationState> available, GuardView view, ReadRoute route) =>
        new(Where(available, view, reads => reads.IsWithin(route.Nodes)).Select(destination => (destination,
            ReadsOf(destination, view).WeightIn(route))));

    private static Shares<DestinationState> Evenly(DestinationState[] destinations) =>
        new(destinations.Select(destination => (destination, 1.0)));

    private DestinationState[] Where(IReadOnlyList<DestinationState> available, GuardView view, Func<DestinationReads, bool> isEligible) =>
        [.. available.Where(destination => isEligible(ReadsOf(destination, view)))];

    // Where its connections lead, and where the next one may.
    private DestinationReads ReadsOf(DestinationState destination, GuardView view) =>
        DestinationReads.Of(destination, view.Fleet.Rules, port.Open(view.Fleet.Rules).Union(view.Reads.Nodes));

    private sealed class ClusterCache
    {
        public Narrowed? Reads;
        public Narrowed? Writes;
    }

    private sealed record Narrowed(GuardDecision Decision, IReadOnlyList<DestinationState> From, Shares<DestinationState> To);
}
