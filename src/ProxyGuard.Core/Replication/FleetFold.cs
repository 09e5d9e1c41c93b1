using System.Collections.Immutable;
using System.Diagnostics;

namespace ProxyGuard.Core.Replication;

/// <summary>One step of the fleet: sources before their replicas, so that content time composes down a chain of any depth.</summary>
internal sealed class FleetFold(FleetSnapshot before, ImmutableArray<NodeReading> readings, Moment now)
{
    private readonly NodeState?[] _done = new NodeState?[before.Nodes.Length];

    public ImmutableArray<NodeState> Run()
    {
        bool progress = true;
        while (progress)
        {
            progress = false;
            for (int node = 0; node < _done.Length; node++)
            {
                if (_done[node] is not null || SourceOf(node) is { } source && _done[source] is null)
                    continue;
                _done[node] = Next(node);
                progress = true;
            }
        }

        // Whoever is left replicates in a ring: nobody in it shows a known moment of the primary.
        for (int node = 0; node < _done.Length; node++)
            _done[node] ??= Next(node);

        return [.. _done.Select(state => state!)];
    }

    private NodeState Next(int node)
    {
        NodeState state = before.Nodes[node];
        return readings[node] switch
        {
            NodeReading.Silent silent => AfterSilence(state, silent),
            NodeReading.Answered answer when state.Rules.Role == NodeRole.Primary => AfterPrimary(state, answer),
            NodeReading.Answered answer => AfterReplica(state, answer, SourceOf(node)),
            _ => throw new UnreachableException($"reading {readings[node].GetType().Name}"),
        };
    }

    private NodeState AfterSilence(NodeState state, NodeReading.Silent silent) =>
        (state with { Silence = silent, Track = state.Track?.Paused() })
        .Confirming(Symptom.NoAnswer, before.Rules.Freshness, now);

    private NodeState AfterPrimary(NodeState state, NodeReading.Answered answer)
    {
        if (answer.Head is not { } head)
            return (state with { LastAnswer = answer, Silence = null, ContentTime = null }).Confirming(Symptom.Unclear, before.Rules.Freshness, now);

        state = state with
        {
            LastAnswer = answer,
            Silence = null,
            ContentTime = answer.AskedAt,
            Timeline = state.Timeline.With(answer.Server, new TimelineEntry(answer.AskedAt, head)),
        };
        return state.Confirming(Symptom.CaughtUp, before.Rules.Freshness, now);
    }

    private NodeState AfterReplica(NodeState state, NodeReading.Answered answer, int? source)
    {
        BinlogPosition? executed = answer.Replication?.Executed;
        NodeState? from = source is { } place ? _done[place] : null;
        Moment? shown = executed is { } position ? from?.Timeline.ContentTime(position) : null;
        bool isEstimated = shown is null;
        Moment? content = shown ?? answer.AskedAt - answer.Replication?.SecondsBehindSource;

        state = state with
        {
            LastAnswer = answer,
            Silence = null,
            Source = source,
            ContentTime = content,
            IsEstimated = isEstimated && content is not null,
            QueueBytes = QueueOf(executed, from),
            Timeline = shown is { } moment && answer.Head is { } head
                ? state.Timeline.With(answer.Server, new TimelineEntry(moment, head))
                : state.Timeline,
        };

        NodeState next = state.Confirming(SymptomOf(answer, shown, content), before.Rules.Freshness, now);
        return next with { Track = TrackOf(next, from) };
    }

    private Symptom SymptomOf(NodeReading.Answered answer, Moment? shown, Moment? content)
    {
        if (answer.Replication is not { IoThread: ReplicationThread.Yes, SqlThread: ReplicationThread.Yes })
            return Symptom.NotApplying;
        if (content is not { } moment)
            return Symptom.Unclear;

        TimeSpan lag = now - moment;
        if (lag > before.Rules.Freshness.MaxLag)
            return Symptom.Late;
        // Its own report that it is caught up is no proof: it is 0 with a cut network, and for a replica of a stuck replica.
        if (shown is null)
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

    private static CatchUpTrack? TrackOf(NodeState state, NodeState? source)
    {
        if (state.Health == NodeHealth.Fresh && state.Symptom is Symptom.CaughtUp or Symptom.InBetween)
            return null;
        if (state.LastAnswer?.Replication?.Executed is not { } executed)
            return state.Track?.Paused();

        CatchUpTrack track = state.Track ?? CatchUpTrack.From(executed);
        return state.Symptom == Symptom.NotApplying || source?.LastAnswer is not { Head: { } head } answer
            ? track.Paused()
            : track.With(new CatchUpSample(state.LastAnswer.AskedAt, executed, head), answer.Logs);
    }

    /// <summary>Sources are read, not configured: by server id once the replica was connected, by address before that.</summary>
    private int? SourceOf(int node)
    {
        if (before.Rules.Nodes[node].Role == NodeRole.Primary || AnswerOf(node)?.Replication is not { } replication)
            return null;

        for (int other = 0; other < readings.Length; other++)
        {
            if (other != node && IsSource(other, replication))
                return other;
        }

        return null;
    }

    private bool IsSource(int candidate, ReplicationStatus replication)
    {
        if (replication.SourceServerId != 0 && AnswerOf(candidate) is { } answer)
            return answer.Server.Id == replication.SourceServerId;

        NodeRules rules = before.Rules.Nodes[candidate];
        return rules.Port == replication.SourcePort && string.Equals(rules.Host, replication.SourceHost, StringComparison.OrdinalIgnoreCase);
    }

    private NodeReading.Answered? AnswerOf(int node) => readings[node] as NodeReading.Answered ?? before.Nodes[node].LastAnswer;
}
