using ProxyGuard.Core.Replication;

namespace ProxyGuard.Ground.Time;

/// <summary>
/// The one clock: moments that never step, and what time of day they were. When the host's clock is set, moments stay and their times of day move with it.
/// </summary>
internal sealed class GuardClock(TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();

    public TimeProvider Time { get; } = time;

    public Moment Now => new(Time.GetElapsedTime(_start));

    public DateTimeOffset UtcNow => Time.GetUtcNow();

    public DateTimeOffset ToUtc(Moment moment) => UtcNow + (moment - Now);

    public Moment FromUtc(DateTimeOffset utc) => Now + (utc - UtcNow);
}
