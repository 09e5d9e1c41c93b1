using Yarp.ReverseProxy.Configuration;

namespace ProxyGuard.Benchmarks;

/// <summary>
/// The least there is to write with YARP, on the same web servers and with the same balancing. What ProxyGuard is slower by is ours.
/// </summary>
internal static class BareYarp
{
    public static async Task<int> RunAsync(int port, IReadOnlyList<string> destinations, CancellationToken stop)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(port));
        builder.Services.AddReverseProxy().LoadFromMemory(
            [new RouteConfig { RouteId = "site", ClusterId = "site", Match = new RouteMatch { Path = "{**catch-all}" } }],
            [new ClusterConfig { ClusterId = "site", LoadBalancingPolicy = "LeastRequests", Destinations = Named(destinations) }]);

        await using WebApplication app = builder.Build();
        app.MapReverseProxy();
        await app.StartAsync(stop);
        await app.WaitForShutdownAsync(stop);
        return 0;
    }

    private static Dictionary<string, DestinationConfig> Named(IReadOnlyList<string> destinations) =>
        destinations.Index().ToDictionary(place => $"web{place.Index + 1}", place => new DestinationConfig { Address = place.Item });
}
