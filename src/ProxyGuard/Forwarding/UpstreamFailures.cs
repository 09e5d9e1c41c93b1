using System.Collections.Concurrent;
using System.Net.Sockets;
using ProxyGuard.Operations;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace ProxyGuard.Forwarding;

/// <summary>
/// Takes a web server out whose connection was refused or broke, or that did not answer in time, and back in as soon as it takes connections again. Whether its
/// database is fresh is another matter. Where a cluster's configuration names a passive health check of its own, that one is used instead.
/// </summary>
internal sealed class UpstreamFailures(IDestinationHealthUpdater health, IHostApplicationLifetime lifetime, ILogger<UpstreamFailures> log) : IPassiveHealthCheckPolicy
{
    public const string PolicyName = "ProxyGuard";

    private static readonly TimeSpan TriedEvery = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    // Only a bound for the case that whoever tries it again were gone.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<DestinationState, ClusterState> _out = new();

    public string Name => PolicyName;

    public void RequestProxied(HttpContext context, ClusterState cluster, DestinationState destination)
    {
        if (context.GetForwarderErrorFeature() is not { } error || !AttemptMiddleware.IsOfTheUpstream(error.Error) || context.RequestAborted.IsCancellationRequested)
            return;
        if (cluster.Model.Config.HealthCheck?.Passive?.Policy != PolicyName || !_out.TryAdd(destination, cluster))
            return;
        health.SetPassive(cluster, destination, DestinationHealth.Unhealthy, Longest);
        log.UpstreamOut(destination.DestinationId, error.Exception?.GetBaseException().Message ?? $"{error.Error}");
        _ = ReturnAsync(cluster, destination, lifetime.ApplicationStopping);
    }

    private async Task ReturnAsync(ClusterState cluster, DestinationState destination, CancellationToken stop)
    {
        try
        {
            do
                await Task.Delay(TriedEvery, stop).ConfigureAwait(false);
            while (!await TakesConnectionsAsync(new Uri(destination.Model.Config.Address), stop).ConfigureAwait(false));

            _out.TryRemove(destination, out _);
            health.SetPassive(cluster, destination, DestinationHealth.Healthy, TimeSpan.Zero);
            log.UpstreamBack(destination.DestinationId);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Nobody asks any more.
        }
    }

    private static async Task<bool> TakesConnectionsAsync(Uri address, CancellationToken stop)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
        deadline.CancelAfter(Patience);
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(address.Host, address.Port, deadline.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is SocketException || e is OperationCanceledException && !stop.IsCancellationRequested)
        {
            return false;
        }
    }
}

/// <summary>Gives <see cref="UpstreamFailures"/> to every cluster whose configuration has no passive health check.</summary>
internal sealed class UpstreamFailuresByDefault : IProxyConfigFilter
{
    public ValueTask<ClusterConfig> ConfigureClusterAsync(ClusterConfig cluster, CancellationToken cancel)
    {
        if (cluster.HealthCheck?.Passive is not null)
            return ValueTask.FromResult(cluster);
        HealthCheckConfig check = cluster.HealthCheck ?? new HealthCheckConfig();
        return ValueTask.FromResult(cluster with
        {
            HealthCheck = check with { Passive = new PassiveHealthCheckConfig { Enabled = true, Policy = UpstreamFailures.PolicyName } },
        });
    }

    public ValueTask<RouteConfig> ConfigureRouteAsync(RouteConfig route, ClusterConfig? cluster, CancellationToken cancel) => ValueTask.FromResult(route);
}
