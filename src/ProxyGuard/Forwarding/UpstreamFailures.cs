using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http.Features;
using ProxyGuard.Core.Forwarding;
using ProxyGuard.Operations;
using ProxyGuard.Probing;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace ProxyGuard.Forwarding;

/// <summary>
/// Takes a web server out whose connection was refused or broke, or that did not answer in time, and back in after a pause (<see cref="UpstreamPause"/>) as soon as
/// it takes connections; one that kept silent also has to answer a HEAD of its front page, or members would wait for it in vain. Whether its database is fresh is
/// another matter. Where a cluster's configuration names a passive health check of its own, that one is used instead.
/// </summary>
internal sealed class UpstreamFailures(IDestinationHealthUpdater health, GuardClock clock, IHostApplicationLifetime lifetime, ILogger<UpstreamFailures> log) : IPassiveHealthCheckPolicy
{
    public const string PolicyName = "ProxyGuard";

    private static readonly TimeSpan MostForConnection = TimeSpan.FromSeconds(1);

    // The front page of an old application under load.
    private static readonly TimeSpan MostForAnswer = TimeSpan.FromSeconds(10);

    private static readonly ProductInfoHeaderValue Ourselves = new("ProxyGuard", null);

    // YARP wants to know when to forget it. Whoever tries it again ends it long before.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    // Those that failed and have answered nothing since they are back.
    private ImmutableDictionary<DestinationState, Absence> _absences = ImmutableDictionary<DestinationState, Absence>.Empty;

    public string Name => PolicyName;

    public void RequestProxied(HttpContext context, ClusterState cluster, DestinationState destination)
    {
        if (context.GetForwarderErrorFeature() is not { } error || !IsOfTheServer(context, error) || context.RequestAborted.IsCancellationRequested)
            return;
        if (cluster.Model.Config.HealthCheck?.Passive?.Policy != PolicyName || Begin(destination, HostIfSilent(context, error)) is not { } absence)
            return;
        health.SetPassive(cluster, destination, DestinationHealth.Unhealthy, Longest);
        log.UpstreamOut(destination.DestinationId, error.Exception?.GetBaseException().Message ?? $"{error.Error}");
        _ = ReturnAsync(cluster, destination, absence, lifetime.ApplicationStopping);
    }

    /// <summary>Called for every request that was answered: nearly always nobody has failed, and then this is one look.</summary>
    public void Answered(HttpContext context)
    {
        if (Volatile.Read(ref _absences).IsEmpty || context.GetReverseProxyFeature().ProxiedDestination is not { } destination)
            return;
        // An answer to a request of before the failure says nothing about now.
        if (_absences.TryGetValue(destination, out Absence? absence) && absence.IsOver)
            ImmutableInterlocked.TryRemove(ref _absences, destination, out _);
    }

    /// <summary>
    /// Whether the failure shows that the web server does not serve. One that answers serves, however odd its answer is; and what comes of the member's own request, such as
    /// an upload that it does not want to the end, or a WebSocket or a stream of events on which nobody speaks, any member can bring about.
    /// </summary>
    private static bool IsOfTheServer(HttpContext context, IForwarderErrorFeature error) => error.Error switch
    {
        ForwarderError.RequestTimedOut => true,
        ForwarderError.ResponseBodyDestination => error.Exception is not OperationCanceledException,
        ForwarderError.Request => (error.Exception as HttpRequestException)?.HttpRequestError switch
        {
            HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError => true,
            HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded => false,
            // Whoever answers early and closes takes the answer along when the upload still comes.
            _ => context.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: true },
        },
        _ => false,
    };

    private static string? HostIfSilent(HttpContext context, IForwarderErrorFeature error) =>
        error.Error == ForwarderError.RequestTimedOut && context.Request.Host.Value is { Length: > 0 } host ? host : null;

    /// <summary>Null when it is out already, or another request says so at this moment.</summary>
    private Absence? Begin(DestinationState destination, string? askedHost)
    {
        Absence? before = Volatile.Read(ref _absences).GetValueOrDefault(destination);
        if (before is { IsOver: false })
            return null;
        var absence = new Absence((before?.Failures ?? 0) + 1, askedHost);
        bool isFirst = before is null
            ? ImmutableInterlocked.TryAdd(ref _absences, destination, absence)
            : ImmutableInterlocked.TryUpdate(ref _absences, destination, absence, before);
        return isFirst ? absence : null;
    }

    private async Task ReturnAsync(ClusterState cluster, DestinationState destination, Absence absence, CancellationToken stop)
    {
        try
        {
            int failures = absence.Failures;
            while (true)
            {
                await Task.Delay(UpstreamPause.After(failures), clock.Time, stop).ConfigureAwait(false);
                // To be refused costs nobody anything: as often as before.
                if (!await InTimeAsync(TakesConnectionsAsync, MostForConnection, destination, stop).ConfigureAwait(false))
                    continue;
                if (absence.AskedHost is not { } host || await InTimeAsync(AnswersAsync(cluster, host), MostForAnswer, destination, stop).ConfigureAwait(false))
                    break;
                // Each question is work for a server that has too much of it.
                failures++;
            }

            absence.IsOver = true;
            health.SetPassive(cluster, destination, DestinationHealth.Healthy, TimeSpan.Zero);
            log.UpstreamBack(destination.DestinationId);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Nobody asks any more.
        }
    }

    private static async Task TakesConnectionsAsync(Uri address, CancellationToken end)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, end).ConfigureAwait(false);
    }

    /// <summary>Whatever it answers: it answers.</summary>
    private static Func<Uri, CancellationToken, Task> AnswersAsync(ClusterState cluster, string host) => async (address, end) =>
    {
        using var question = new HttpRequestMessage(HttpMethod.Head, address) { Headers = { Host = host, UserAgent = { Ourselves } } };
        using HttpResponseMessage answer = await cluster.Model.HttpClient.SendAsync(question, end).ConfigureAwait(false);
    };

    private async Task<bool> InTimeAsync(Func<Uri, CancellationToken, Task> attempt, TimeSpan most, DestinationState destination, CancellationToken stop)
    {
        using var patience = new CancellationTokenSource(most, clock.Time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop, patience.Token);
        try
        {
            await attempt(new Uri(destination.Model.Config.Address), end.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is SocketException or HttpRequestException || e is OperationCanceledException && !stop.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <param name="failures">How often it has failed in a row, this time included.</param>
    /// <param name="askedHost">Of one that kept silent, the host that was asked for: it comes back when it answers again. Null for one that broke or refused a connection.</param>
    private sealed class Absence(int failures, string? askedHost)
    {
        private volatile bool _isOver;

        public int Failures => failures;

        public string? AskedHost => askedHost;

        /// <summary>It is asked again, and has not answered yet.</summary>
        public bool IsOver
        {
            get => _isOver;
            set => _isOver = value;
        }
    }
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
