using System.Collections.Immutable;

namespace ProxyGuard.Core.Replication;

/// <summary>Where replica and source stood at one moment of the way back.</summary>
public readonly record struct CatchUpSample(Moment At, BinlogPosition Executed, BinlogPosition Head);

/// <summary>The way back of one replica: where it began, and the recent samples that tell how fast it goes.</summary>
public sealed class CatchUpTrack
{
    private readonly ImmutableList<CatchUpSample> _samples;
    private readonly BinlogIndex _logs;

    private CatchUpTrack(BinlogPosition start, ImmutableList<CatchUpSample> samples, BinlogIndex logs)
    {
        Start = start;
        _samples = samples;
        _logs = logs;
    }

    /// <summary>The executed position the replica had when it was last fresh, or when we first saw it: percent counts from here, and does not move.</summary>
    public BinlogPosition Start { get; }

    public static CatchUpTrack From(BinlogPosition start) => new(start, [], BinlogIndex.Empty);

    /// <summary>The replica does not apply: rates of before say nothing about what comes after.</summary>
    public CatchUpTrack Paused() => _samples.IsEmpty ? this : new CatchUpTrack(Start, [], _logs);

    public CatchUpTrack With(CatchUpSample sample, BinlogIndex sourceLogs)
    {
        ImmutableList<CatchUpSample> samples = _samples;
        if (!samples.IsEmpty && !samples[^1].Executed.IsComparableTo(sample.Executed))
            samples = [];
        while (!samples.IsEmpty && sample.At - samples[0].At > CatchUpEstimate.LongWindow)
            samples = samples.RemoveAt(0);
        return new CatchUpTrack(Start, samples.Add(sample), sourceLogs);
    }

    /// <summary>Bytes of the way done, out of all there were; null when the position of the start is no longer in the logs.</summary>
    internal double? PercentAt(BinlogPosition executed, long queueBytes)
    {
        if (_logs.BytesBetween(Start, executed) is not { } done || done < 0)
            return null;
        return done + queueBytes == 0 ? 100 : 100.0 * done / (done + queueBytes);
    }

    /// <summary>How fast the replica applied and the source was written to over the last <paramref name="window"/>. Null without evidence for it.</summary>
    internal CatchUpPace? PaceOver(TimeSpan window)
    {
        if (_samples.Count < CatchUpEstimate.FewestSamples)
            return null;

        CatchUpSample last = _samples[^1];
        int first = _samples.FindIndex(sample => last.At - sample.At <= window);
        CatchUpSample from = _samples[first];
        TimeSpan elapsed = last.At - from.At;
        if (elapsed < CatchUpEstimate.ShortestEvidence)
            return null;
        if (_logs.BytesBetween(from.Executed, last.Executed) is not { } applied || _logs.BytesBetween(from.Head, last.Head) is not { } written)
            return null;
        return new CatchUpPace(applied / elapsed.TotalSeconds, written / elapsed.TotalSeconds);
    }
}

/// <summary>Bytes of binlog per second: applied by the replica, written by its source.</summary>
internal readonly record struct CatchUpPace(double Applied, double Written);

public enum CatchUpState
{
    /// <summary>Nothing is being applied.</summary>
    Stuck,

    CatchingUp,

    /// <summary>Applied slower than written: openly not catching up.</summary>
    Growing,

    /// <summary>Caught up; the quiet time before reopening runs.</summary>
    Done,
}

/// <summary>How long the way back may still take; <see cref="Low"/> ≤ <see cref="Likely"/> ≤ <see cref="High"/>.</summary>
public sealed record Remaining(TimeSpan Low, TimeSpan Likely, TimeSpan High);

/// <summary>What can truly be said about the way back. Null always means that it is not known.</summary>
public sealed record CatchUp
{
    public required CatchUpState State { get; init; }

    /// <summary>0 to 100, from a fixed start. 100 only when done.</summary>
    public double? Percent { get; init; }

    public TimeSpan? Behind { get; init; }

    public long? QueueBytes { get; init; }

    /// <summary>How fast the replica applies, over the short window.</summary>
    public double? BytesPerSecond { get; init; }

    public Remaining? Remaining { get; init; }
}

/// <summary>
/// The estimate: remaining = backlog / (apply rate − write rate), over a short and a long window; the two make the range.
/// While writes are held back the write rate falls to 0 by itself, within the short window.
/// </summary>
public static class CatchUpEstimate
{
    public static readonly TimeSpan ShortWindow = TimeSpan.FromSeconds(8);
    public static readonly TimeSpan LongWindow = TimeSpan.FromSeconds(60);

    /// <summary>No number before this much evidence.</summary>
    public static readonly TimeSpan ShortestEvidence = TimeSpan.FromSeconds(2.5);

    internal const int FewestSamples = 4;

    // Neither window sees what comes: the range is widened by as much as measured catch-ups strayed.
    private const double LowMargin = 0.75;
    private const double HighMargin = 1.4;

    /// <summary>How <paramref name="node"/> is doing, at <paramref name="now"/>.</summary>
    public static CatchUp Of(NodeState node, Moment now)
    {
        CatchUpState state = StateOf(node);
        TimeSpan? behind = node.LagAt(now);
        if (state == CatchUpState.Done)
            return new CatchUp { State = state, Percent = 100, Behind = behind, QueueBytes = node.QueueBytes, Remaining = new(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero) };

        var catchUp = new CatchUp { State = state, Percent = PercentOf(node), Behind = behind, QueueBytes = node.QueueBytes };
        if (state == CatchUpState.Stuck || node.Track?.PaceOver(ShortWindow) is not { } recent)
            return catchUp;

        double nowWritten = recent.Written;
        double shortNet = recent.Applied - nowWritten;
        double longNet = (node.Track.PaceOver(LongWindow)?.Applied ?? recent.Applied) - nowWritten;
        catchUp = catchUp with { BytesPerSecond = recent.Applied };
        if (Math.Max(shortNet, longNet) <= 0)
            return catchUp with { State = CatchUpState.Growing };
        return catchUp with { Remaining = node.QueueBytes is { } queue ? RangeOf(queue, shortNet, longNet) : null };
    }

    private static CatchUpState StateOf(NodeState node) => node switch
    {
        { Health: NodeHealth.Fresh } => CatchUpState.Done,
        { Silence: not null } or { Symptom: Symptom.NotApplying } => CatchUpState.Stuck,
        { Health: NodeHealth.Unknown, LastAnswer: null } => CatchUpState.Stuck,
        _ => CatchUpState.CatchingUp,
    };

    private static double? PercentOf(NodeState node)
    {
        if (node.Worst?.Status.Executed is not { } executed || node.QueueBytes is not { } queue)
            return null;
        // 100 is a promise that it is over; it is kept for that.
        return node.Track?.PercentAt(executed, queue) is { } percent ? Math.Min(percent, 99.9) : null;
    }

    private static Remaining? RangeOf(long queue, double shortNet, double longNet)
    {
        // One of the two may not gain at this moment; then only the other is evidence.
        double slow = Math.Min(shortNet, longNet) > 0 ? Math.Min(shortNet, longNet) : Math.Max(shortNet, longNet);
        double fast = Math.Max(shortNet, longNet);
        double likely = Math.Sqrt(slow * fast);
        double high = queue / slow * HighMargin;
        // Beyond a month no rate of the last minute means anything.
        if (high > TimeSpan.FromDays(30).TotalSeconds)
            return null;
        return new Remaining(TimeSpan.FromSeconds(queue / fast * LowMargin), TimeSpan.FromSeconds(queue / likely), TimeSpan.FromSeconds(high));
    }
}
