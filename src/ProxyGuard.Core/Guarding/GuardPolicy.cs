using System.Diagnostics;
using ProxyGuard.Core.Replication;
using ProxyGuard.Core.Routing;

namespace ProxyGuard.Core.Guarding;

/// <summary>Derives the site's mode from the fleet and the operator's hold. Pure: same arguments, same view.</summary>
public static class GuardPolicy
{
    /// <summary>What is assumed before the first tick: nothing, so that no write is accepted.</summary>
    /// <param name="fleet">A fleet that was not looked at since the start.</param>
    /// <param name="recalled">The incident that was open when ProxyGuard last wrote it down; null when there was none.</param>
    public static GuardView Start(FleetSnapshot fleet, Incident? recalled, Hold? hold, MonotonicInstant now, GuardRules rules)
    {
        var incident = new Incident(
            Cause.NothingKnown, recalled?.Since ?? now, SawFault: recalled is not null,
            CalmSince: null)
        { FarthestPercent = recalled?.FarthestPercent };
        return ViewOf(fleet, incident, hold, before: null, StallWatch.Start, now, rules);
    }

    /// <summary>The view after the next tick, or after a hold changed.</summary>
    /// <param name="hold">Null when there is none, or it is over.</param>
    /// <param name="traffic">What passed through ProxyGuard until now.</param>
    public static GuardView Next(
        GuardView before, FleetSnapshot fleet, Hold? hold, MonotonicInstant now, GuardRules rules, SiteTraffic traffic = default)
    {
        StallWatch stalls = before.Stalls.Next(fleet.Primary, Followers(fleet), traffic, now);
        Incident? incident = NextIncident(before.Incident, CauseOf(fleet, rules.ReadOnly, stalls.Stall), now, rules.ReadOnly);
        GuardView view = ViewOf(fleet, incident, hold, before, stalls, now, rules);
        bool isClosed = before.Mode != SiteMode.Normal && view.Mode != SiteMode.Normal;
        return view with { Outside = before.Outside.Next(fleet.Primary, isClosed, traffic, ExpectedPerSecond(rules.Probe), now) };
    }

    /// <summary>Why writes would stall; null when they would not.</summary>
    /// <param name="stall">Null when the primary is not known to complete nothing.</param>
    public static Cause? CauseOf(FleetSnapshot fleet, ReadOnlyRules rules, Stall? stall = null)
    {
        if (fleet.Primary.Health == NodeHealth.Silent)
            return fleet.Primary.Silence?.Failure == ProbeFailure.StatementHangs ? Cause.PrimaryStalled : Cause.PrimaryUnreachable;
        if (fleet.Primary is not { Health: NodeHealth.Fresh, LastAnswer: { } primary })
            return Cause.NothingKnown;
        if (primary.ReadOnly)
            return Cause.PrimaryReadOnly;
        if (!fleet.PrimaryDetection.Others.IsEmpty && !rules.AllowTwoPrimaries)
            return Cause.TwoPrimaries;
        if (stall is not null)
            return Cause.PrimaryStalled;

        List<NodeState> replicas = [.. fleet.ReadReplicas];
        int fresh = replicas.Count(node => node.Health == NodeHealth.Fresh);
        if (fresh >= Math.Min(rules.MinFreshReplicas, replicas.Count))
            return null;

        // One that applies is on the catch-up, whatever the others do; ignorance comes last, for a known fault says more.
        if (replicas.Any(node => node.Health == NodeHealth.Behind))
            return Cause.ReplicasBehind;
        return replicas.Any(node => node.Health is NodeHealth.Stuck or NodeHealth.Silent) ? Cause.ReplicasStuck : Cause.NothingKnown;
    }

    internal static Incident? NextIncident(Incident? before, Cause? cause, MonotonicInstant now, ReadOnlyRules rules)
    {
        if (cause is { } found)
            return Continuing(before, found, now);
        if (before is null)
            return null;

        MonotonicInstant calmSince = before.CalmSince ?? now;
        bool reopens = !before.SawFault || now - calmSince >= rules.ReopenAfter;
        return reopens ? null : before with { CalmSince = calmSince };
    }

    private static Incident Continuing(Incident? before, Cause found, MonotonicInstant now)
    {
        bool isFault = found != Cause.NothingKnown;
        if (before is null)
            return new Incident(found, now, isFault, CalmSince: null);

        // A replica that was stuck and now applies is still the same story to everyone who reads it.
        Cause cause = before.Cause == Cause.ReplicasStuck && found == Cause.ReplicasBehind ? before.Cause : found;
        return before with { Cause = cause, SawFault = before.SawFault || isFault, CalmSince = null };
    }

