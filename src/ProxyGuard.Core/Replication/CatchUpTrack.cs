using System.Collections.Immutable;

namespace ProxyGuard.Core.Replication;

/// <summary>Where replica and source stood at one moment of the catch-up.</summary>
public readonly record struct CatchUpSample(MonotonicInstant At, BinlogPosition Executed, BinlogPosition Head);

/// <summary>The catch-up of one replica: where it began, and how it went since the replica applies.</summary>
public sealed class CatchUpTrack
{
    // Two minutes of every half second; what is older is kept at half the density, again and again.
    private const int MostMarks = 256;

    private readonly ImmutableArray<CatchUpMark> _marks;
    private readonly BinlogPosition? _executed;
    private readonly BinlogIndex _logs;

    private CatchUpTrack(BinlogPosition start, ImmutableArray<CatchUpMark> marks, BinlogPosition? executed, BinlogIndex logs)
    {
        Start = start;
        _marks = marks;
        _executed = executed;
        _logs = logs;
    }

    /// <summary>
    /// The executed position the replica had when it was last fresh, or when we first saw it: percent counts from here, and does not move.
    /// </summary>
    public BinlogPosition Start { get; }

    internal CatchUpCourse Course => new(_marks.AsSpan());

    public static CatchUpTrack From(BinlogPosition start) => new(start, [], null, BinlogIndex.Empty);

    /// <summary>The replica does not apply: rates of before say nothing about what comes after.</summary>
    public CatchUpTrack Paused() => _marks.IsEmpty ? this : new CatchUpTrack(Start, [], null, _logs);

    public CatchUpTrack With(CatchUpSample sample, BinlogIndex sourceLogs)
    {
        // A late answer from a previous tick: the newer one already counted.
        if (!_marks.IsEmpty && sample.At <= _marks[^1].At)
            return this;
        if (sourceLogs.BytesBetween(sample.Executed, sample.Head) is not { } queue)
            return new CatchUpTrack(Start, [], null, sourceLogs);

        // A position that went back, or of another log, begins a course of its own.
        ImmutableArray<CatchUpMark> marks = AppliedUntil(sample.Executed, sourceLogs) is { } applied
            ? Thinned().Add(new CatchUpMark(sample.At, applied, queue))
            : [new CatchUpMark(sample.At, 0, queue)];
        return new CatchUpTrack(Start, marks, sample.Executed, sourceLogs);
    }

    /// <summary>Bytes of the way done, out of all there were; null when the position of the start is no longer in the logs.</summary>
    internal double? PercentAt(BinlogPosition executed, long queueBytes)
    {
        if (_logs.BytesBetween(Start, executed) is not { } done || done < 0)
            return null;
        return done + queueBytes == 0 ? 100 : 100.0 * done / (done + queueBytes);
    }

    private long? AppliedUntil(BinlogPosition executed, BinlogIndex sourceLogs) =>
        _executed is { } before && sourceLogs.BytesBetween(before, executed) is { } step and >= 0 ? _marks[^1].Applied + step : null;

    private ImmutableArray<CatchUpMark> Thinned() => _marks.Length < MostMarks
        ? _marks
        : [.. _marks.Where((_, index) => index % 2 == 0 || index >= MostMarks / 2)];
}
