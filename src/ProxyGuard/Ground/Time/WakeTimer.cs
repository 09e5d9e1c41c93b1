namespace ProxyGuard.Ground.Time;

/// <summary>
/// A wait that ends after a time or when it is woken, whichever comes first. Several wakes before a wait are one, and none is lost.
/// </summary>
internal sealed class WakeTimer(TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly Lock _lock = new();

    /// <summary>Returns at once; any thread may call it.</summary>
    public void Wake()
    {
        lock (_lock)
        {
            if (_wake.CurrentCount == 0)
                _wake.Release();
        }
    }

    /// <exception cref="OperationCanceledException">Stopped meanwhile.</exception>
    public async Task WaitAsync(TimeSpan most, CancellationToken stop)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await Task.WhenAny(Task.Delay(most, time, ended.Token), _wake.WaitAsync(ended.Token)).ConfigureAwait(false);
        await ended.CancelAsync().ConfigureAwait(false);
        stop.ThrowIfCancellationRequested();
    }

    public void Dispose() => _wake.Dispose();
}
