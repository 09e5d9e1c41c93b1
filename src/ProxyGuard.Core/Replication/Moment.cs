namespace ProxyGuard.Core.Replication;

/// <summary>
/// A point on ProxyGuard's own clock, which never steps: it is not a time of day, and only the clock that made it can tell which time of day it was.
/// Moments before the clock was started (read back from disk) are negative.
/// </summary>
/// <param name="SinceStart">Time since the clock's start.</param>
public readonly record struct Moment(TimeSpan SinceStart) : IComparable<Moment>
{
    /// <summary>The moment that many seconds after the clock's start; for tests and tables.</summary>
    public static Moment At(double seconds) => new(TimeSpan.FromSeconds(seconds));

    public int CompareTo(Moment other) => SinceStart.CompareTo(other.SinceStart);

    public static TimeSpan operator -(Moment later, Moment earlier) => later.SinceStart - earlier.SinceStart;

    public static Moment operator +(Moment moment, TimeSpan span) => new(moment.SinceStart + span);

    public static Moment operator -(Moment moment, TimeSpan span) => new(moment.SinceStart - span);

    public static bool operator <(Moment left, Moment right) => left.SinceStart < right.SinceStart;

    public static bool operator >(Moment left, Moment right) => left.SinceStart > right.SinceStart;

    public static bool operator <=(Moment left, Moment right) => left.SinceStart <= right.SinceStart;

    public static bool operator >=(Moment left, Moment right) => left.SinceStart >= right.SinceStart;

    /// <summary>The earlier of two.</summary>
    public static Moment Earlier(Moment one, Moment other) => one <= other ? one : other;

    /// <summary>The later of two; a missing one is no moment at all.</summary>
    public static Moment? Later(Moment? one, Moment? other) => one is { } first && (other is not { } second || first >= second) ? one : other;

    public override string ToString() => $"{SinceStart.TotalSeconds:0.###}s";
}
