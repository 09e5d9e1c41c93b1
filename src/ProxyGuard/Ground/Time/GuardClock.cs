using ProxyGuard.Core.Replication;

namespace ProxyGuard.Ground.Time;

/// <summary>
/// The one clock: moments that never step, and what time of day they were. When the host's clock is set, moments stay and their times of
/// day move with it.
/// </summary>
internal sealed class GuardClock(TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();

    public TimeProvider Time { get; } = time;

    public MonotonicInstant Now => new(Time.GetElapsedTime(_start));

    public DateTimeOffset UtcNow => Time.GetUtcNow();

    public DateTimeOffset ToUtc(MonotonicInstant moment) => UtcNow + (moment - Now);

    public MonotonicInstant FromUtc(DateTimeOffset utc) => Now + (utc - UtcNow);
}
