using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using ProxyGuard.Ground.Settings;
using ProxyGuard.Ground.Telemetry;

namespace ProxyGuard.Ground.Hosting;

/// <summary>What this room registers.</summary>
internal static class HostingServices
{
    public static IServiceCollection AddHosting(
        this IServiceCollection services, ShutdownSettings shutdown, InheritedSockets inherited) => services
        .AddSingleton(inherited).Configure<SocketTransportOptions>(sockets => sockets.CreateBoundListenSocket = inherited.TakeOrBind)
        .AddSingleton<ConnectionLimiter>().AddSingleton<IMetricSource>(provider => provider.GetRequiredService<ConnectionLimiter>())
        .AddSingleton<Draining>().AddHostedService(provider => provider.GetRequiredService<Draining>())
        .Configure<HostOptions>(host => host.ShutdownTimeout = shutdown.PreStopDelay + shutdown.DrainFor);

    /// <summary>The listeners: those of members, and the management listener, which is told apart by its port.</summary>
    public static void ListenAs(this KestrelServerOptions kestrel, GuardSettings settings, IConfigurationSection section)
    {
        KestrelLimits.Apply(kestrel, settings.Limits);
        // Connections that come from then on go by them.
        kestrel.ApplicationServices.GetRequiredService<LiveSettings>().Changed += next => KestrelLimits.Apply(kestrel, next.Limits);
        PublicListeners.Apply(kestrel, section, settings.PublicEndPoints);
        kestrel.Listen(settings.Admin.Listen, ManagementListener.Apply);
    }
}
