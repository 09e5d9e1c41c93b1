using Microsoft.Extensions.Time.Testing;

namespace ProxyGuard.Testing;

/// <summary>A host's clocks that a test moves: the one that never steps, and the time of day that somebody can set.</summary>
internal sealed class HostTime(DateTimeOffset start) : FakeTimeProvider(start)
{
    private TimeSpan _stepped;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _stepped;

    // The base takes its time stamps, ten million a second, from the time of day.
    public override long GetTimestamp() => base.GetTimestamp() - _stepped.Ticks;

    /// <summary>Sets the time of day, as NTP or an administrator does; elapsed time is not touched.</summary>
    public void Step(TimeSpan by) => _stepped += by;
}
