using System.Collections.Immutable;
using System.Diagnostics;

namespace ProxyGuard.Core.Replication;

/// <summary>One step of the fleet: sources before their replicas, so that content time composes down a chain of any depth.</summary>
internal sealed class FleetReducer(FleetSnapshot before, ImmutableArray<NodeReading> readings, MonotonicInstant now)
{
    private readonly NodeState?[] _done = new NodeState?[before.Nodes.Length];
    private int? _primary;
    private EvidenceChain? _evidence;
    private readonly Sources _sources = new(before.Rules.Nodes, readings, before.Nodes);

    public (PrimaryDetection Primary, ImmutableArray<NodeState> Nodes) Run()
    {
        PrimaryDetection primary = before.PrimaryDetection.After(_sources, before.Nodes);
        _primary = primary.Node;
        _evidence = new EvidenceChain(before.Rules, _done, primary.Node);
        bool progress = true;
        while (progress)
        {
            progress = false;
            for (int node = 0; node < _done.Length; node++)
            {
                if (_done[node] is not null || RoleOf(node, primary) == NodeRole.Replica
                    && _sources.SourcesOf(node).Any(source => _done[source] is null))
                    continue;
                _done[node] = Next(node, primary);
                progress = true;
            }
        }

        // The nodes that are left replicate in a ring: none in it shows a known moment of the primary.
        for (int node = 0; node < _done.Length; node++)
            _done[node] ??= Next(node, primary);

        return (primary, [.. _done.Select(state => state!)]);
    }

    private NodeRole RoleOf(int node, PrimaryDetection primary)
    {
        if (node == primary.Node)
            return NodeRole.Primary;
        return before.Rules.Nodes[node].Role == NodeRole.Source ? NodeRole.Source : NodeRole.Replica;
    }

    private NodeState Next(int node, PrimaryDetection primary)
    {
        NodeState state = before.Nodes[node] with { Role = RoleOf(node, primary) };
        return readings[node] switch
        {
            NodeReading.Silent silent => AfterSilence(state, silent),
            NodeReading.Answered answer when state.Role == NodeRole.Replica =>
                AfterReplica(node, state, answer, readings[primary.Node] as NodeReading.Answered),
            NodeReading.Answered answer => AfterSource(state, answer),
            _ => throw new UnreachableException($"reading {readings[node].GetType().Name}"),
        };
    }

    private NodeState AfterSilence(NodeState state, NodeReading.Silent silent) =>
        (state with { Silence = silent, Track = state.Track?.Paused() })
            .WithSample(Symptom.NoAnswer, before.Rules.Freshness, now);

    /// <summary>The primary, or another server that data comes from: what it holds is current by definition.</summary>
    private NodeState AfterSource(NodeState state, NodeReading.Answered answer)
    {
        state = state with
        {
            LastAnswer = answer,
            Silence = null,
            Channels = [],
            Missing = [],
            Unlogged = null,
            IsEstimated = false,
            QueueBytes = null,
            Track = null,
            Heartbeat = HeartbeatWitness.After(state.Heartbeat, answer),
        };
        if (answer.Head is not { } head)
            return (state with { ContentTime = null }).WithSample(Symptom.Unclear, before.Rules.Freshness, now);

        Timeline timeline = state.Timeline;
        // Asked for after all of these heads: a replica that has come so far shows what they show.
        GtidDomains? domains = GtidDomains.TryParse(answer.Replication.BinlogGtids);
        foreach (HeadSample sample in answer.EarlierHeads)
            timeline = timeline.With(answer.Server, EntryOf(answer.Server, sample.AskedAt, sample.Head) with { Domains = domains });
        timeline = timeline.With(
            answer.Server, EntryOf(answer.Server, answer.AskedAt, new BinlogHead(head, answer.HeadGtids)) with { Domains = domains });
        return (state with { ContentTime = answer.AskedAt, Pace = 1, Timeline = timeline })
            .WithSample(Symptom.CaughtUp, before.Rules.Freshness, now);
    }

    private static TimelineEntry EntryOf(ServerId server, MonotonicInstant askedAt, BinlogHead head) =>
        new(askedAt, head.Position, GtidProgress.TryParse(head.Gtids, server.Uuid)?.Through);

