using System.Collections.Immutable;

namespace ProxyGuard.Core.Replication;

/// <summary>What is known of a node, confirmed by several samples. The default is the one that claims nothing.</summary>
public enum NodeHealth
{
    /// <summary>Not yet, or no longer, known.</summary>
    Unknown,

    /// <summary>Usable: a replica that is caught up, a primary that answers.</summary>
    Fresh,

    /// <summary>Applying, but late.</summary>
    Behind,

    /// <summary>Not applying, or not receiving.</summary>
    Stuck,

    /// <summary>Not answering.</summary>
    Silent,

    /// <summary>Applying, and late on purpose: as late as its SQL_Delay says. Not behind, and never fresh.</summary>
    Delayed,
}

/// <summary>What one reading alone says; it takes several of the same to become a <see cref="NodeHealth"/>.</summary>
internal enum Symptom
{
    /// <summary>It answered, but its lag cannot be told.</summary>
    Unclear,

    CaughtUp,

    /// <summary>Between the two thresholds: late for one who has to return, in time for one who has not left.</summary>
    InBetween,

    Late,

    NotApplying,

    NoAnswer,
}

/// <summary>One node after the last reading of it.</summary>
public sealed record NodeState
{
    public required NodeRules Rules { get; init; }

    /// <summary>What the node is by now; what it was configured as is in <see cref="Rules"/>.</summary>
    public NodeRole Role { get; init; }

    public NodeHealth Health { get; init; }

    /// <summary>Since when <see cref="Health"/> is what it is.</summary>
    public required MonotonicInstant Since { get; init; }

    /// <summary>The last answer, kept while the node is silent. Null until it first answers.</summary>
    public NodeReading.Answered? LastAnswer { get; init; }

    /// <summary>Why the last probe got no answer; null when it got one.</summary>
    public NodeReading.Silent? Silence { get; init; }

    /// <summary>
    /// The moment of the primary whose data the node is known to show. Null when that is unknown, also because evidence is missing.
    /// </summary>
    public MonotonicInstant? ContentTime { get; init; }

    /// <summary>Whether <see cref="ContentTime"/> is the replica's own report, because the content clock could not answer.</summary>
    public bool IsEstimated { get; init; }

    /// <summary>Bytes of the source's binlog between the executed position and the source's head. Null when unknown.</summary>
    public long? QueueBytes { get; init; }

    /// <summary>
    /// What it replicates from, the source that holds the data back first. Empty for a primary, and for a replica that is none any more.
    /// </summary>
    public ImmutableArray<ChannelState> Channels { get; init; } = [];

    /// <summary>The channel that counts; null when there is none.</summary>
    public ChannelState? Worst => Channels.IsEmpty ? null : Channels[0];

    /// <summary>The index in the fleet of the node it replicates from. Null for a primary, and when the source is none of ours.</summary>
    public int? Source => Worst?.Source;

    /// <summary>
    /// What is missing to show that the node gets what the site writes, also what the operator accepted; of several ways from the primary
    /// that of the one with the least. Empty for a primary.
    /// </summary>
    public ImmutableArray<MissingEvidence> Missing { get; init; } = [];

    /// <summary>
    /// Whether every link from the primary is known to pass on what the site writes, or what is missing was accepted. A way that leads to
    /// no primary of ours, or through a server that is not configured, shows nothing of the kind, however its GTIDs look.
    /// </summary>
    public bool HasEvidence => (Channels.IsEmpty || LeadsToPrimary) && Missing.All(missing => missing.IsAccepted);

    /// <summary>Whether it follows the primary, at any depth, over servers that are all configured.</summary>
    public bool LeadsToPrimary => Channels.Any(channel => channel.LeadsToPrimary);

    /// <summary>Whether it waits for a source that stopped applying, and has all that this one has.</summary>
    public bool IsBelowStopped =>
        Channels.Any(channel => channel.IsBelowStopped) && Channels.All(channel => channel.IsBelowStopped || !channel.LeadsToPrimary);

    /// <summary>What it applied since its own binlog last grew. Null where there is no binlog, and for a primary.</summary>
    internal UnloggedWork? Unlogged { get; init; }

    /// <summary>How late it is on purpose, by its own delay and those of its sources. Zero for nearly every node.</summary>
    public TimeSpan DelayOnPurpose => Channels.IsEmpty ? TimeSpan.Zero : Channels.Max(channel => channel.Delay);

    /// <summary>What its heartbeat table says. Null without one.</summary>
    public HeartbeatWitness? Heartbeat { get; init; }

    /// <summary>What positions in this node's own binlog stand for.</summary>
    public required Timeline Timeline { get; init; }

