using ProxyGuard.Core.Guarding;
using ProxyGuard.Ground.Storage;

namespace ProxyGuard.Deciding.Guarding;

/// <summary>Tells audit.jsonl: each change of the mode or the hold.</summary>
internal sealed class AuditSink(AuditFile file) : ISiteEventSink
{
    public string Name => "audit";

    public Task TellAsync(SiteEvent happened, CancellationToken stop)
    {
        if (happened is SiteEvent.OfSite changed)
            file.Append(AuditLine.Of(changed.At, WhoOf(changed), changed.Before, changed.After, WhyOf(changed)));
        return Task.CompletedTask;
    }

    public static string WhyOf(SiteEvent.OfSite changed) => changed switch
    {
        SiteEvent.HoldSet set => set.Hold.Reason,
        SiteEvent.HoldReleased => "released",
        SiteEvent.SettingsChanged settings => $"configuration: {EventLog.Joined(settings.Changes)}",
        SiteEvent.HoldEnded { Hold: var hold } => $"the hold of {hold.By} ended at {hold.EndsAt:O}",
        SiteEvent.ModeChanged => AuditLine.Reason(changed.After),
        _ => throw new System.Diagnostics.UnreachableException($"event {changed.GetType().Name}"),
    };

    private static string WhoOf(SiteEvent.OfSite changed) => changed switch
    {
        SiteEvent.HoldSet set => set.By,
        SiteEvent.HoldReleased released => released.By,
        SiteEvent.SettingsChanged settings => settings.By,
        _ => AuditLine.Automatic,
    };
}
