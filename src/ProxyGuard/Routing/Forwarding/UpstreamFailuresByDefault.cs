using Yarp.ReverseProxy.Configuration;

namespace ProxyGuard.Routing.Forwarding;

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

    public ValueTask<RouteConfig> ConfigureRouteAsync(RouteConfig route, ClusterConfig? cluster, CancellationToken cancel) =>
        ValueTask.FromResult(route);
}
