using System.Collections.Concurrent;
using System.Collections.Immutable;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Core.Routing;
using ProxyGuard.Deciding.Guarding;
using ProxyGuard.Ground.Settings;
using ProxyGuard.Ground.Telemetry;
using ProxyGuard.Ground.Time;
using ProxyGuard.Seeing.Upstreams;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Model;

namespace ProxyGuard.Routing.Forwarding;

/// <summary>
/// Every web server there is, and what their states together mean for the site: posted with every change, and with every view that may mean
/// something else.
/// </summary>
internal sealed class WebServerStates(
    Lazy<IProxyStateLookup> proxy, EligibleDestinations eligible, GuardBoard guard, WebServersBoard board, GuardSettings settings, GuardClock clock,
    ILogger<WebServerStates> log) : IGuardListener
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
        Post(after);
    }

    /// <summary>What the states mean, for as many clusters as there are: pages come from those that have to do with the database.</summary>
    /// <param name="servers">All of them, with what is known of each.</param>
    public static SiteReach ReachOf(ImmutableArray<Routed> servers, EligibleDestinations eligible, GuardView view)
    {
        string[] steered = [.. servers.Where(server => server.State.Reads is not null).Select(server => server.State.Cluster).Distinct()];
        IGrouping<string, Routed>[] clusters =
            [.. servers.Where(server => steered.Length == 0 || steered.Contains(server.State.Cluster)).GroupBy(server => server.State.Cluster)];
        return WebServersSeen.ReachOf(
            Through(state => state.Health == WebServerHealth.Answering),
            Through(state => state.Health != WebServerHealth.Failing),
            Through(_ => true));

        (bool Reads, bool Writes) Through(Func<WebServerState, bool> which)
        {
            (bool reads, bool writes) = (false, false);
            foreach (IGrouping<string, Routed> cluster in clusters)
            {
                DestinationState[] those = [.. cluster.Where(server => which(server.State)).Select(server => server.Destination)];
                (bool Reads, bool Writes) served = eligible.Serve(those, view);
                WebServerState any = cluster.First().State;
                (reads, writes) = (reads || any.TakesReads && served.Reads, writes || any.TakesWrites && served.Writes);
            }

            return (reads, writes);
        }
    }

    private WebServer New(ClusterState cluster, DestinationState destination)
    {
        WebServerSettings? settingsOfCluster =
            settings.WebServers.FirstOrDefault(server => string.Equals(server.Cluster, cluster.ClusterId, StringComparison.OrdinalIgnoreCase));
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
        bool isNew = server.Become(state =>
            state.Health == health ? state with { Why = why } : state with { Health = health, Since = now, Why = why });
        if (isNew)
            Post(guard.View);
    }

    private void Post(GuardView view)
    {
        WebServersSeen before;
        WebServersSeen after;
        lock (_lock)
            (before, after) = Replace_UnderLock(view);
        if (ReferenceEquals(before, after))
            return;
        board.Tell();
        if (after.IsNews && after.Reach != before.Reach)
            log.SiteUnreachable(settings.Rules.Site.Name, after.Reach);
        else if (before.IsNews && after.Reach == SiteReach.Full)
            log.SiteReachable(settings.Rules.Site.Name);
    }

    private (WebServersSeen Before, WebServersSeen After) Replace_UnderLock(GuardView view)
    {
        ImmutableArray<Routed> servers = [.. All.Select(server => new Routed(server.Destination, server.State))];
        WebServersSeen before = board.Seen;
        SiteReach reach = ReachOf(servers, eligible, view);
        var after = new WebServersSeen([.. servers.Select(server => server.State)], reach, reach == before.Reach ? before.Since : clock.Now);
        if (reach == before.Reach && after.Servers.SequenceEqual(before.Servers))
            return (before, before);
        board.Post(after);
        return (before, after);
    }
}

/// <summary>A web server as it is routed to, with what is known of it.</summary>
internal sealed record Routed(DestinationState Destination, WebServerState State);