    /// <summary>The catch-up, recorded since the node was last fresh. Null while it is.</summary>
    public CatchUpTrack? Track { get; init; }

    internal Symptom Symptom { get; init; }

    /// <summary>How many readings in a row showed <see cref="Symptom"/>.</summary>
    internal int Streak { get; init; }

    /// <summary>A node before its first reading.</summary>
    public static NodeState Before(NodeRules rules, MonotonicInstant now) =>
        new() { Rules = rules, Role = rules.Role, Since = now, Timeline = Timeline.Start(default) };

    /// <summary>
    /// How fast the content time has gone lately, in seconds a second: 1 for a replica that keeps up, 0 for one that stands still.
    /// </summary>
    internal double Pace { get; init; }

    /// <summary>
    /// How old the data is that the node shows. Null when unknown: that is a case of its own, never a number. Since the last reading a
    /// replica that kept up is taken to keep up, and one that stood still to stand still; a silent one is taken to stand still.
    /// </summary>
    public TimeSpan? LagAt(MonotonicInstant now)
    {
        if (ContentTime is not { } content || LastAnswer is not { } answer)
            return null;
        TimeSpan unseen = now - answer.AskedAt;
        return Silence is not null || unseen < TimeSpan.Zero ? now - content : answer.AskedAt - content + unseen * (1 - Math.Min(1, Pace));
    }

    internal double PaceUntil(MonotonicInstant content, MonotonicInstant askedAt)
    {
        // Some servers tell their position only every third of a second: a single step says little.
        const double Newest = 0.3;
        if (ContentTime is not { } before || LastAnswer is not { } answer || askedAt <= answer.AskedAt || Silence is not null)
            return 0;
        double step = Math.Max(0, (content - before) / (askedAt - answer.AskedAt));
        return Pace == 0 ? step : Pace + Newest * (step - Pace);
    }

    /// <summary>Whether a bad sign waits for its confirmation, so that it is worth asking again at once.</summary>
    public bool AwaitsConfirmation =>
        Streak < FreshnessRules.ConfirmedAfter && Symptom switch
        {
            Symptom.NotApplying => Health != NodeHealth.Stuck,
            Symptom.NoAnswer => Health != NodeHealth.Silent,
            Symptom.Unclear => Health == NodeHealth.Fresh,
            _ => false,
        };

    /// <summary>The same node where the fleet's nodes have other indexes.</summary>
    /// <param name="rules">Of the same server.</param>
    /// <param name="indexes">By the old index, the new one; null for a node that is none any more.</param>
    internal NodeState Under(NodeRules rules, int?[] indexes) => this with
    {
        Rules = rules,
        Channels = [.. Channels.Select(channel => channel.Renumbered(indexes))],
        Missing = MissingEvidence.Renumbered(Missing, indexes),
    };

    internal NodeState Restoring(NodeMemory memory) =>
        this with { Timeline = memory.Timeline, Track = memory.CatchUpStart is { } start ? CatchUpTrack.From(start) : null };

    internal NodeState Invalidated(MonotonicInstant now) =>
        this with { Health = NodeHealth.Unknown, Since = now, Symptom = default, Streak = 0 };

    internal NodeState WithSample(Symptom symptom, FreshnessRules rules, MonotonicInstant now)
    {
        int streak = symptom == Symptom && LastSeen ? Streak + 1 : 1;
        NodeHealth health = HealthAfter(symptom, streak, rules);
        return this with { Symptom = symptom, Streak = streak, Health = health, Since = health == Health ? Since : now };
    }

    private NodeHealth InTime => DelayOnPurpose > TimeSpan.Zero ? NodeHealth.Delayed : NodeHealth.Fresh;

    // Streak 0 is a node that was never read: its default symptom was not a sample.
    private bool LastSeen => Streak > 0;

    private NodeHealth HealthAfter(Symptom symptom, int streak, FreshnessRules rules)
    {
        (NodeHealth health, int after) = symptom switch
        {
            Symptom.CaughtUp => (InTime, rules.FreshAfter),
            Symptom.Late => (NodeHealth.Behind, rules.BehindAfter),
            Symptom.NotApplying => (NodeHealth.Stuck, FreshnessRules.ConfirmedAfter),
            Symptom.NoAnswer => (NodeHealth.Silent, FreshnessRules.ConfirmedAfter),
            Symptom.Unclear => (NodeHealth.Unknown, FreshnessRules.ConfirmedAfter),
            // A node that was stuck, silent or unknown and now applies again is on its way, but not there.
            Symptom.InBetween => (Health == InTime ? InTime : NodeHealth.Behind, rules.BehindAfter),
            _ => throw new System.Diagnostics.UnreachableException($"symptom {symptom}"),
        };
        return streak >= after ? health : Health;
    }
}
