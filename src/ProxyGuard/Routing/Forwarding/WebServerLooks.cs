using ProxyGuard.Core.Routing;
using ProxyGuard.Ground.Telemetry;
using ProxyGuard.Ground.Time;

namespace ProxyGuard.Routing.Forwarding;

/// <summary>
/// Once a second looks after the web servers that have answered no member meanwhile: whether one that served still takes connections, and
/// whether one of unknown state answers. Those that are busy are never asked, those that are out are asked where their return is awaited
/// (<see cref="UpstreamFailures"/>).
/// </summary>
internal sealed class WebServerLooks(
    WebServerStates servers, WebServerRotation rotation, GuardClock clock, ILogger<WebServerLooks> log) : BackgroundService
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    /// <summary>One round. A web server that is slow to answer holds up no other's next one.</summary>
    public Task LookAsync(CancellationToken stop) => Task.WhenAll(servers.All.Select(server => LookAtAsync(server, stop)));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            // Not waited for: see LookAsync.
            _ = LookQuietlyAsync(stoppingToken);
            await Task.Delay(LookInterval, clock.Time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task LookQuietlyAsync(CancellationToken stop)
    {
        try
        {
            await LookAsync(stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Shutdown.
        }
#pragma warning disable CA1031 // The watcher never dies quietly: whatever it was, it is told, and the next round comes.
        catch (Exception e)
#pragma warning restore CA1031
        {
            log.WebServersNotLookedAt(e);
        }
    }

    private async Task LookAtAsync(WebServer server, CancellationToken stop)
    {
        if (server.ForgetHeardSinceLook())
        {
            server.Doubts = 0;
            return;
        }

        if (server.Outage is { IsOver: false } || !server.TryLook())
            return;
        try
        {
            if (server.State.Health == WebServerHealth.Answering)
                await rotation.KnockAsync(server, stop).ConfigureAwait(false);
            else
                await rotation.LookAsync(server, stop).ConfigureAwait(false);
        }
        finally
        {
            server.EndLook();
        }
    }
}
