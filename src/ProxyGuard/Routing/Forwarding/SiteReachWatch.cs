using System.Collections.Immutable;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Routing;
using ProxyGuard.Deciding.Guarding;
using ProxyGuard.Seeing.Upstreams;
using Yarp.ReverseProxy.Model;

namespace ProxyGuard.Routing.Forwarding;

/// <summary>
/// What the states of all web servers together mean for the site: posted with every change of one, and with every view that may mean
/// something else.
/// </summary>
internal sealed class SiteReachWatch : IGuardListener
{
    private readonly WebServerStates _states;
    private readonly EligibleDestinations _eligible;
    private readonly WebServersBoard _board;
    private readonly SiteEvents _events;
    private readonly Lock _lock = new();

    public SiteReachWatch(WebServerStates states, EligibleDestinations eligible, GuardBoard guard, WebServersBoard board, SiteEvents events)
    {
        (_states, _eligible, _board, _events) = (states, eligible, board, events);
        states.Changed += () => Post(guard.View);
    }

    /// <summary>The same web servers may be enough for one view and not for the next.</summary>
    public void Posted(GuardView before, GuardView after)
    {
        if (_board.Seen is { Reach: SiteReach.Full, Servers: var servers }
            && servers.All(server => server.Health == WebServerHealth.Answering))
            return;
        Post(after);
    }

    /// <summary>What the states mean, for as many clusters as there are: pages come from those that have to do with the database.</summary>
    /// <param name="servers">All of them, with what is known of each.</param>
    public static SiteReach ReachOf(ImmutableArray<Routed> servers, EligibleDestinations eligible, GuardView view)
    {
        string[] steered = [.. servers.Where(server => server.State.Reads is not null).Select(server => server.State.Cluster).Distinct()];
        IGrouping<string, Routed>[] clusters =
        [
            .. servers.Where(server => steered.Length == 0 || steered.Contains(server.State.Cluster))
            .GroupBy(server => server.State.Cluster),
        ];
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

    private void Post(GuardView view)
    {
        WebServersSeen before;
        WebServersSeen after;
        lock (_lock)
            (before, after) = Replace_UnderLock(view);
        if (ReferenceEquals(before, after))
            return;
        _board.Tell();
        // Whether they answer at all is not known at the start, nor when a view means something else: that is no news.
        if (after.Reach != before.Reach && (after.IsNews || before.IsNews && after.Reach == SiteReach.Full))
            _events.Tell(new SiteEvent.ReachChanged(before.Reach, after.Reach) { At = _events.Now });
    }

    private (WebServersSeen Before, WebServersSeen After) Replace_UnderLock(GuardView view)
    {
        ImmutableArray<Routed> servers = [.. _states.All.Select(server => new Routed(server.Destination, server.State))];
        WebServersSeen before = _board.Seen;
        WebServersSeen after = _board.Next([.. servers.Select(server => server.State)], ReachOf(servers, _eligible, view));
        if (after.Reach == before.Reach && after.Servers.SequenceEqual(before.Servers))
            return (before, before);
        _board.Post(after);
        return (before, after);
    }
}

/// <summary>A web server as it is routed to, with what is known of it.</summary>
internal sealed record Routed(DestinationState Destination, WebServerState State);
