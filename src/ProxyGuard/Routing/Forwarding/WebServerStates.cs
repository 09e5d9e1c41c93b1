using System.Collections.Concurrent;
using ProxyGuard.Core.Replication;
using ProxyGuard.Core.Routing;
using ProxyGuard.Ground.Settings;
using ProxyGuard.Ground.Time;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Model;

namespace ProxyGuard.Routing.Forwarding;

/// <summary>Every web server there is, with what is known of it.</summary>
internal sealed class WebServerStates
{
    private readonly Lazy<IProxyStateLookup> _proxy;
    private readonly LiveSettings _settings;
    private readonly GuardClock _clock;
    private readonly ConcurrentDictionary<DestinationState, WebServer> _servers = new();

    public WebServerStates(Lazy<IProxyStateLookup> proxy, LiveSettings settings, GuardClock clock)
    {
        (_proxy, _settings, _clock) = (proxy, settings, clock);
        settings.Changed += _ => TakeRoutes();
    }

    /// <summary>One of them is in another state than before; handlers must not block.</summary>
    public event Action? Changed;

    /// <summary>By cluster and name.</summary>
    public IEnumerable<WebServer> All
    {
        get
        {
            WebServer[] all = [.. Configured];
            if (_servers.Count > all.Length)
                Forget(_servers.Keys.Except(all.Select(server => server.Destination)));
            return all;
        }
    }

    private IEnumerable<WebServer> Configured =>
        from cluster in _proxy.Value.GetClusters().OrderBy(cluster => cluster.ClusterId, StringComparer.Ordinal)
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
        return _servers.TryUpdate(destination, renewed, known) ? renewed : Of(cluster, destination);
    }

    public void Answers(WebServer server) => Become(server, WebServerHealth.Answering, "");

    public void Fails(WebServer server, string why) => Become(server, WebServerHealth.Failing, why);

    private void Forget(IEnumerable<DestinationState> gone)
    {
        foreach (DestinationState destination in gone)
            _servers.TryRemove(destination, out _);
    }

    /// <summary>Which requests a cluster gets is its routes' to say, which may be others now.</summary>
    private void TakeRoutes()
    {
        foreach (WebServer server in _servers.Values)
        {
            WebServerSettings? now = SettingsOf(server.Cluster.ClusterId);
            server.Become(state => state with { TakesReads = now?.TakesReads ?? true, TakesWrites = now?.TakesWrites ?? true });
        }
    }

    private WebServerSettings? SettingsOf(string cluster) => _settings.Current.WebServers.FirstOrDefault(
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
        MonotonicInstant now = _clock.Now;
        bool isNew = server.Become(state =>
            state.Health == health ? state with { Why = why } : state with { Health = health, Since = now, Why = why });
        if (isNew)
            Changed?.Invoke();
    }
}
