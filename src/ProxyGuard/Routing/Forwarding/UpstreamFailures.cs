using System.Collections.Immutable;
using Microsoft.AspNetCore.Http.Features;
using ProxyGuard.Core.Requests;
using ProxyGuard.Core.Routing;
using ProxyGuard.Ground.Hosting;
using ProxyGuard.Ground.Telemetry;
using ProxyGuard.Ground.Time;
using ProxyGuard.Seeing.Upstreams;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace ProxyGuard.Routing.Forwarding;

/// <summary>
/// Takes a web server out that does not serve, and back in after a pause (<see cref="UpstreamPause"/>). A connection that is refused shows
/// it at once. An answer that breaks off or does not come in time shows nothing yet: one address of the site does that, or one member. Then
/// we ask ourselves, and only if that fails too and nobody was answered meanwhile, or several members at several addresses fare alike (<see
/// cref="FailureRow"/>), it is the web server. It is back as soon as it takes connections; one that kept silent also has to answer us, or
/// members would wait for it in vain. Where a cluster's configuration names a passive health check of its own, that one decides instead,
/// and what is found here is only told.
/// </summary>
internal sealed class UpstreamFailures(
    WebServerStates servers, IDestinationHealthUpdater health, KnownProxies known, GuardClock clock, IHostApplicationLifetime lifetime,
    ILogger<UpstreamFailures> log) : IPassiveHealthCheckPolicy
{
    public const string PolicyName = "ProxyGuard";

    private static readonly TimeSpan MostForConnection = TimeSpan.FromSeconds(1);

    // The front page of an old application under load.
    private static readonly TimeSpan MostForAnswer = TimeSpan.FromSeconds(10);

    // Of one that has just let a member wait in vain.
    private static readonly TimeSpan MostOfASuspect = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan BetweenQuestions = TimeSpan.FromSeconds(1);

    // YARP wants to know when to forget it. Whoever tries it again ends it long before.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

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
        Sign sign = SignOf(context, error);
        if (sign == Sign.Refused)
            TakeOut(server, why, mustAnswer: false);
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
        if (Volatile.Read(ref server.Absence) is { } absence)
        {
            // An answer to a request of before the failure says nothing about now. Where there is no other web server, members go on asking this one.
            if (!absence.IsOver && NarrowingMiddleware.DecisionOf(context).View.At <= absence.Since)
                return;
            End(server, absence);
            Interlocked.CompareExchange(ref server.Absence, null, absence);
        }

        if (!ReferenceEquals(Volatile.Read(ref server.Row), FailureRow.Empty))
            Volatile.Write(ref server.Row, FailureRow.Empty);
        if (server.State.Health != WebServerHealth.Answering)
            servers.Answers(server);
    }

    /// <summary>Whether it still takes connections; one that says no is out, and so is one that twice said nothing.</summary>
    public async Task KnockAsync(WebServer server, CancellationToken stop)
    {
        WebServerReply reply = await TryConnectionAsync(server, stop).ConfigureAwait(false);
        server.Doubts = reply.Answer == WebServerAnswer.Answered ? 0 : server.Doubts + 1;
        if (reply.Answer == WebServerAnswer.Refused || server.Doubts > 1)
            TakeOut(server, reply.Said, mustAnswer: false);
    }

    /// <summary>
    /// Whether it answers, to tell. That it does not answer this is no reason to take it out: a front page may be broken since ever, and
    /// members look at others.
    /// </summary>
    public async Task AskAsync(WebServer server, CancellationToken stop)
    {
        WebServerReply reply = await QuestionAsync(server, null, MostForAnswer, stop).ConfigureAwait(false);
        if (reply.Answer == WebServerAnswer.Answered)
            servers.Answers(server);
        else if (reply.Answer == WebServerAnswer.Refused)
            TakeOut(server, reply.Said, mustAnswer: false);
    }

    private void Suspect(WebServer server, HttpContext context, Sign sign, string why)
    {
        ReadOnlySpan<char> path = RawPath.Of(context.Features.Get<IHttpRequestFeature>()!.RawTarget);
        if (server.Interruptions.Next(clock.Time) is { } count)
            log.UpstreamBrokeOff(server.State.Name, count, context.Request.Method, PathShape.Of(path), why);
        (int Path, int? Member) failed = (string.GetHashCode(path), AddressKey.OfMember(context, known)?.GetHashCode());
        ImmutableInterlocked.Update(ref server.Row, static (row, failed) => row.With(failed.Path, failed.Member), failed);
        if (Volatile.Read(ref server.Row).IsOfTheServer)
            TakeOut(server, why, mustAnswer: sign == Sign.Silent);
        else if (server.TrySuspect())
            _ = ConfirmAsync(server, context.Request.Host.Value, why, lifetime.ApplicationStopping);
    }

    private static Sign SignOf(HttpContext context, IForwarderErrorFeature error)
    {
        switch (error.Error)
        {
            case ForwarderError.RequestTimedOut:
                return Sign.Silent;
            // A WebSocket or a stream of events on which nobody speaks ends so.
            case ForwarderError.ResponseBodyDestination:
                return error.Exception is OperationCanceledException ? Sign.None : Sign.Broke;
            case ForwarderError.Request:
                HttpRequestError? what = (error.Exception as HttpRequestException)?.HttpRequestError;
                if (WebServerQuestion.IsRefusal(what))
                    return Sign.Refused;
                // Whoever answers early and closes takes the answer along when the upload still comes.
                bool isItsAnswer = what is HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded;
                return isItsAnswer || context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true } ? Sign.None : Sign.Broke;
            default:
                return Sign.None;
        }
    }

    private async Task ConfirmAsync(WebServer server, string? askedHost, string why, CancellationToken stop)
    {
        try
        {
            server.ForgetHeardSinceSuspicion();
            WebServerReply reply = await QuestionAsync(server, askedHost, MostOfASuspect, stop).ConfigureAwait(false);
            bool serves = reply.Answer == WebServerAnswer.Answered || server.ForgetHeardSinceSuspicion();
            if (!serves)
                TakeOut(server, $"{why} Our own HEAD / too: {reply.Said}", mustAnswer: reply.Answer == WebServerAnswer.Silent);
            else
                // However often members bring it about, we ask once a second.
                await Task.Delay(BetweenQuestions, clock.Time, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Nobody asks any more.
        }
        finally
        {
            server.EndSuspicion();
        }
    }

    /// <summary>Does nothing when it is out already, or another request says so at this moment.</summary>
    private void TakeOut(WebServer server, string why, bool mustAnswer)
    {
        UpstreamAbsence? before = Volatile.Read(ref server.Absence);
        if (before is { IsOver: false })
            return;
        var absence = new UpstreamAbsence((before?.Failures ?? 0) + 1, mustAnswer, clock.Now);
        if (Interlocked.CompareExchange(ref server.Absence, absence, before) != before)
            return;
        Volatile.Write(ref server.Row, FailureRow.Empty);
        if (IsOurs(server))
            health.SetPassive(server.Cluster, server.Destination, DestinationHealth.Unhealthy, Longest);
        servers.Fails(server, why);
        long? count = server.Outages.Next(clock.Time);
        if (count is { } times)
            log.UpstreamOut(server.State.Name, times, why);
        _ = ReturnAsync(server, absence, count is not null, lifetime.ApplicationStopping);
    }

    private async Task ReturnAsync(WebServer server, UpstreamAbsence absence, bool wasTold, CancellationToken stop)
    {
        try
        {
            TimeSpan pause = UpstreamPause.After(absence.Failures);
            while (true)
            {
                await Task.Delay(pause, clock.Time, stop).ConfigureAwait(false);
                if (absence.IsOver)
                    return;
                // To be refused costs nobody anything; a question is work for a server that has too much of it.
                pause = absence.MustAnswer ? BetweenQuestions : UpstreamPause.Shortest;
                WebServerReply knocked = await TryConnectionAsync(server, stop).ConfigureAwait(false);
                if (knocked.Answer != WebServerAnswer.Answered)
                    continue;
                if (!absence.MustAnswer || (await QuestionAsync(server, null, MostForAnswer, stop).ConfigureAwait(false)).Answer == WebServerAnswer.Answered)
                    break;
            }

            End(server, absence);
            if (wasTold)
                log.UpstreamBack(server.State.Name);
            if (absence.MustAnswer)
                servers.Answers(server);
            else
                await AskAsync(server, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Nobody asks any more.
        }
    }

    private void End(WebServer server, UpstreamAbsence absence)
    {
        if (absence.IsOver)
            return;
        absence.IsOver = true;
        server.Doubts = 0;
        if (IsOurs(server))
            health.SetPassive(server.Cluster, server.Destination, DestinationHealth.Healthy, TimeSpan.Zero);
    }

    /// <summary>Behind a proxy of the cluster's own only a question gets there.</summary>
    private Task<WebServerReply> TryConnectionAsync(WebServer server, CancellationToken stop) => server.Cluster.Model.Config.HttpClient?.WebProxy is null
        ? WebServerQuestion.KnockAsync(server.Address, MostForConnection, clock.Time, stop)
        : QuestionAsync(server, null, MostForAnswer, stop);

    /// <summary>For a host that it has answered for: one that only a member asks for may be answered by nobody.</summary>
    private Task<WebServerReply> QuestionAsync(WebServer server, string? otherwise, TimeSpan most, CancellationToken stop) =>
        WebServerQuestion.AskAsync(server.Cluster.Model.HttpClient, server.Cluster.Model.Config.HttpRequest, server.Address, server.Host ?? otherwise, most, clock.Time, stop);

    private static bool IsOurs(WebServer server) => server.Cluster.Model.Config.HealthCheck?.Passive?.Policy == PolicyName;
}

/// <summary>Gives <see cref="UpstreamFailures"/> to every cluster whose configuration has no passive health check.</summary>
internal sealed class UpstreamFailuresByDefault : IProxyConfigFilter
{
    public ValueTask<ClusterConfig> ConfigureClusterAsync(ClusterConfig cluster, CancellationToken cancel)
    {
        if (cluster.HealthCheck?.Passive is not null)
            return ValueTask.FromResult(cluster);
        HealthCheckConfig check = cluster.HealthCheck ?? new HealthCheckConfig();
        return ValueTask.FromResult(cluster with
        {
            HealthCheck = check with { Passive = new PassiveHealthCheckConfig { Enabled = true, Policy = UpstreamFailures.PolicyName } },
        });
    }

    public ValueTask<RouteConfig> ConfigureRouteAsync(RouteConfig route, ClusterConfig? cluster, CancellationToken cancel) => ValueTask.FromResult(route);
}
