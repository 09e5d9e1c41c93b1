using ProxyGuard.Ground.Hosting;
using ProxyGuard.Ground.Settings;
using ProxyGuard.Ground.Telemetry;
using ProxyGuard.Ground.Time;
using Yarp.ReverseProxy.Configuration;

namespace ProxyGuard.Deciding.Reloading;

/// <summary>What this room registers.</summary>
internal static class ReloadingServices
{
    /// <param name="source">Null: the configuration did not come from a file.</param>
    /// <param name="signal">Null: none is heard.</param>
    public static IServiceCollection AddReloading(
        this IServiceCollection services, ConfigurationSource? source, HangupSignal? signal, AdoptedConfiguration adopted) => services
        .AddSingleton<RouteChanges>().AddSingleton<IConfigChangeListener>(provider => provider.GetRequiredService<RouteChanges>())
        .AddSingleton(provider => new ConfigurationOrigin(source, adopted, provider.GetRequiredService<RouteChanges>()))
        .AddSingleton<ConfigurationReload>().AddSingleton<IMetricSource>(provider => provider.GetRequiredService<ConfigurationReload>())
        .AddSingleton(provider => new ConfigurationWatch(
            provider.GetRequiredService<ConfigurationReload>(), provider.GetRequiredService<ConfigurationOrigin>(), signal,
            provider.GetRequiredService<GuardClock>(), provider.GetRequiredService<ILogger<ConfigurationWatch>>()))
        .AddSingleton<IMetricSource>(provider => provider.GetRequiredService<ConfigurationWatch>())
        .AddHostedService(provider => provider.GetRequiredService<ConfigurationWatch>());
}
