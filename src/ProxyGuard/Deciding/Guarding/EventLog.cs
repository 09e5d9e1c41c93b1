using System.Collections.Immutable;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Core.Routing;
using ProxyGuard.Ground.Storage;
using ProxyGuard.Ground.Telemetry;

namespace ProxyGuard.Deciding.Guarding;

/// <summary>Tells the log: one line for each event.</summary>
internal sealed class EventLog(ILogger<EventLog> log) : ISiteEventSink
{
    // A line that is read at night; the audit file has all of them.
    public const int MostChanges = 12;

    public string Name => "log";

    /// <summary>Changes of the configuration, in one line.</summary>
    /// <param name="most">So many of them.</param>
    public static string Joined(ImmutableArray<string> changes, int most = int.MaxValue) => changes.IsEmpty
        ? "nothing is different"
        : string.Join("; ", changes.Take(most)) + (changes.Length > most ? $"; and {changes.Length - most} more" : "");

    public Task TellAsync(SiteEvent happened, CancellationToken stop)
    {
        Tell(happened);
        return Task.CompletedTask;
    }

    private void Tell(SiteEvent happened)
    {
        switch (happened)
        {
            case SiteEvent.ModeChanged changed:
                TellMode(changed);
                break;
            case SiteEvent.HoldSet set:
                log.HoldSet(set.Hold.Mode, set.By, set.Hold.Reason, set.InFlightWrites);
                break;
            case SiteEvent.HoldReleased released:
                log.HoldReleased(released.By, AuditSink.WhyOf(released));
                TellMode(released);
                break;
            case SiteEvent.SettingsChanged changed:
                log.SettingsChanged(changed.By, Joined(changed.Changes, MostChanges));
                TellMode(changed);
                break;
            case SiteEvent.HoldEnded ended:
                log.HoldReleased(AuditLine.Automatic, AuditSink.WhyOf(ended));
                TellMode(ended);
                break;
            case SiteEvent.NodeChanged changed:
                TellNode(changed);
                break;
            case SiteEvent.FindingBegan found:
                log.FindingAppeared(found.Where, found.Code, found.Title);
                break;
            case SiteEvent.FindingEnded gone:
                log.FindingGone(gone.Where, gone.Code, gone.Title);
                break;
            case SiteEvent.WebServerOut server:
                log.UpstreamOut(server.Name, server.Times, server.Why);
                break;
            case SiteEvent.WebServerBack server:
                log.UpstreamBack(server.Name);
                break;
            case SiteEvent.ReachChanged reach:
                TellReach(reach.After);
                break;
            default:
                throw new System.Diagnostics.UnreachableException($"event {happened.GetType().Name}");
        }
    }

    // Also what a hold leaves behind: an open one may end while replicas are stuck.
    private void TellMode(SiteEvent.OfSite changed)
    {
        if (changed.After.Mode != SiteMode.Normal)
            log.SiteClosed(changed.After.Mode, changed.After.Cause, changed.InFlightWrites);
        else if (changed.Before.Mode != SiteMode.Normal)
            log.SiteReopened();
    }

    private void TellNode(SiteEvent.NodeChanged changed)
    {
        NodeState node = changed.After;
        if (node.Health == NodeHealth.Fresh)
            log.NodeRecovered(node.Rules.Name, node.Health, changed.Before.Health);
        else
            log.NodeWorsened(node.Rules.Name, node.Health, changed.Before.Health, NodeWords.Why(node, changed.Fleet, changed.Seen));
    }

    private void TellReach(SiteReach reach)
    {
        if (reach == SiteReach.Full)
            log.SiteReachable();
        else
            log.SiteUnreachable(reach);
    }
}
