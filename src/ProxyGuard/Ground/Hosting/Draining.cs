using ProxyGuard.Ground.Settings;

namespace ProxyGuard.Ground.Hosting;

/// <summary>
/// The way down: /ready says no while everything is still served, so that a load balancer can send members elsewhere; then the listeners
/// close, and in-flight requests are ended in peace.
/// </summary>
internal sealed class Draining(ShutdownSettings settings, TimeProvider time) : IHostedLifecycleService
{
    private bool _hasBegun;

    public bool HasBegun => Volatile.Read(ref _hasBegun);

    /// <summary>The host calls it before anything is stopped.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        // Who is told a second time to stop has announced it already.
        bool isAnnounced = Interlocked.Exchange(ref _hasBegun, true);
        if (!isAnnounced && settings.PreStopDelay > TimeSpan.Zero)
            await Task.Delay(settings.PreStopDelay, time, cancellationToken).ConfigureAwait(false);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
