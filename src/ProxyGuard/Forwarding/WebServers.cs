using System.Collections.Concurrent;
using System.Collections.Immutable;
using ProxyGuard.Core.Forwarding;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Guarding;
using ProxyGuard.Operations;
using ProxyGuard.Probing;
using ProxyGuard.Settings;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Model;

namespace ProxyGuard.Forwarding;

/// <summary>Every web server there is, and what their states together mean for the site: posted with every change, and with every view that may mean something else.</summary>
internal sealed class WebServers(
    Lazy<IProxyStateLookup> proxy, EligibleDestinations eligible, GuardBoard guard, WebServersBoard board, GuardSettings settings, GuardClock clock, ILogger<WebServers> log) : IGuardListener
{
    private readonly ConcurrentDictionary<DestinationState, WebServer> _servers = new();
    private readonly Lock _lock = new();

    /// <summary>By cluster and name.</summary>
    public IEnumerable<WebServer> All =>
        from cluster in proxy.Value.GetClusters().OrderBy(cluster => cluster.ClusterId, StringComparer.Ordinal)
        from destination in cluster.Destinations.Values.OrderBy(destination => destination.DestinationId, StringComparer.Ordinal)
        select Of(cluster, destination);

    public WebServer Of(ClusterState cluster, DestinationState destination) =>
        _servers.TryGetValue(destination, out WebServer? known) ? known : _servers.GetOrAdd(destination, New(cluster, destination));

    public void Answers(WebServer server) => Become(server, WebServerHealth.Answering, "");

    public void Fails(WebServer server, string why) => Become(server, WebServerHealth.Failing, why);

    /// <summary>The same web servers may be enough for one view and not for the next.</summary>
    public void Posted(GuardView before, GuardView after)
    {
        if (board.Seen is { Reach: SiteReach.Full, Servers: var servers } && servers.All(server => server.Health == WebServerHealth.Answering))
            return;
        lock (_lock)
            Post_UnderLock(after);
    }

    /// <summary>What the states mean, for as many clusters as there are: pages come from those that have to do with the database.</summary>
    /// <param name="servers">All of them, with what is known of each.</param>
    public static SiteReach ReachOf(ImmutableArray<(string Cluster, DestinationState Destination, WebServerState State)> servers, EligibleDestinations eligible, GuardView view)
    {
        bool isSteered = servers.Any(server => server.State.Reads is not null);
        (string, DestinationState, WebServerState State)[] pages = [.. servers.Where(server => !isSteered || server.State.Reads is not null || IsBesideOne(server.Cluster))];
        return WebServersSeen.ReachOf(
            Through(state => state.Health == WebServerHealth.Answering),
            Through(state => state.Health != WebServerHealth.Failing),
            Through(_ => true));

        bool IsBesideOne(string cluster) => servers.Any(other => other.Cluster == cluster && other.State.Reads is not null);

        (bool Reads, bool Writes) Through(Func<WebServerState, bool> which)
        {
            (bool reads, bool writes) = (false, false);
            foreach (IGrouping<string, (string Cluster, DestinationState Destination, WebServerState State)> cluster in pages.GroupBy(server => server.Item1))
            {
                (bool Reads, bool Writes) served = eligible.Serve([.. cluster.Where(server => which(server.State)).Select(server => server.Destination)], view);
                WebServerState any = cluster.First().State;
                (reads, writes) = (reads || any.TakesReads && served.Reads, writes || any.TakesWrites && served.Writes);
            }

            return (reads, writes);
        }
    }

    private WebServer New(ClusterState cluster, DestinationState destination)
    {
        WebServerSettings? settingsOfCluster = settings.WebServers.FirstOrDefault(server => string.Equals(server.Cluster, cluster.ClusterId, StringComparison.OrdinalIgnoreCase));
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
        Moment now = clock.Now;
        bool isNew = server.Become(state => state.Health == health ? state with { Why = why } : state with { Health = health, Since = now, Why = why });
        if (!isNew)
            return;
        lock (_lock)
            Post_UnderLock(guard.View);
    }

    private void Post_UnderLock(GuardView view)
    {
        ImmutableArray<(string, DestinationState, WebServerState)> servers = [.. All.Select(server => (server.Cluster.ClusterId, server.Destination, server.State))];
        WebServersSeen before = board.Seen;
        SiteReach reach = ReachOf(servers, eligible, view);
        var seen = new WebServersSeen([.. servers.Select(server => server.Item3)], reach, reach == before.Reach ? before.Since : clock.Now);
        if (reach == before.Reach && seen.Servers.SequenceEqual(before.Servers))
            return;
        board.Post(seen);
        if (seen.IsNews && reach != before.Reach)
            log.SiteUnreachable(settings.Rules.Site.Name, reach);
        else if (before.IsNews && reach == SiteReach.Full)
            log.SiteReachable(settings.Rules.Site.Name);
    }
}
