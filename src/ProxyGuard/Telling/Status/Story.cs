using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Core.Routing;
using ProxyGuard.Ground.Texts;

namespace ProxyGuard.Telling.Status;

/// <summary>Which texts are true of a status. Keys of <see cref="Wording"/>; none of them says more than the status does.</summary>
internal static class Story
{
    public static string HeadlineOf(StatusDocument status) => status switch
    {
        { Mode: SiteMode.Maintenance } => "headline.maintenance",
        { Reach: SiteReach.None } => "unavailable.headline",
        { Mode: SiteMode.ReadOnly } or { Reach: SiteReach.ReadsOnly } => "headline.read-only",
        { Observed: { } observed } when MayLose(observed) => "headline.unsure",
        { IsCurrent: false } => "headline.late",
        _ => "headline.normal",
    };

    /// <summary>What an operator ordered, and what is wrong beneath it. Empty when there is nothing to explain.</summary>
    public static IEnumerable<string> CausesOf(StatusDocument status)
    {
        if (status.Mode == SiteMode.Maintenance)
            yield return "cause.maintenance";
        else if (status is { Cause: Cause.WebServersUnreachable, Reach: SiteReach.ReadsOnly })
            yield return "cause.web-servers-unreachable.writes";
        else if (status.Cause is { } cause)
            yield return $"cause.{PublicNames.Of(cause)}";
        if (status.Observed is { } observed && observed != status.Cause)
            yield return $"cause.{PublicNames.Of(observed)}";
    }

    public static string? ConsequenceOf(StatusDocument status) => status switch
    {
        { Mode: not SiteMode.ReadOnly } or { Cause: Cause.WebServersUnreachable } => null,
        { Cause: Cause.ReplicasStuck or Cause.ReplicasBehind } => "consequence.replicas",
        { Cause: Cause.Operator } => "consequence.operator",
        _ => "consequence.safety",
    };

    public static string CurrencyOf(StatusDocument status) => status.Currency switch
    {
        true => "as-of.current",
        false => "as-of.known",
        null => "as-of.unknown",
    };

    /// <summary>What became of what was sent before. Null when everything works, and there is no question.</summary>
    public static string? SentOf(StatusDocument status) => status switch
    {
        // A web server that failed may have taken its last answers with it.
        { Cause: Cause.WebServersUnreachable } => "sent.uncertain",
        { Observed: { } observed } when MayLose(observed) => "sent.uncertain",
        { CatchUp: { State: not CatchUpState.Done } } => "sent.waiting",
        { Mode: SiteMode.Normal } => null,
        _ => "sent.stored",
    };

    /// <summary>A server that went away may have taken the last answers with it, and what is not observed is unknown.</summary>
    private static bool MayLose(Cause observed) => observed switch
    {
        Cause.NothingKnown or Cause.PrimaryUnreachable or Cause.PrimaryReadOnly or Cause.PrimaryStalled or Cause.TwoPrimaries
            or Cause.WebServersUnreachable => true,
        Cause.ReplicasStuck or Cause.ReplicasBehind or Cause.Operator => false,
        _ => throw new System.Diagnostics.UnreachableException($"cause {observed}"),
    };

    public static string StateOf(CatchUp catchUp) => $"catch-up.{PublicNames.Of(catchUp.State)}";

    /// <summary>An operator's hold ends when the operator says so, whatever the copies do.</summary>
    public static bool ReopensByItself(StatusDocument status) =>
        status is { Mode: SiteMode.ReadOnly, Reach: not SiteReach.None, CatchUp.State: CatchUpState.Done, Cause: not Cause.Operator };
}
