using System.Collections.Concurrent;
using ProxyGuard.Core.Replication;
using ProxyGuard.Core.Routing;
using ProxyGuard.Ground.Settings;
using ProxyGuard.Ground.Time;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Model;

namespace ProxyGuard.Routing.Forwarding;

/// <summary>Every web server there is, with what is known of it.</summary>
internal sealed class WebServerStates(Lazy<IProxyStateLookup> proxy, GuardSettings settings, GuardClock clock)
{
    private readonly ConcurrentDictionary<DestinationState, WebServer> _servers = new();

    /// <summary>One of them is in another state than before; handlers must not block.</summary>
    public event Action? Changed;

    /// <summary>By cluster and name.</summary>
    public IEnumerable<WebServer> All =>
        from cluster in proxy.Value.GetClusters().OrderBy(cluster => cluster.ClusterId, StringComparer.Ordinal)
        from destination in cluster.Destinations.Values.OrderBy(destination => destination.DestinationId, StringComparer.Ordinal)
        select Of(cluster, destination);

    public WebServer Of(ClusterState cluster, DestinationState destination) =>
        _servers.TryGetValue(destination, out WebServer? known) ? known : _servers.GetOrAdd(destination, New(cluster, destination));

    public void Answers(WebServer server) => Become(server, WebServerHealth.Answering, "");

    public void Fails(WebServer server, string why) => Become(server, WebServerHealth.Failing, why);

    private WebServer New(ClusterState cluster, DestinationState destination)
    {
        WebServerSettings? settingsOfCluster =
            settings.WebServers.FirstOrDefault(
                server => string.Equals(server.Cluster, cluster.ClusterId, StringComparison.OrdinalIgnoreCase));
        return new WebServer(cluster, destination, new WebServerState
        {
            Cluster = cluster.ClusterId,
            Name = destination.DestinationId,
            Address = destination.Model.Config.Address,
            Reads = DestinationReads.Named(destination),
            TakesReads = settingsOfCluster?.TakesReads ?? true,
            TakesWrites = settingsOfCluster?.TakesWrites ?? true,
        });
    }

    private void Become(WebServer server, WebServerHealth health, string why)
    {
        MonotonicInstant now = clock.Now;
        bool isNew = server.Become(state =>
            state.Health == health ? state with { Why = why } : state with { Health = health, Since = now, Why = why });
        if (isNew)
            Changed?.Invoke();
    }
}
