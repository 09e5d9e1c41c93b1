using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Core.Requests;
using ProxyGuard.Core.Routing;

namespace ProxyGuard.Ground.Telemetry;

/// <summary>
/// Every log event, by area: 1000 probing and what it finds, 2000 guarding, 3000 members' connections, 3100 forwarding, 3200 the read port,
/// 4000 storage, 5000 the start. Transitions, not ticks.
/// </summary>
internal static partial class GuardLog
{
    [LoggerMessage(1001, LogLevel.Error, "A probe tick failed; if this goes on, the site turns read-only because nothing is known")]
    public static partial void TickFailed(this ILogger log, Exception error);

    [LoggerMessage(1002, LogLevel.Warning, "{Node} is {Health} (was {Before}): {Why}")]
    public static partial void NodeWorsened(this ILogger log, string node, NodeHealth health, NodeHealth before, string why);

    [LoggerMessage(1003, LogLevel.Information, "{Node} is {Health} (was {Before})")]
    public static partial void NodeRecovered(this ILogger log, string node, NodeHealth health, NodeHealth before);

    [LoggerMessage(1004, LogLevel.Error, "{Node} could not be read and counts as silent; the other nodes are not touched")]
    public static partial void ReadingFailed(this ILogger log, string node, Exception error);

    [LoggerMessage(1010, LogLevel.Warning,
    "{Node}: the heartbeats of {Table} cannot be read, so that the content clock is not checked against them: {Why}")]
    public static partial void HeartbeatsUnread(this ILogger log, string node, string table, string why);

    [LoggerMessage(1101, LogLevel.Warning, "{Where} has {Code}: {Title} GET /api/v1/diagnosis and ProxyGuard.dll doctor say what to do")]
    public static partial void FindingAppeared(this ILogger log, string where, string code, string title);

    [LoggerMessage(1102, LogLevel.Warning, "{Where} no longer has {Code}: {Title}")]
    public static partial void FindingGone(this ILogger log, string where, string code, string title);

    [LoggerMessage(1103, LogLevel.Error, "The nodes could not be examined; explanations are missing, nothing else is")]
    public static partial void ExaminationFailed(this ILogger log, Exception error);

    [LoggerMessage(2001, LogLevel.Warning, "Site is {Mode}: {Cause}. In-flight writes will complete: {Writes}")]
    public static partial void SiteClosed(this ILogger log, SiteMode mode, Cause? cause, long writes);

    [LoggerMessage(2002, LogLevel.Information, "Site is normal again")]
    public static partial void SiteReopened(this ILogger log);

    [LoggerMessage(2003, LogLevel.Warning, "Hold {Mode} set by {Who}: {Reason}. In-flight writes will complete: {Writes}")]
    public static partial void HoldSet(this ILogger log, HoldMode mode, string who, string reason, long writes);

    [LoggerMessage(2004, LogLevel.Warning, "Hold released by {Who}: {Why}")]
    public static partial void HoldReleased(this ILogger log, string who, string why);

    [LoggerMessage(2005, LogLevel.Error, "{Sink} could not tell {Event}; the others did")]
    public static partial void EventNotTold(this ILogger log, string sink, string @event, Exception error);

    [LoggerMessage(2006, LogLevel.Error, "{Sink} is too slow: {Event} is lost to it")]
    public static partial void EventLost(this ILogger log, string sink, string @event);

    [LoggerMessage(2007, LogLevel.Error, "{Listener} failed when it heard of a change; the change stands")]
    public static partial void ListenerFailed(this ILogger log, string listener, Exception error);

    [LoggerMessage(3001, LogLevel.Warning,
    "All {Most} connections that members may have are open; further ones are closed at once, the management listener takes its own")]
    public static partial void ConnectionsFull(this ILogger log, int most);

    [LoggerMessage(3002, LogLevel.Information, "{File} was replaced and is served from now on; it is valid until {Until:u}")]
    public static partial void CertificateReplaced(this ILogger log, string file, DateTime until);

    [LoggerMessage(3003, LogLevel.Error, "{File} was replaced but cannot be used, so that the one before is served: {Why}")]
    public static partial void CertificateNotReplaced(this ILogger log, string file, string why);

    [LoggerMessage(3004, LogLevel.Warning,
    "ProxyGuard:Limits:MaxConnections is {Configured}, but this process may open files and sockets only for {Affordable}: that many are taken. Raise the limit (ulimit -n, LimitNOFILE)")]
    public static partial void FewerConnections(this ILogger log, int configured, int affordable);

    [LoggerMessage(3101, LogLevel.Warning,
    "Web server {Destination} failed and is out until it serves again ({Times} times since this was said last): {Why}")]
    public static partial void UpstreamOut(this ILogger log, string destination, long times, string why);

    [LoggerMessage(3102, LogLevel.Information, "Web server {Destination} serves again")]
    public static partial void UpstreamBack(this ILogger log, string destination);

    [LoggerMessage(3103, LogLevel.Warning,
    "Web server {Destination} broke off or did not give {Times} answers since this was said last, and stays in while it answers others or our own HEAD /. The last one: {Method} {Path} (request {Id}): {Why}")]
    public static partial void UpstreamBrokeOff(
        this ILogger log, string destination, long times, string method, string path, string id, string why);

    [LoggerMessage(3104, LogLevel.Error, "The site's web servers do not answer; what members can do: {Reach}")]
    public static partial void SiteUnreachable(this ILogger log, SiteReach reach);

    [LoggerMessage(3105, LogLevel.Information, "The site's web servers answer again")]
    public static partial void SiteReachable(this ILogger log);