    private NodeState AfterReplica(int node, NodeState state, NodeReading.Answered answer, NodeReading.Answered? primary)
    {
        ImmutableArray<ChannelState> channels = answer.Channels.Select(status => ChannelAfter(node, state, answer, status))
            .ToImmutableArray().Sort(ChannelState.WorstFirst);
        MonotonicInstant? clock = OldestOf(channels);
        HeartbeatWitness? heartbeat = HeartbeatWitness.Of(answer, primary, before.Primary.Heartbeat)?.Against(clock, answer.AskedAt);
        // Where the two witnesses disagree, the one that makes the data older is trusted.
        if (heartbeat is { Disagreement: { Ticks: > 0 }, Lag: { } lag })
            clock = answer.AskedAt - lag;
        ImmutableArray<MissingEvidence> missing = [.. LeastOf(channels), .. _evidence!.MissingByArchitecture(node, answer)];
        // What came from a source that is silent now was seen to come: the data is at least as new as that.
        bool isShown = missing.All(one => one.IsAccepted || one.Gap == EvidenceGap.SourceUnknown);
        MonotonicInstant? content = isShown ? clock : null;
        bool isKnown = content is not null && channels.Any(channel => channel.LeadsToPrimary)
            && channels.All(channel => !channel.IsEstimated);

        state = state with
        {
            LastAnswer = answer,
            Silence = null,
            Channels = channels,
            Missing = missing,
            Unlogged = UnloggedAfter(state, answer, channels),
            ContentTime = content,
            IsEstimated = !isKnown && content is not null,
            Pace = content is { } shows && channels.All(channel => channel.Status.IsRunning) ? state.PaceUntil(shows, answer.AskedAt) : 0,
            QueueBytes = channels.IsEmpty ? null : channels[0].QueueBytes,
            Heartbeat = heartbeat,
            Timeline = isKnown && content is { } moment && answer.Head is { } head
                ? state.Timeline.With(answer.Server, new TimelineEntry(moment, head))
                : state.Timeline,
        };

        NodeState next = state.WithSample(SymptomOf(state, clock, isKnown), before.Rules.Freshness, now);
        return next with { Track = TrackOf(next) };
    }

    /// <summary>What is missing on the best of the ways from the primary: one that is known to pass everything on is enough.</summary>
    private static ImmutableArray<MissingEvidence> LeastOf(ImmutableArray<ChannelState> channels) =>
        channels.Where(channel => channel.LeadsToPrimary)
            .MinBy(channel => channel.Missing.Count(missing => !missing.IsAccepted))?.Missing ?? [];

    private static BinlogPosition? ExecutedBefore(NodeState state, ReplicationStatus status) =>
        state.Channels.FirstOrDefault(known => known.Status.Channel == status.Channel)?.Status.Executed;

    private UnloggedWork? UnloggedAfter(NodeState state, NodeReading.Answered answer, ImmutableArray<ChannelState> channels)
    {
        long? applied = null;
        if (channels.FirstOrDefault(channel => channel.LeadsToPrimary) is { Source: { } index, Status: { Executed: { } to } status }
            && ExecutedBefore(state, status) is { } from)
            applied = _done[index]?.LastAnswer?.Logs.BytesBetween(from, to);
        return UnloggedWork.After(state.Unlogged, answer.Head, applied);
    }

    private ChannelState ChannelAfter(int node, NodeState state, NodeReading.Answered answer, ReplicationStatus status)
    {
        var gtids = new GtidClock(_primary is { } primary ? _done[primary] : null);
        int? index = _sources.SourceOf(node, status);
        NodeState? source = index is { } at ? _done[at] : null;
        bool isAhead = source is not null && IsAhead(state.Channels, status, source);
        // MariaDB's GTIDs are asked only where the source is not: they are no finer than positions.
        MonotonicInstant? byGtid = gtids.BySet(status) ?? (source?.Silence is null ? null : gtids.ByDomains(status));
        MonotonicInstant? shown = isAhead || status.Executed is not { } executed
            ? null
            : gtids.Held(MonotonicInstant.Later(source?.Timeline.ContentTime(executed), byGtid), status, source, answer);
        MonotonicInstant? content = shown ?? answer.AskedAt - status.SecondsBehindSource;
        long? queue = isAhead ? null : QueueOf(status.Executed, source);
        return new ChannelState
        {
            Status = status,
            Source = index,
            ContentTime = content,
            IsEstimated = shown is null && content is not null,
            QueueBytes = queue,
            LeadsToPrimary = source is not null && EvidenceChain.LeadsToPrimary(source),
            Missing = _evidence!.Missing(node, answer, status, index, byGtid is not null, gtids.Skips(state, status)),
            IsBelowStopped = source is { Role: NodeRole.Replica, Symptom: Symptom.NotApplying } && HasAllOf(source, shown, queue),
            Delay = status.Delay + (source?.DelayOnPurpose ?? TimeSpan.Zero),
            IsAheadOfSource = isAhead,
        };
    }

