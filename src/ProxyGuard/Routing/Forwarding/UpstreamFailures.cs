using System.Collections.Immutable;
using Microsoft.AspNetCore.Http.Features;
using ProxyGuard.Core.Requests;
using ProxyGuard.Core.Routing;
using ProxyGuard.Deciding.Guarding;
using ProxyGuard.Ground.Hosting;
using ProxyGuard.Ground.Settings;
using ProxyGuard.Ground.Telemetry;
using ProxyGuard.Ground.Time;
using ProxyGuard.Seeing.Upstreams;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace ProxyGuard.Routing.Forwarding;

/// <summary>
/// Tells what shows that a web server does not serve, and has it taken out (<see cref="WebServerRotation"/>). A connection that is refused
/// shows it at once. An answer that breaks off or does not come in time shows nothing yet: one address of the site does that, or one
/// member. Then we ask ourselves, and only if that fails too and no member was answered meanwhile, or several members at several addresses
/// fare alike (<see cref="FailureRow"/>), it is the web server. Where a cluster's configuration names a passive health check of its own,
/// that one decides instead, and what is found here is only told.
/// </summary>
internal sealed class UpstreamFailures(
    WebServerStates servers, WebServerRotation rotation, LiveSettings settings, GuardClock clock, ILogger<UpstreamFailures> log)
        : IPassiveHealthCheckPolicy
{
    public const string PolicyName = "ProxyGuard";

    // Of one that has just let a member wait in vain.
    private static readonly TimeSpan SuspectTimeout = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan ConfirmationInterval = TimeSpan.FromSeconds(1);

    private enum Sign
    {
        /// <summary>
        /// One that answers serves, however odd its answer is; and what comes of the member's own request, any member can bring about.
        /// </summary>
        None,
        Refused,
        Broke,
        Silent,
    }

    public string Name => PolicyName;

    /// <summary>Not how we hear of failures: that is <see cref="Failed"/>.</summary>
    public void RequestProxied(HttpContext context, ClusterState cluster, DestinationState destination)
    {
    }

    /// <summary>Called for every request that was not answered.</summary>
    public void Failed(HttpContext context, ClusterState cluster, DestinationState destination, IForwarderErrorFeature error)
    {
        if (context.RequestAborted.IsCancellationRequested)
            return;
        WebServer server = servers.Of(cluster, destination);
        server.Failed();
        string why = error.Exception?.GetBaseException().Message ?? $"{error.Error}";
        if (IsUnusable(error) && server.UnusableAnswers.Next(clock.Time) is { } count)
            log.UpstreamAnswerUnusable(
                server.State.Name, count, context.Request.Method, ShapeOf(context), RequestId.Of(context), why);
        Sign sign = SignOf(context, error);
        if (sign == Sign.Refused)
            rotation.TakeOut(server, why, mustAnswer: false);
        else if (sign != Sign.None)
            Suspect(server, context, sign, why);
    }

    /// <summary>Called for every request that was answered: nearly always all of that is known, and then these are a few looks.</summary>
    public void Answered(HttpContext context)
    {
        IReverseProxyFeature proxy = context.GetReverseProxyFeature();
        if (proxy.ProxiedDestination is not { } destination)
            return;
        WebServer server = servers.Of(proxy.Route.Cluster!, destination);
        server.Heard(context);
        if (Volatile.Read(ref server.Outage) is { } outage)
        {
            // An answer to a request of before the failure says nothing about now. Where there is no other web server, members go on asking
            // this one.
            if (!outage.IsOver && GuardDecision.Of(context).View.At <= outage.Since)
                return;
            rotation.Return(server, outage);
            Interlocked.CompareExchange(ref server.Outage, null, outage);
        }

        if (!ReferenceEquals(Volatile.Read(ref server.Row), FailureRow.Empty))
            Volatile.Write(ref server.Row, FailureRow.Empty);
        if (server.State.Health != WebServerHealth.Answering)
            servers.Answers(server);
    }

    private void Suspect(WebServer server, HttpContext context, Sign sign, string why)
    {
        ReadOnlySpan<char> path = PathOf(context);
        if (server.Interruptions.Next(clock.Time) is { } count)
            log.UpstreamBrokeOff(server.State.Name, count, context.Request.Method, ShapeOf(context), RequestId.Of(context), why);
        (int Path, int? Member) failed = (string.GetHashCode(path), AddressKey.OfMember(context, settings.Current.Proxies)?.GetHashCode());
        ImmutableInterlocked.Update(ref server.Row, static (row, failed) => row.With(failed.Path, failed.Member), failed);
        if (Volatile.Read(ref server.Row).IsOfTheServer)
            rotation.TakeOut(server, why, mustAnswer: sign == Sign.Silent);
        else if (server.TrySuspect())
            _ = ConfirmAsync(server, context.Request.Host.Value, why, rotation.Stopping);
    }

    /// <summary>It answered, and .NET does not let that answer through: it has two lengths, or an odd letter in a header's name.</summary>
    private static bool IsUnusable(IForwarderErrorFeature error) => error.Error == ForwarderError.ResponseHeaders
        || error.Error == ForwarderError.Request && (error.Exception as HttpRequestException)?.HttpRequestError
            is HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded;

    private static ReadOnlySpan<char> PathOf(HttpContext context) =>
        RawPath.Of(context.Features.Get<IHttpRequestFeature>()!.RawTarget);

    private static string ShapeOf(HttpContext context) => PathShape.Of(PathOf(context));

    private static Sign SignOf(HttpContext context, IForwarderErrorFeature error)
    {
        switch (error.Error)
        {
            case ForwarderError.RequestTimedOut:
                return Sign.Silent;
            // An idle WebSocket or stream of events ends so.
            case ForwarderError.ResponseBodyDestination:
                return error.Exception is OperationCanceledException ? Sign.None : Sign.Broke;
            case ForwarderError.Request:
                HttpRequestError? what = (error.Exception as HttpRequestException)?.HttpRequestError;
                if (WebServerQuestion.IsRefusal(what))
                    return Sign.Refused;
                // One that closes while an upload still comes may have had its reasons, and what it said may be lost.
                return IsUnusable(error) || context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true }
                    ? Sign.None
                    : Sign.Broke;
            default:
                return Sign.None;
        }
    }

    private async Task ConfirmAsync(WebServer server, string? askedHost, string why, CancellationToken stop)
    {
        try
        {
            server.ForgetHeardSinceSuspicion();
            WebServerReply reply = await rotation.AskAsync(server, askedHost, SuspectTimeout, stop).ConfigureAwait(false);
            bool serves = reply.Answer == WebServerAnswer.Answered || server.ForgetHeardSinceSuspicion();
            if (!serves)
                rotation.TakeOut(
                    server, $"{why} Our own HEAD / too: {reply.Description}", mustAnswer: reply.Answer == WebServerAnswer.Silent);
            else
                // However often members bring it about, we ask once a second.
                await Task.Delay(ConfirmationInterval, clock.Time, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Shutdown.
        }
        finally
        {
            server.EndSuspicion();
        }
    }

}
