using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Routing;
using ProxyGuard.Deciding.Guarding;
using ProxyGuard.Ground.Time;
using ProxyGuard.Seeing.Upstreams;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace ProxyGuard.Routing.Forwarding;

/// <summary>
/// Takes a web server out, and back in after a pause (<see cref="ReactivationBackoff"/>): as soon as it takes connections; one that kept
/// silent also has to answer us, or members would wait for it in vain.
/// </summary>
internal sealed class WebServerRotation(
    WebServerStates servers, IDestinationHealthUpdater health, GuardClock clock, IHostApplicationLifetime lifetime, SiteEvents events)
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(1);

    // The front page of an old application under load.
    private static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan QuestionInterval = TimeSpan.FromSeconds(1);

    // YARP wants to know when to forget it. The next attempt ends it long before.
    private static readonly TimeSpan PassiveHealthLifetime = TimeSpan.FromDays(1);

    /// <summary>From then on no web server is asked any more.</summary>
    public CancellationToken Stopping => lifetime.ApplicationStopping;

    /// <summary>Whether it still takes connections; one that says no is out, and so is one that twice said nothing.</summary>
    public async Task KnockAsync(WebServer server, CancellationToken stop)
    {
        WebServerReply reply = await TryConnectionAsync(server, stop).ConfigureAwait(false);
        server.Doubts = reply.Answer == WebServerAnswer.Answered ? 0 : server.Doubts + 1;
        if (reply.Answer == WebServerAnswer.Refused || server.Doubts > 1)
            TakeOut(server, reply.Description, mustAnswer: false);
    }

    /// <summary>
    /// Whether it answers, to tell. That it does not answer this is no reason to take it out: a front page may be broken since ever, and
    /// members look at others.
    /// </summary>
    public async Task LookAsync(WebServer server, CancellationToken stop)
    {
        WebServerReply reply = await AskAsync(server, null, ResponseTimeout, stop).ConfigureAwait(false);
        if (reply.Answer == WebServerAnswer.Answered)
            servers.Answers(server);
        else if (reply.Answer == WebServerAnswer.Refused)
            TakeOut(server, reply.Description, mustAnswer: false);
    }

    /// <summary>Does nothing when it is out already, or another request says so at this moment.</summary>
    public void TakeOut(WebServer server, string why, bool mustAnswer)
    {
        Outage? before = Volatile.Read(ref server.Outage);
        if (before is { IsOver: false })
            return;
        var outage = new Outage((before?.Failures ?? 0) + 1, mustAnswer, clock.Now);
        if (Interlocked.CompareExchange(ref server.Outage, outage, before) != before)
            return;
        Volatile.Write(ref server.Row, FailureRow.Empty);
        if (IsOurs(server))
            health.SetPassive(server.Cluster, server.Destination, DestinationHealth.Unhealthy, PassiveHealthLifetime);
        servers.Fails(server, why);
        long? count = server.Outages.Next(clock.Time);
        if (count is { } times)
            events.Tell(new SiteEvent.WebServerOut(server.State.Name, why, times) { At = clock.UtcNow });
        _ = AwaitReturnAsync(server, outage, count is not null, Stopping);
    }

    private async Task AwaitReturnAsync(WebServer server, Outage outage, bool wasTold, CancellationToken stop)
    {
        try
        {
            TimeSpan pause = ReactivationBackoff.After(outage.Failures);
            while (true)
            {
                await Task.Delay(pause, clock.Time, stop).ConfigureAwait(false);
                if (outage.IsOver)
                    return;
                // A refused connection costs nothing; a question is work for a server that has too much of it.
                pause = outage.MustAnswer ? QuestionInterval : ReactivationBackoff.Shortest;
                WebServerReply knocked = await TryConnectionAsync(server, stop).ConfigureAwait(false);
                if (knocked.Answer != WebServerAnswer.Answered)
                    continue;
                if (!outage.MustAnswer
                    || (await AskAsync(server, null, ResponseTimeout, stop).ConfigureAwait(false)).Answer == WebServerAnswer.Answered)
                    break;
            }

            Return(server, outage);
            if (wasTold)
                events.Tell(new SiteEvent.WebServerBack(server.State.Name) { At = clock.UtcNow });
            if (outage.MustAnswer)
                servers.Answers(server);
            else
                await LookAsync(server, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Shutdown.
        }
    }

    public void Return(WebServer server, Outage outage)
    {
        if (outage.IsOver)
            return;
        outage.IsOver = true;
        server.Doubts = 0;
        if (IsOurs(server))
            health.SetPassive(server.Cluster, server.Destination, DestinationHealth.Healthy, TimeSpan.Zero);
    }

    /// <summary>Behind a proxy of the cluster's own only a question gets there.</summary>
    private Task<WebServerReply> TryConnectionAsync(WebServer server, CancellationToken stop) =>
        server.Cluster.Model.Config.HttpClient?.WebProxy is null
        ? WebServerQuestion.KnockAsync(server.Address, ConnectTimeout, clock.Time, stop)
        : AskAsync(server, null, ResponseTimeout, stop);

    /// <summary>For a host that it has answered for: a host that only a member asks for may not be served at all.</summary>
    public Task<WebServerReply> AskAsync(WebServer server, string? otherwise, TimeSpan most, CancellationToken stop) =>
        WebServerQuestion.AskAsync(
            server.Cluster.Model.HttpClient, server.Cluster.Model.Config.HttpRequest, server.Address, server.Host ?? otherwise, most,
            clock.Time, stop);

    private static bool IsOurs(WebServer server) => server.Cluster.Model.Config.HealthCheck?.Passive?.Policy == UpstreamFailures.PolicyName;
}