    private static int Followers(FleetSnapshot fleet) =>
        fleet.Nodes.Count(node => node.Silence is null && node.Channels.Any(channel =>
            channel.Source == fleet.PrimaryDetection.Node && channel.Status.IoThread == ReplicationThread.Yes));

    // One row a second, with what surrounds it in the log.
    private static double ExpectedPerSecond(ProbeRules rules) => rules.HeartbeatTable is null ? 0 : 1000;

    private static GuardView ViewOf(
        FleetSnapshot fleet, Incident? incident, Hold? hold, GuardView? before, StallWatch stalls, MonotonicInstant now, GuardRules rules)
    {
        Incident? counts = rules.Requests.IsDryRun ? null : incident;
        (SiteMode mode, Cause? cause) = ModeOf(counts, hold);
        ReadRoute reads = ReadRoute.Through(fleet, rules.Reads, now);
        CatchUp? catchUp = CatchUpOf(fleet, incident, reads, now, rules.ReadOnly)?.Following(incident?.FarthestPercent);
        var view = new GuardView
        {
            At = now,
            ExpiresAt = now + rules.Probe.ViewExpiresAfter,
            Fleet = fleet,
            Rules = rules,
            Mode = mode,
            Cause = cause,
            Since = SinceOf(mode, incident, hold, before, now),
            Incident = incident is null ? null : incident with { FarthestPercent = catchUp?.Percent ?? incident.FarthestPercent },
            Hold = hold,
            Observed = counts?.Cause,
            Stalls = stalls,
            Reads = reads,
            CatchUp = catchUp,
            RetryAfter = RetryAdvice.For(catchUp, hold is not null, incident, now, rules.ReadOnly),
        };
        return view with { WhenExpired = Expired(view, rules.Requests.IsDryRun) };
    }

    private static (SiteMode Mode, Cause? Cause) ModeOf(Incident? incident, Hold? hold) => hold?.Mode switch
    {
        HoldMode.Maintenance => (SiteMode.Maintenance, Cause.Operator),
        HoldMode.ReadOnly => (SiteMode.ReadOnly, Cause.Operator),
        HoldMode.Open => (SiteMode.Normal, null),
        null => incident is null ? (SiteMode.Normal, null) : (SiteMode.ReadOnly, incident.Cause),
        _ => throw new UnreachableException($"hold {hold.Mode}"),
    };

    private static MonotonicInstant SinceOf(SiteMode mode, Incident? incident, Hold? hold, GuardView? before, MonotonicInstant now)
    {
        if (before is not null && before.Mode == mode)
            return before.Since;
        return hold is null && incident is not null ? incident.Since : now;
    }

    /// <summary>
    /// The catch-up of the replica that decides when the site reopens: the least advanced of those that are needed for it.
    /// </summary>
    private static CatchUp? CatchUpOf(FleetSnapshot fleet, Incident? incident, ReadRoute reads, MonotonicInstant now, ReadOnlyRules rules)
    {
        bool waits = incident is { Cause: Cause.ReplicasStuck or Cause.ReplicasBehind } || incident is null && !reads.IsCurrent;
        if (!waits)
            return null;

        List<NodeState> byNearness = [.. fleet.ReadReplicas
            .OrderBy(node => node.Health == NodeHealth.Fresh ? 0 : 1)
            .ThenByDescending(node => node.ContentTime ?? new MonotonicInstant(TimeSpan.MinValue))
            .ThenBy(node => node.QueueBytes ?? long.MaxValue)];
        int deciding = Math.Min(rules.MinFreshReplicas, byNearness.Count) - 1;
        return deciding < 0 ? null : CatchUpEstimate.Of(byNearness[deciding], now);
    }

    private static GuardView Expired(GuardView view, bool rehearses)
    {
        GuardView old = view with
        {
            CatchUp = null,
            RetryAfter = RetryAdvice.Unknown,
            Reads = view.Reads with { IsCurrent = false },
            WhenExpired = null,
        };
        if (rehearses)
            return old;
        old = old with { Observed = Cause.NothingKnown };
        return view.Hold is null
            ? old with
            {
                Mode = SiteMode.ReadOnly,
                Cause = Cause.NothingKnown,
                Since = view.Mode == SiteMode.ReadOnly ? view.Since : view.At
            }
            : old;
    }
}
