using ProxyGuard.Core.Replication;

namespace ProxyGuard.Core.Tests.Replication;

/// <summary>How good estimates were. All but the count are shares of 1; null where there was nothing to count.</summary>
internal sealed record EstimateScore
{
    public required int Samples { get; init; }

    /// <summary>Of the ranges that were shown, those that the truth lay in.</summary>
    public required double? Inside { get; init; }

    /// <summary>Of the likely value, in shares of the truth.</summary>
    public required double? MedianError { get; init; }

    /// <summary>The longest time of the range by its shortest; 1 would be one number.</summary>
    public required double? MedianRatio { get; init; }

    /// <summary>
    /// Of the ranges that were shown from ten seconds after the writers stopped, those with the longest time at most six times the
    /// shortest.
    /// </summary>
    public required double? NarrowWhileSilent { get; init; }

    /// <summary>Said not to catch up.</summary>
    public required double Growing { get; init; }

    /// <summary>Nothing said at all.</summary>
    public required double Silent { get; init; }

    /// <summary>Seconds_Behind_Master taken for the time that is left.</summary>
    public required double? SecondsBehindError { get; init; }

    /// <summary>lag / (speed − 1), both from Seconds_Behind_Master over eight seconds.</summary>
    public required double? FromSlopeError { get; init; }

    /// <summary>Where Seconds_Behind_Master did not fall, so that no time follows from it.</summary>
    public required double FromSlopeSilent { get; init; }

    public static EstimateScore Of(IReadOnlyList<JudgedEstimate> judged)
    {
        JudgedEstimate[] shown = [.. judged.Where(one => one.Said.Remaining is not null)];
        JudgedEstimate[] silent = [.. shown.Where(one => one.SinceWritten >= 10)];
        return new EstimateScore
        {
            Samples = judged.Count,
            Inside = shown.Length == 0 ? null : shown.Count(IsInside) / (double)shown.Length,
            MedianError = Median(shown.Select(one => Error(one.Said.Remaining!.Likely.TotalSeconds, one.Truth))),
            MedianRatio = Median(shown.Select(one => Ratio(one.Said.Remaining!))),
            NarrowWhileSilent = silent.Length == 0 ? null : silent.Count(one => Ratio(one.Said.Remaining!) <= 6) / (double)silent.Length,
            Growing = Share(judged, one => one.Said.State == CatchUpState.Growing),
            Silent = Share(judged, one => one.Said is { State: not CatchUpState.Growing, Remaining: null }),
            SecondsBehindError = Median(
                judged.Where(one => one.SecondsBehind is not null).Select(one => Error(one.SecondsBehind!.Value, one.Truth))),
            FromSlopeError = Median(judged.Where(one => one.FromSlope is not null).Select(one => Error(one.FromSlope!.Value, one.Truth))),
            FromSlopeSilent = Share(judged, one => one.FromSlope is null),
        };
    }

    private static bool IsInside(JudgedEstimate one) =>
        one.Truth >= one.Said.Remaining!.Low.TotalSeconds && one.Truth <= one.Said.Remaining.High.TotalSeconds;

    private static double Ratio(Remaining remaining) => remaining.High / remaining.Low;

    private static double Error(double said, double truth) => Math.Abs(said - truth) / truth;

    private static double Share(IReadOnlyList<JudgedEstimate> judged, Func<JudgedEstimate, bool> what) =>
        judged.Count == 0 ? 0 : judged.Count(what) / (double)judged.Count;

    /// <summary>Null of nothing.</summary>
    public static double? Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? null : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
