using System.Collections.Immutable;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Core.Routing;
using ProxyGuard.Ground.Settings;
using ProxyGuard.Routing.Forwarding;
using ProxyGuard.Routing.ReadPort;
using ProxyGuard.Seeing.Upstreams;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Model;

namespace ProxyGuard.Commands;

/// <summary>One look at the web servers by ourselves, beside a ProxyGuard that may be running: each is asked <c>HEAD /</c> once.</summary>
internal sealed class WebServerVisit(GuardSettings settings, ProxyGuardEdges edges)
{
    private static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(5);

    /// <summary>All at once, in the order of the configuration.</summary>
    public async Task<ImmutableArray<(WebServerSettings Server, WebServerReply Reply)>> AskAsync(CancellationToken stop)
    {
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = ResponseTimeout };
#pragma warning disable CA5359 // Whether it answers is asked, not who it says it is; nothing secret is sent. YARP itself is stricter.
        handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        using var client = new HttpMessageInvoker(handler);
        WebServerReply[] replies = await Task.WhenAll(settings.WebServers.Select(server =>
            edges.AskWebServer?.Invoke(server, stop)
            ?? WebServerQuestion.AskAsync(client, server.Requests, new Uri(server.Address), null, ResponseTimeout, edges.Time, stop)))
                .ConfigureAwait(false);
        return [.. settings.WebServers.Zip(replies)];
    }

    /// <summary>What their answers mean for the site as it is now.</summary>
    public static WebServersSeen Seen(
        ImmutableArray<(WebServerSettings Server, WebServerReply Reply)> asked, GuardView view, GuardRules rules, MonotonicInstant now)
    {
        ImmutableArray<Routed> servers =
            [.. asked.Select(one => new Routed(DestinationOf(one.Server), StateOf(one.Server, one.Reply, now)))];
        SiteReach reach = SiteReachWatch.ReachOf(
            servers, new EligibleDestinations(new ReadPortNodes()),
            view);
        return new WebServersSeen([.. servers.Select(server => server.State)], reach, now);
    }

    private static DestinationState DestinationOf(WebServerSettings server) =>
        new(server.Name, new DestinationModel(new DestinationConfig { Address = server.Address, Metadata = server.Metadata }));

    private static WebServerState StateOf(WebServerSettings server, WebServerReply reply, MonotonicInstant now) => new()
    {
        Cluster = server.Cluster,
        Name = server.Name,
        Address = server.Address,
        Reads = DestinationReads.Named(DestinationOf(server)),
        TakesReads = server.TakesReads,
        TakesWrites = server.TakesWrites,
        Health = reply.Answer == WebServerAnswer.Answered ? WebServerHealth.Answering : WebServerHealth.Failing,
        Since = now,
        Why = reply.Answer == WebServerAnswer.Answered ? "" : reply.Description,
    };
}
