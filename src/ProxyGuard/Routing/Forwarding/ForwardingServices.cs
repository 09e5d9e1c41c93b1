using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Routing;
using ProxyGuard.Ground.Telemetry;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Transforms.Builder;

namespace ProxyGuard.Routing.Forwarding;

/// <summary>What this room registers.</summary>
internal static class ForwardingServices
{
    /// <param name="looks">Whether the looks at the web servers run by themselves; a test with its own clock makes them.</param>
    public static IServiceCollection AddForwarding(this IServiceCollection services, IConfigurationSection reverseProxy, bool looks)
    {
        services.AddSingleton<EligibleDestinations>().AddSingleton<PrimaryReadLimiter>().AddSingleton<RetryBudget>()
            .AddSingleton<WebServerStates>()
            .AddSingleton<IConfigChangeListener>(provider => provider.GetRequiredService<WebServerStates>())
            .AddSingleton<IConfigChangeListener>(provider => provider.GetRequiredService<EligibleDestinations>())
            .AddSingleton<WebServerRotation>()
            .AddSingleton<SiteReachWatch>().AddSingleton<IGuardListener>(provider => provider.GetRequiredService<SiteReachWatch>())
            .AddSingleton<UpstreamFailures>()
            .AddSingleton<IPassiveHealthCheckPolicy>(provider => provider.GetRequiredService<UpstreamFailures>())
            .AddSingleton<WebServerLooks>().AddSingleton<IMetricSource, WebServerMetrics>()
            // Whose validators want to know us first.
            .AddSingleton(provider => new Lazy<IProxyStateLookup>(provider.GetRequiredService<IProxyStateLookup>));
        if (looks)
            services.AddHostedService(provider => provider.GetRequiredService<WebServerLooks>());
        services.AddSingleton<IForwarderHttpClientFactory, WebServerClients>();
        services.AddRouting().AddReverseProxy().LoadFromConfig(reverseProxy).AddConfigFilter<UpstreamFailuresByDefault>();
        return services.WithoutKeysAtStart().AddSingleton<ITransformProvider, ExactForwarding>()
            .AddSingleton<ITransformProvider, PublicLocations>()
            .AddSingleton<ITransformProvider, ReadFromHeader>().AddSingleton<ITransformProvider, CacheLifetimes>();
    }

    /// <summary>
    /// Counted first, so that once the site is closed no write is on its way uncounted; then narrowed to where the verdict allows, before
    /// YARP chooses; then tried. Whatever YARP does on its own comes after the attempt has begun, so that a second attempt does it again.
    /// </summary>
    /// <param name="reverseProxy">YARP's section.</param>
    public static void MapForwarding(this WebApplication app, IConfigurationSection reverseProxy)
    {
        app.UseRouting();
        app.MapReverseProxy(proxy =>
        {
            proxy.UseMiddleware<EarlyAnswerMiddleware>();
            proxy.UseMiddleware<WriteCountMiddleware>();
            proxy.UseMiddleware<DestinationFilterMiddleware>();
            proxy.UseMiddleware<RetryMiddleware>();
            proxy.UseMiddleware<UploadMiddleware>();
            proxy.UseSessionAffinity();
            proxy.UseLoadBalancing();
            // Ours hears of failures from RetryMiddleware; theirs, where a cluster names one, wants to hear of every request.
            if (reverseProxy.GetSection("Clusters").GetChildren().Any(cluster => cluster.GetSection("HealthCheck:Passive").Exists()))
                proxy.UsePassiveHealthChecks();
        });
    }

    // YARP brings data protection for session affinity; its hosted service would write a key to the home directory and load an XML parser
    // (4 MB) at every start. A cluster with affinity still gets its key with the first request.
    private static IServiceCollection WithoutKeysAtStart(this IServiceCollection services)
    {
        foreach (
            ServiceDescriptor warmUp in services.Where(service => service.ImplementationType?.Name == "DataProtectionHostedService")
                .ToList())
            services.Remove(warmUp);
        return services;
    }
}
