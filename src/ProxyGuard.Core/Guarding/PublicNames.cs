using System.Diagnostics;
using ProxyGuard.Core.Replication;
using ProxyGuard.Core.Requests;
using ProxyGuard.Core.Routing;

namespace ProxyGuard.Core.Guarding;

/// <summary>The words others see, in headers and JSON. A contract: they do not change with the names in the code.</summary>
public static class PublicNames
{
    public static string Of(SiteMode mode) => mode switch
    {
        SiteMode.Normal => "normal",
        SiteMode.ReadOnly => "read-only",
        SiteMode.Maintenance => "maintenance",
        _ => throw new UnreachableException($"mode {mode}"),
    };

    public static string Of(Cause cause) => cause switch
    {
        Cause.NothingKnown => "nothing-known",
        Cause.ReplicasStuck => "replicas-stuck",
        Cause.ReplicasBehind => "replicas-behind",
        Cause.PrimaryUnreachable => "primary-unreachable",
        Cause.PrimaryReadOnly => "primary-read-only",
        Cause.PrimaryStalled => "primary-stalled",
        Cause.TwoPrimaries => "two-primaries",
        Cause.WebServersUnreachable => "web-servers-unreachable",
        Cause.Operator => "operator",
        _ => throw new UnreachableException($"cause {cause}"),
    };

    public static string Of(RefusalReason reason) => reason switch
    {
        RefusalReason.WriteRefused => "read-only",
        RefusalReason.Maintenance => "maintenance",
        RefusalReason.NoUpstream => "no-web-server",
        RefusalReason.WriteInterrupted => "interrupted",
        _ => throw new UnreachableException($"refusal {reason}"),
    };

    /// <summary>Only of what is rejected.</summary>
    public static string Of(ValidationResult result) => result switch
    {
        ValidationResult.Malformed => "malformed",
        ValidationResult.MethodRefused => "method",
        ValidationResult.CodingRefused => "transfer-coding",
        ValidationResult.ForeignToHttp2 => "connection-header",
        ValidationResult.Misdirected => "host",
        ValidationResult.Looping => "loop",
        ValidationResult.TooLarge => "too-large",
        ValidationResult.Valid or ValidationResult.ForUs or _ => throw new UnreachableException($"validation {result}"),
    };

    public static string Of(CatchUpState state) => state switch
    {
        CatchUpState.Stuck => "stuck",
        CatchUpState.CatchingUp => "catching-up",
        CatchUpState.Growing => "growing",
        CatchUpState.Done => "done",
        _ => throw new UnreachableException($"catch-up {state}"),
    };

    public static string Of(NodeHealth health) => health switch
    {
        NodeHealth.Unknown => "unknown",
        NodeHealth.Fresh => "fresh",
        NodeHealth.Behind => "behind",
        NodeHealth.Stuck => "stuck",
        NodeHealth.Silent => "silent",
        NodeHealth.Delayed => "delayed",
        _ => throw new UnreachableException($"health {health}"),
    };

    public static string Of(WebServerHealth health) => health switch
    {
        WebServerHealth.Unknown => "unknown",
        WebServerHealth.Answering => "answering",
        WebServerHealth.Failing => "failing",
        _ => throw new UnreachableException($"web server {health}"),
    };

    public static string Of(SiteReach reach) => reach switch
    {
        SiteReach.Unknown => "unknown",
        SiteReach.Full => "full",
        SiteReach.ReadsOnly => "reads-only",
        SiteReach.None => "none",
        _ => throw new UnreachableException($"reach {reach}"),
    };

    public static string Of(NodeRole role) => role switch
    {
        NodeRole.Primary => "primary",
        NodeRole.Replica => "replica",
        NodeRole.Source => "source",
        _ => throw new UnreachableException($"role {role}"),
    };

    public static string Of(HoldMode mode) => mode switch
    {
        HoldMode.ReadOnly => "read-only",
        HoldMode.Maintenance => "maintenance",
        HoldMode.Open => "open",
        _ => throw new UnreachableException($"hold {mode}"),
    };

    /// <summary>RFC 3339, in UTC, to the second: finer would only pretend.</summary>
    public static string Of(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
