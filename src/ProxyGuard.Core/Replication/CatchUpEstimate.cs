namespace ProxyGuard.Core.Replication;

/// <summary>
/// The estimate: remaining = backlog / (apply rate − write rate). While nothing is written it is backlog / apply rate.
/// Both rates are taken over a short window and over one that reaches as far back as the backlog reaches ahead. How wide the range is, the
/// replica's own past decides.
/// </summary>
public static class CatchUpEstimate
{
    // Six out of seven of whatever spreads normally lie within so many typical errors; that the two rates differ makes it nine out of ten.
    private const double ErrorsEitherWay = 1.42;

    // When the queue might as well grow there is no longest time; this many times the likely one is as far as we say anything.
    private const double FarthestOfLikely = 4;

    // When nothing is written: a range of more than 1:6 would be of no use.
    private const double FarthestOfLikelyWhileSilent = 2.4;

    // The end is seen by the next tick, not before it.
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(0.5);

    // Beyond a month no rate that was measured means anything.
    private static readonly TimeSpan Farthest = TimeSpan.FromDays(30);

    /// <summary>How <paramref name="node"/> is doing, at <paramref name="now"/>.</summary>
    public static CatchUp Of(NodeState node, MonotonicInstant now)
    {
        CatchUpState state = StateOf(node);
        TimeSpan? behind = node.LagAt(now);
        if (state == CatchUpState.Done)
            return new CatchUp
            {
                State = state,
                Percent = 100,
                Behind = behind,
                QueueBytes = node.QueueBytes,
                Remaining = new(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero)
            };

        var catchUp = new CatchUp { State = state, Percent = PercentOf(node), Behind = behind, QueueBytes = node.QueueBytes };
        return state == CatchUpState.Stuck || node.Track is not { Course: { IsEvidence: true } course }
            ? catchUp
            : Foreseen(catchUp, course);
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

    private static CatchUp Foreseen(CatchUp catchUp, CatchUpCourse course)
    {
        catchUp = catchUp with { BytesPerSecond = course.Recent.Applied };
        if (GainOf(course) is not { } gain)
            return catchUp with { State = CatchUpState.Growing };
        return catchUp with { Remaining = catchUp.QueueBytes is { } queue ? RangeOf(queue, gain, course) : null };
    }

    /// <summary>Bytes per second that the queue is likely to shrink by; null when it does not shrink.</summary>
    private static double? GainOf(CatchUpCourse course)
    {
        // No advance in all there is to see: the queue stays as it is, and who held the writers back must not call that catching up.
        if (course.AreWritersSilent)
            return course.LikelyApplied > 0 ? course.LikelyApplied : null;
        double recent = course.Recent.Net;
        double matched = course.Matched.Net;
        if (Math.Max(recent, matched) <= 0)
            return null;
        // One of the two may not gain at this moment; then only the other is evidence.
        return Math.Min(recent, matched) > 0 ? Math.Sqrt(recent * matched) : Math.Max(recent, matched);
    }

    private static Remaining? RangeOf(long queue, double gain, CatchUpCourse course)
    {
        double likely = LikelySeconds(queue, gain, course);
        if (!(likely <= Farthest.TotalSeconds))
            return null;

        (double error, double slowdown) = CatchUpHindsight.On(course, TimeSpan.FromSeconds(likely));
        likely *= Math.Exp(slowdown);
        double recent = course.Recent.Applied;
        double matched = course.Matched.Applied;
        double written = course.WrittenLately;
        double farthest = written > 0 ? FarthestOfLikely : FarthestOfLikelyWhileSilent;
        // At best the writers stop now, and what they cost goes into applying; at worst they go on as in the last seconds, also when they
        // rest at the moment.
        double fastest = (Math.Max(recent, matched) + written) * Math.Exp(ErrorsEitherWay * error);
        double slowest = Math.Min(recent, matched) * Math.Exp(-ErrorsEitherWay * error) - written;
        double high = Math.Max(likely, slowest > 0 ? Math.Min(queue / slowest, likely * farthest) : likely * farthest) + Tick.TotalSeconds;
        double low = Math.Min(likely, Math.Max(queue / fastest, high / (farthest * farthest)));
        return new Remaining(TimeSpan.FromSeconds(low), TimeSpan.FromSeconds(likely), TimeSpan.FromSeconds(high));
    }

    // How long writers go on is unknown. As a guess, as long again as they were seen to; from then on nothing is written.
    private static double LikelySeconds(long queue, double gain, CatchUpCourse course)
    {
        double writing = course.AreWritersSilent ? double.PositiveInfinity : course.Elapsed.TotalSeconds;
        double whileTheyWrite = Math.Min(queue / gain, writing);
        double left = queue - whileTheyWrite * gain;
        return left <= 0 ? whileTheyWrite : whileTheyWrite + left / Math.Max(gain, course.LikelyApplied);
    }
}
