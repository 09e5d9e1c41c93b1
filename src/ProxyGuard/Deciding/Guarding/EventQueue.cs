using System.Threading.Channels;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Ground.Telemetry;

namespace ProxyGuard.Deciding.Guarding;

/// <summary>The events that one sink has yet to tell. What does not fit any more is lost, the oldest first, and said to be so.</summary>
internal sealed class EventQueue : IAsyncDisposable
{
    /// <summary>A night of flapping; some megabytes at most, for an event holds its views.</summary>
    public const int Most = 256;

    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(2);

    private readonly ISiteEventSink _sink;
    private readonly ILogger _log;
    private readonly Channel<SiteEvent> _events;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _telling;
    private readonly Lock _lock = new();
    private TaskCompletionSource _told = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _untold;

    public EventQueue(ISiteEventSink sink, ILogger log)
    {
        (_sink, _log) = (sink, log);
        _events = Channel.CreateBounded<SiteEvent>(
            new BoundedChannelOptions(Most) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true }, Lost);
        _telling = Task.Run(TellAsync);
    }

    /// <summary>Completes when nothing is left to be told.</summary>
    public Task ToldAsync()
    {
        lock (_lock)
            return _untold == 0 ? Task.CompletedTask : _told.Task;
    }

    /// <summary>Returns at once.</summary>
    public void Add(SiteEvent happened)
    {
        lock (_lock)
        {
            if (_untold++ == 0)
                _told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        if (!_events.Writer.TryWrite(happened))
            Done();
    }

    /// <summary>What is left is told, unless that takes too long.</summary>
    public async ValueTask DisposeAsync()
    {
        _events.Writer.TryComplete();
        _stop.CancelAfter(ShutdownTimeout);
        await Task.WhenAny(_telling, Task.Delay(2 * ShutdownTimeout)).ConfigureAwait(false);
    }

    private async Task TellAsync()
    {
        await foreach (SiteEvent happened in _events.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            try
            {
                await _sink.TellAsync(happened, _stop.Token).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // Whatever it was, the next event is told all the same.
            catch (Exception e)
#pragma warning restore CA1031
            {
                _log.EventNotTold(_sink.Name, happened.GetType().Name, e);
            }

            Done();
        }
    }

    private void Lost(SiteEvent happened)
    {
        _log.EventLost(_sink.Name, happened.GetType().Name);
        Done();
    }

    private void Done()
    {
        // The count and its waiter change together: else a waiter could wait for ever for the others' end.
        lock (_lock)
        {
            if (--_untold == 0)
                _told.SetResult();
        }
    }
}
