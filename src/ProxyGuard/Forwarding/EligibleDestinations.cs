using System.Collections.Concurrent;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Core.Requests;
using ProxyGuard.Guarding;
using Yarp.ReverseProxy.Model;

namespace ProxyGuard.Forwarding;

/// <summary>
/// Which of a cluster's destinations a verdict allows. Narrowed before load balancing, because YARP does not ask a load-balancing policy when one destination is left.
/// </summary>
internal sealed class EligibleDestinations(GuardRules rules)
{
    /// <summary>The metadata of a destination that names the node its web server reads from.</summary>
    public const string ReadsFrom = "ReadsFrom";

    private const int DependsOnNoNode = -1;

    private readonly ConcurrentDictionary<string, ClusterCache> _clusters = new(StringComparer.Ordinal);
    private readonly Func<string, ClusterCache> _newCluster = static _ => new ClusterCache();

    /// <summary>Never null; empty when no destination may have the request.</summary>
    public IReadOnlyList<DestinationState> For(string clusterId, IReadOnlyList<DestinationState> available, GuardDecision decision)
    {
        ClusterCache cluster = _clusters.GetOrAdd(clusterId, _newCluster);
        bool isWrite = decision.Verdict == Verdict.Write;
        Narrowed? narrowed = isWrite ? Volatile.Read(ref cluster.Writes) : Volatile.Read(ref cluster.Reads);
        // The same view and the same destinations as last time: the answer of last time. Once per tick it is worked out anew.
        if (narrowed is not null && ReferenceEquals(narrowed.Decision, decision) && ReferenceEquals(narrowed.From, available))
            return narrowed.To;

        narrowed = new Narrowed(decision, available, isWrite ? Writes(available, decision.View) : Reads(available, decision.View));
        if (isWrite)
            Volatile.Write(ref cluster.Writes, narrowed);
        else
            Volatile.Write(ref cluster.Reads, narrowed);
        return narrowed.To;
    }

    /// <summary>Those that read from one of the view's nodes, and those that read from none; else the primary's, if that is well.</summary>
    private List<DestinationState> Reads(IReadOnlyList<DestinationState> available, GuardView view)
    {
        List<DestinationState> eligible = Where(available, node => node == DependsOnNoNode || view.Reads.Nodes.Contains(node));
        return eligible.Count > 0 || view.Fleet.Primary.Health != NodeHealth.Fresh ? eligible : PrimarysOf(available, view);
    }

    /// <summary>The primary's; where there is none, those that depend on no node; else whichever may be read from, for every web server writes to the primary.</summary>
    private List<DestinationState> Writes(IReadOnlyList<DestinationState> available, GuardView view)
    {
        List<DestinationState> eligible = PrimarysOf(available, view);
        if (eligible.Count == 0)
            eligible = Where(available, node => node == DependsOnNoNode);
        return eligible.Count > 0 ? eligible : Where(available, view.Reads.Nodes.Contains);
    }

    private List<DestinationState> PrimarysOf(IReadOnlyList<DestinationState> available, GuardView view) => Where(available, node => node == view.Fleet.Primaryship.Place);

    private List<DestinationState> Where(IReadOnlyList<DestinationState> available, Func<int, bool> isEligible) =>
        [.. available.Where(destination => isEligible(NodeOf(destination)))];

    private int NodeOf(DestinationState destination)
    {
        if (destination.Model.Config.Metadata?.GetValueOrDefault(ReadsFrom) is not { } name)
            return DependsOnNoNode;
        for (int place = 0; place < rules.Fleet.Nodes.Length; place++)
        {
            if (rules.Fleet.Nodes[place].Name == name)
                return place;
        }

        // The settings were checked at the start and are not read again.
        throw new System.Diagnostics.UnreachableException($"destination {destination.DestinationId} reads from {name}");
    }

    private sealed class ClusterCache
    {
        public Narrowed? Reads;
        public Narrowed? Writes;
    }

    private sealed record Narrowed(GuardDecision Decision, IReadOnlyList<DestinationState> From, IReadOnlyList<DestinationState> To);
}
