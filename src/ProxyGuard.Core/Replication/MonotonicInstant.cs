namespace ProxyGuard.Core.Replication;

/// <summary>
/// A point on ProxyGuard's own clock, which never steps: it is not a time of day, and only the clock that made it can tell which time of
/// day it was. Moments before the clock was started (read back from disk) are negative.
/// </summary>
/// <param name="SinceStart">Time since the clock's start.</param>
public readonly record struct MonotonicInstant(TimeSpan SinceStart) : IComparable<MonotonicInstant>
{
    /// <summary>The moment that many seconds after the clock's start; for tests and tables.</summary>
    public static MonotonicInstant At(double seconds) => new(TimeSpan.FromSeconds(seconds));

    public int CompareTo(MonotonicInstant other) => SinceStart.CompareTo(other.SinceStart);

    public static TimeSpan operator -(MonotonicInstant later, MonotonicInstant earlier) => later.SinceStart - earlier.SinceStart;

    public static MonotonicInstant operator +(MonotonicInstant moment, TimeSpan span) => new(moment.SinceStart + span);

    public static MonotonicInstant operator -(MonotonicInstant moment, TimeSpan span) => new(moment.SinceStart - span);

    public static bool operator <(MonotonicInstant left, MonotonicInstant right) => left.SinceStart < right.SinceStart;

    public static bool operator >(MonotonicInstant left, MonotonicInstant right) => left.SinceStart > right.SinceStart;

    public static bool operator <=(MonotonicInstant left, MonotonicInstant right) => left.SinceStart <= right.SinceStart;

    public static bool operator >=(MonotonicInstant left, MonotonicInstant right) => left.SinceStart >= right.SinceStart;

    /// <summary>The earlier of two.</summary>
    public static MonotonicInstant Earlier(MonotonicInstant one, MonotonicInstant other) => one <= other ? one : other;

    /// <summary>The later of two; a missing one is no moment at all.</summary>
    public static MonotonicInstant? Later(MonotonicInstant? one, MonotonicInstant? other) =>
        one is { } first && (other is not { } second || first >= second) ? one : other;

    public override string ToString() => $"{SinceStart.TotalSeconds:0.###}s";
}
