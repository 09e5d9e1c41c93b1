using System.Collections.Concurrent;
using ProxyGuard.Core.Replication;
using ProxyGuard.Core.Routing;
using ProxyGuard.Ground.Settings;
using ProxyGuard.Ground.Time;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Model;

namespace ProxyGuard.Routing.Forwarding;

/// <summary>Every web server there is, with what is known of it.</summary>
internal sealed class WebServerStates(Lazy<IProxyStateLookup> proxy, LiveSettings settings, GuardClock clock) : IConfigChangeListener
{
    private readonly ConcurrentDictionary<DestinationState, WebServer> _servers = new();

    /// <summary>One of them is in another state than before; handlers must not block.</summary>
    public event Action? Changed;

    /// <summary>By cluster and name.</summary>
    public IEnumerable<WebServer> All =>
        from cluster in proxy.Value.GetClusters().OrderBy(cluster => cluster.ClusterId, StringComparer.Ordinal)
        from destination in cluster.Destinations.Values.OrderBy(destination => destination.DestinationId, StringComparer.Ordinal)
        select Of(cluster, destination);

    /// <summary>One that was given another address, or other nodes, is another one: nothing is known of it.</summary>
    public WebServer Of(ClusterState cluster, DestinationState destination)
    {
        if (!_servers.TryGetValue(destination, out WebServer? known))
            return _servers.GetOrAdd(destination, New(cluster, destination));
        if (ReferenceEquals(known.Model, destination.Model) || known.Model.Config == destination.Model.Config)
            return known;
        WebServer renewed = New(cluster, destination);
        if (!_servers.TryUpdate(destination, renewed, known))
            return Of(cluster, destination);
        Leave(known);
        // YARP remembers of the destination what was true of another web server.
        destination.Health.Passive = DestinationHealth.Unknown;
        return renewed;
    }

    public void Answers(WebServer server) => Become(server, WebServerHealth.Answering, "");

    public void Fails(WebServer server, string why) => Become(server, WebServerHealth.Failing, why);

    /// <summary>YARP has other routes, clusters or web servers: those that are gone are forgotten, and all is looked at anew.</summary>
    public void ConfigurationApplied(IReadOnlyList<IProxyConfig> proxyConfigs)
    {
        WebServer[] all = [.. All];
        foreach (DestinationState gone in _servers.Keys.Except(all.Select(server => server.Destination)))
            Forget(gone);
        foreach (WebServer server in all)
        {
            // Which requests a cluster gets is its routes' to say.
            WebServerSettings? now = SettingsOf(server.Cluster.ClusterId);
            server.Become(state => state with { TakesReads = now?.TakesReads ?? true, TakesWrites = now?.TakesWrites ?? true });
        }

        Changed?.Invoke();
    }

    public void ConfigurationApplyingFailed(IReadOnlyList<IProxyConfig> proxyConfigs, Exception exception)
    {
    }

    public void ConfigurationLoaded(IReadOnlyList<IProxyConfig> proxyConfigs)
    {
    }

    public void ConfigurationLoadingFailed(IProxyConfigProvider configProvider, Exception exception)
    {
    }

    private void Forget(DestinationState gone)
    {
        if (_servers.TryRemove(gone, out WebServer? server))
            Leave(server);
    }

    /// <summary>Nothing waits any more for its return.</summary>
    private static void Leave(WebServer server)
    {
        if (Volatile.Read(ref server.Outage) is { } outage)
            outage.IsOver = true;
    }

    private WebServerSettings? SettingsOf(string cluster) => settings.Current.WebServers.FirstOrDefault(
        server => string.Equals(server.Cluster, cluster, StringComparison.OrdinalIgnoreCase));

    private WebServer New(ClusterState cluster, DestinationState destination)
    {
        WebServerSettings? settingsOfCluster = SettingsOf(cluster.ClusterId);
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