    /// <summary>As good as all: what a stopped server writes by itself may go on coming, and brings nothing of the site's.</summary>
    private bool HasAllOf(NodeState source, MonotonicInstant? shown, long? queue) =>
        source.ContentTime is { } all && shown is { } has ? all - has <= before.Rules.Freshness.ReturnBelow : queue is 0;

    /// <summary>
    /// A replica may have received more than our last sample of its source knew, but what it had at the last tick its source must have by
    /// now. After RESET MASTER on the source it would otherwise seem to be caught up for ever.
    /// </summary>
    private static bool IsAhead(ImmutableArray<ChannelState> before, ReplicationStatus status, NodeState source)
    {
        if (status.Executed is not { } executed || source.LastAnswer?.Head is not { } head || source.Silence is not null)
            return false;
        if (!executed.IsComparableTo(head) || executed <= head)
            return false;
        ChannelState? last = before.FirstOrDefault(channel => channel.Status.Channel == status.Channel);
        // Never seen before: without a reading to compare with, a position beyond the head proves nothing.
        return last?.Status.Executed is not { } earlier || !earlier.IsComparableTo(head) || earlier > head;
    }

    /// <summary>Null as soon as one of them is unknown, and for a node without sources.</summary>
    private static MonotonicInstant? OldestOf(ImmutableArray<ChannelState> channels) =>
        channels.IsEmpty || channels.Any(channel => channel.ContentTime is null) ? null : channels.Min(channel => channel.ContentTime);

    /// <param name="clock">What the content clock says, whether or not evidence is missing: a node that is late by it is late.</param>
    private Symptom SymptomOf(NodeState state, MonotonicInstant? clock, bool isKnown)
    {
        // A node whose copies come another way follows no source, and is not stopped for that.
        if (state.Channels.IsEmpty && state.LastAnswer?.ForeignArchitecture is not null)
            return Symptom.Unclear;
        if (state.Channels.IsEmpty || !state.Channels[0].Status.IsRunning || state.IsBelowStopped)
            return Symptom.NotApplying;
        // While its source is not seen, its lag is not seen either.
        if (clock is not { } moment || state.Missing.Any(missing => missing.Gap == EvidenceGap.SourceUnknown))
            return Symptom.Unclear;

        TimeSpan lag = now - moment - state.DelayOnPurpose;
        // So far back the content clock is coarse: what it rounds up is not the replica's fault.
        if (state.DelayOnPurpose > TimeSpan.Zero)
            lag -= Timeline.GapAtAge(now - moment) ?? TimeSpan.Zero;
        if (lag > before.Rules.Freshness.MaxLag)
            return Symptom.Late;
        // Its own report that it is caught up is no proof: it is 0 with a cut network, and for a replica of a stuck replica.
        if (!isKnown || !state.HasEvidence)
            return Symptom.Unclear;
        return lag <= before.Rules.Freshness.ReturnBelow ? Symptom.CaughtUp : Symptom.InBetween;
    }

    private static long? QueueOf(BinlogPosition? executed, NodeState? source)
    {
        if (executed is not { } from || source?.LastAnswer is not { Head: { } head, Logs: { } logs })
            return null;
        // A replica may have received more than our last sample of its source knew.
        return logs.BytesBetween(from, head) is { } bytes ? Math.Max(0, bytes) : null;
    }

    private CatchUpTrack? TrackOf(NodeState state)
    {
        if (state.Health is NodeHealth.Fresh or NodeHealth.Delayed && state.Symptom is Symptom.CaughtUp or Symptom.InBetween)
            return null;
        if (state.Worst is not { Status.Executed: { } executed } channel)
            return state.Track?.Paused();

        CatchUpTrack track = state.Track ?? CatchUpTrack.From(executed);
        NodeReading.Answered? source = channel.Source is { } index ? _done[index]?.LastAnswer : null;
        return state.Symptom == Symptom.NotApplying || source is not { Head: { } head }
            ? track.Paused()
            : track.With(new CatchUpSample(state.LastAnswer!.AskedAt, executed, head), source.Logs);
    }
}
