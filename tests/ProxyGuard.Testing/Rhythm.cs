namespace ProxyGuard.Testing;

/// <summary>Does the same thing again and again, one after the other, until it is disposed of; which also throws what went wrong.</summary>
internal sealed class Rhythm : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _beats;

    /// <param name="every">The pause between the end of one beat and the next.</param>
    public Rhythm(TimeSpan every, Func<CancellationToken, Task> beat) => _beats = Task.Run(() => RunAsync(every, beat, _stop.Token));

    /// <summary>Ends the beats without throwing what went wrong in them; disposing does.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAny(_beats);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _beats;
        _stop.Dispose();
    }

    private static async Task RunAsync(TimeSpan every, Func<CancellationToken, Task> beat, CancellationToken stop)
    {
        try
        {
            while (!stop.IsCancellationRequested)
            {
                await beat(stop);
                await Task.Delay(every, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Told to end.
        }
    }
}
