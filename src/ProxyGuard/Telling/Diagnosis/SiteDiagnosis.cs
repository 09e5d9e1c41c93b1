using System.Collections.Immutable;
using ProxyGuard.Core.Diagnosis;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.ReadPort;
using ProxyGuard.Core.Replication;
using ProxyGuard.Ground.Storage;
using ProxyGuard.Ground.Time;
using ProxyGuard.Telling.Status;

namespace ProxyGuard.Telling.Diagnosis;

/// <summary>
/// Everything that is known of the site at one moment, and what is wrong with it. For operators only: it names hosts, versions and tables.
/// </summary>
internal sealed record SiteDiagnosis
{
    public required GuardClock Clock { get; init; }

    public GuardRules Rules => View.Rules;

    public required GuardView View { get; init; }

    public required WebServersSeen Web { get; init; }

    /// <summary>What members are told.</summary>
    public required StatusDocument Status { get; init; }

    public FleetSnapshot Fleet => View.Fleet;

    public required MonotonicInstant Now { get; init; }

    /// <summary>In the order of the nodes; null where a node was not examined, or could not be.</summary>
    public required ImmutableArray<NodeExamination?> Examinations { get; init; }

    /// <summary>The worst first; of those that are equally bad, in the order in which they were found.</summary>
    public required ImmutableArray<Finding> Findings { get; init; }

    public DateTimeOffset At => Clock.ToUtc(Now);

    /// <param name="view">As of now.</param>
    /// <param name="refusals">See <see cref="Core.Diagnosis.Findings.Of"/>; empty of a ProxyGuard that only visits.</param>
    public static SiteDiagnosis Of(
        GuardView view, ImmutableArray<NodeExamination?> examinations, WebServersSeen web, ImmutableArray<NodeRefusal?> refusals,
        GuardClock clock)
    {
        MonotonicInstant now = clock.Now;
        GuardRules rules = view.Rules;
        // A site that does not answer is worse than anything its databases have.
        IEnumerable<Finding> all = WebServerFindings.Of(web)
            .Concat(Core.Diagnosis.Findings.Of(view.Fleet, examinations, rules, now, view, refusals));
        return new SiteDiagnosis
        {
            Status = StatusDocument.Of(rules.Site.Name, view, web, clock),
            Clock = clock,
            View = view,
            Web = web,
            Now = now,
            Examinations = examinations,
            Findings = [.. all.OrderByDescending(finding => finding.Severity)],
        };
    }

    /// <summary>
    /// The same without beginnings that were not seen: a visit that began at <paramref name="began"/> knows earlier ones only from what a
    /// running ProxyGuard has stored, where the node is still as it was then.
    /// </summary>
    public SiteDiagnosis LookingSince(MonotonicInstant began, RestoredFleet recalled) =>
        this with
        {
            Findings =
                [.. Findings.Select(finding => finding.Since >= began ? finding with { Since = StoredSince(finding, recalled) } : finding)],
            Status = Status with { Since = SinceKnown(began, recalled) },
        };

    // Everything that goes on seems to have begun with the visit: when it did is known of a hold, and of an incident that was stored.
    private DateTimeOffset? SinceKnown(MonotonicInstant began, RestoredFleet recalled)
    {
        if (Web.SinceOf(View) < began)
            return Status.Since;
        if (Status.Cause == Cause.Operator)
            return View.Hold?.Since;
        bool isStored = View.Incident is not null && Status.Cause == View.Cause && recalled.Incident is not null;
        return isStored ? ToUtc(recalled.Incident!.Since) : null;
    }

    private MonotonicInstant? StoredSince(Finding finding, RestoredFleet recalled) =>
        NodeOf(finding) is { } node && recalled.Healths.TryGetValue(node.Rules.Name, out (NodeHealth Health, MonotonicInstant Since) stored)
            && stored.Health == node.Health
            ? stored.Since
            : null;

    public int Count(Severity severity) => Findings.Count(finding => finding.Severity == severity);

    /// <summary>Null when it is about no node.</summary>
    public NodeState? NodeOf(Finding finding) => finding.Node is { } index ? Fleet.Nodes[index] : null;

    public DateTimeOffset? SinceOf(Finding finding) => finding.Since is { } since ? ToUtc(since) : null;

    public DateTimeOffset ToUtc(MonotonicInstant moment) => Clock.ToUtc(moment);

    /// <summary>
    /// Where a step's commands are given: a node's name, or the address of a source that is none of ours. Null for a shell.
    /// </summary>
    public string? TargetOf(Finding finding, RemedyStep step) => step.Target switch
    {
        StepTarget.Node => NodeOf(finding)?.Rules.Name,
        StepTarget.Source => SourceOf(finding),
        StepTarget.Shell => null,
        _ => throw new System.Diagnostics.UnreachableException($"target {step.Target}"),
    };

    private string? SourceOf(Finding finding)
    {
        if (ChannelOf(finding) is not { } channel)
            return null;
        return channel.Source is { } index ? Fleet.Nodes[index].Rules.Name : $"{channel.Status.SourceHost}:{channel.Status.SourcePort}";
    }

    private ChannelState? ChannelOf(Finding finding) =>
        NodeOf(finding) is { } node
            ? node.Channels.FirstOrDefault(channel => channel.Status.Channel == finding.Channel) ?? node.Worst
            : null;
}
