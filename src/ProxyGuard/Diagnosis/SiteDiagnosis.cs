using System.Collections.Immutable;
using ProxyGuard.Core.Diagnosis;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Probing;

namespace ProxyGuard.Diagnosis;

/// <summary>Everything that is known of the site at one moment, and what is wrong with it. For operators only: it names hosts, versions and tables.</summary>
internal sealed record SiteDiagnosis
{
    private readonly GuardClock _clock;

    private SiteDiagnosis(GuardRules rules, GuardView view, ImmutableArray<NodeExamination?> examinations, GuardClock clock)
    {
        _clock = clock;
        Rules = rules;
        View = view;
        Examinations = examinations;
        Now = clock.Now;
        Findings = [.. Core.Diagnosis.Findings.Of(view.Fleet, examinations, rules, Now, view).OrderByDescending(finding => finding.Severity)];
    }

    public GuardRules Rules { get; }

    public GuardView View { get; init; }

    public FleetSnapshot Fleet => View.Fleet;

    public Moment Now { get; }

    /// <summary>In the order of the nodes; null where a node was not examined, or could not be.</summary>
    public ImmutableArray<NodeExamination?> Examinations { get; }

    /// <summary>The worst first; of those that are equally bad, in the order in which they were found.</summary>
    public ImmutableArray<Finding> Findings { get; init; }

    public DateTimeOffset At => _clock.ToUtc(Now);

    /// <param name="view">As of now.</param>
    public static SiteDiagnosis Of(GuardRules rules, GuardView view, ImmutableArray<NodeExamination?> examinations, GuardClock clock) => new(rules, view, examinations, clock);

    /// <summary>The same without beginnings that nobody saw: whoever looks only since <paramref name="began"/> cannot tell since when it has been so.</summary>
    public SiteDiagnosis LookingSince(Moment began) =>
        this with { Findings = [.. Findings.Select(finding => finding.Since >= began ? finding with { Since = null } : finding)] };

    public int Count(Severity severity) => Findings.Count(finding => finding.Severity == severity);

    /// <summary>Null when it is about no node.</summary>
    public NodeState? NodeOf(Finding finding) => finding.Node is { } place ? Fleet.Nodes[place] : null;

    public DateTimeOffset? SinceOf(Finding finding) => finding.Since is { } since ? ToUtc(since) : null;

    public DateTimeOffset ToUtc(Moment moment) => _clock.ToUtc(moment);

    /// <summary>Where a step's commands are given: a node's name, or the address of a source that is none of ours. Null for a shell.</summary>
    public string? PlaceOf(Finding finding, RemedyStep step) => step.Place switch
    {
        StepPlace.Node => NodeOf(finding)?.Rules.Name,
        StepPlace.Source => SourceOf(finding),
        StepPlace.Shell => null,
        _ => throw new System.Diagnostics.UnreachableException($"place {step.Place}"),
    };

    private string? SourceOf(Finding finding)
    {
        if (ChannelOf(finding) is not { } channel)
            return null;
        return channel.Source is { } place ? Fleet.Nodes[place].Rules.Name : $"{channel.Status.SourceHost}:{channel.Status.SourcePort}";
    }

    private ChannelState? ChannelOf(Finding finding) =>
        NodeOf(finding) is { } node ? node.Channels.FirstOrDefault(channel => channel.Status.Channel == finding.Channel) ?? node.Worst : null;
}
