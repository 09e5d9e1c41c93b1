using System.Collections.Immutable;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Ground.Time;

namespace ProxyGuard.Deciding.Guarding;

/// <summary>The way from what happened to everybody who tells of it.</summary>
internal sealed class SiteEvents(IEnumerable<ISiteEventSink> sinks, GuardClock clock, ILogger<SiteEvents> log) : IAsyncDisposable
{
    private readonly ImmutableArray<EventQueue> _queues = [.. sinks.Select(sink => new EventQueue(sink, log))];

    /// <summary>Time of day, in UTC, for an event of this moment.</summary>
    public DateTimeOffset Now => clock.UtcNow;

    /// <summary>Returns at once.</summary>
    public void Tell(SiteEvent happened)
    {
        foreach (EventQueue queue in _queues)
            queue.Add(happened);
    }

    /// <summary>Completes when every sink has told everything, or after <paramref name="most"/>: one may hang.</summary>
    public Task ToldAsync(TimeSpan most)
    {
        Task all = Task.WhenAll(_queues.Select(queue => queue.ToldAsync()));
        return all.IsCompleted ? all : Task.WhenAny(all, Task.Delay(most, clock.Time));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (EventQueue queue in _queues)
            await queue.DisposeAsync().ConfigureAwait(false);
    }
}