    [LoggerMessage(3106, LogLevel.Error, "The web servers could not be looked after; what is told of them may be old")]
    public static partial void WebServersNotLookedAt(this ILogger log, Exception error);

    [LoggerMessage(3107, LogLevel.Warning,
    "{Count} writes or WebSockets that were under way when the site was closed were ended (ReadOnly:EndWritesAfter, ReadOnly:EndWebSocketsAfter)")]
    public static partial void WritesEnded(this ILogger log, int count);

    [LoggerMessage(3108, LogLevel.Warning,
    "Web server {Destination} gave {Times} answers since this was said last that cannot be passed on; members got a page that says so. The last one: {Method} {Path} (request {Id}): {Why}")]
    public static partial void UpstreamAnswerUnusable(
        this ILogger log, string destination, long times, string method, string path, string id, string why);

    [LoggerMessage(3109, LogLevel.Warning,
    "{Address} sends X-Forwarded-Proto: https and is not in ProxyGuard:Proxies:Trusted, so that web servers are told http. Add it if it is your TLS proxy")]
    public static partial void UntrustedTlsProxy(this ILogger log, string address);

    [LoggerMessage(3110, LogLevel.Debug, "Request {Id} was answered by ProxyGuard: {Method} {Path}: {Reason}")]
    public static partial void RequestRefused(this ILogger log, string id, string method, string path, RefusalReason reason);

    [LoggerMessage(3111, LogLevel.Debug, "Request {Id} was not forwarded: {Method} {Path}: {Result}")]
    public static partial void RequestInvalid(this ILogger log, string id, string method, string path, ValidationResult result);

    [LoggerMessage(3201, LogLevel.Information, "The read port listens at {Address} for at most {Most} connections")]
    public static partial void ReadPortListens(this ILogger log, string address, int most);

    [LoggerMessage(3202, LogLevel.Warning, "{Node} takes no connection from the read port, the next node is tried: {Why}")]
    public static partial void ReadPortMissed(this ILogger log, string node, string why);

    [LoggerMessage(3203, LogLevel.Information, "{Node} takes connections from the read port again")]
    public static partial void ReadPortReached(this ILogger log, string node);

    [LoggerMessage(3204, LogLevel.Warning, "The read port has its {Most} connections; further clients are told: too many connections")]
    public static partial void ReadPortIsFull(this ILogger log, int most);

    [LoggerMessage(3205, LogLevel.Error, "The read port cannot accept a connection: {Why}")]
    public static partial void ReadPortCannotAccept(this ILogger log, string why);

    [LoggerMessage(3206, LogLevel.Error, "A connection of the read port failed")]
    public static partial void ReadPortFailed(this ILogger log, Exception error);

    [LoggerMessage(4001, LogLevel.Error, "{File} could not be written; what it should tell after a restart may be lost")]
    public static partial void NotStored(this ILogger log, string file, Exception error);

    [LoggerMessage(4002, LogLevel.Error, "{File} could not be read: {Why}")]
    public static partial void NotRestored(this ILogger log, string file, string why);

    [LoggerMessage(4003, LogLevel.Error, "{File} is set aside as {Aside}, for somebody to look at")]
    public static partial void SetAside(this ILogger log, string file, string aside);

    [LoggerMessage(4004, LogLevel.Warning, "{Remark}")]
    public static partial void StateRemark(this ILogger log, string remark);

    [LoggerMessage(4005, LogLevel.Error,
    "The hold, or its release, is in force but could not be stored: a restart would lose it. It is tried again every 10 s: {Why}")]
    public static partial void HoldNotStored(this ILogger log, string why);

    [LoggerMessage(4006, LogLevel.Information, "The hold, or its release, is stored now and survives a restart")]
    public static partial void HoldIsStored(this ILogger log);

    [LoggerMessage(4007, LogLevel.Information, "{File} can be written again")]
    public static partial void IsStored(this ILogger log, string file);

    [LoggerMessage(5001, LogLevel.Information,
    "ProxyGuard guards {Site}: members at {Public}, management at {Management}, state in {State}")]
    public static partial void Started(this ILogger log, string site, string @public, string management, string state);

    [LoggerMessage(5002, LogLevel.Warning,
    "The management listener {Management} is not on loopback and speaks plain HTTP: its keys can be read on the network")]
    public static partial void ManagementIsExposed(this ILogger log, string management);

    [LoggerMessage(5010, LogLevel.Warning, "The configuration that {Who} reloaded is in force: {Changes}")]
    public static partial void SettingsChanged(this ILogger log, string who, string changes);

    [LoggerMessage(5011, LogLevel.Error, "The configuration that {Who} wanted to reload is not in force, the one before goes on: {Why}")]
    public static partial void NotReloaded(this ILogger log, string who, string why);

    [LoggerMessage(5012, LogLevel.Warning,
    "{File} differs from the configuration in force, which goes on until somebody reloads it (ProxyGuard.dll reload, or SIGHUP): {Changes}")]
    public static partial void ConfigurationDiffers(this ILogger log, string file, string changes);

    [LoggerMessage(5013, LogLevel.Warning, "{File} has changed and cannot be used as it is; the configuration in force goes on: {Why}")]
    public static partial void ConfigurationIsFaulty(this ILogger log, string file, string why);

    [LoggerMessage(5014, LogLevel.Information, "{File} says again what is in force")]
    public static partial void ConfigurationAgrees(this ILogger log, string file);

    [LoggerMessage(5003, LogLevel.Warning, "{Said}")]
    public static partial void RuntimeIsOld(this ILogger log, string said);

    [LoggerMessage(5004, LogLevel.Warning, "In the configuration, {Path} {Problem}")]
    public static partial void ConfigurationNoted(this ILogger log, string path, string problem);
}
