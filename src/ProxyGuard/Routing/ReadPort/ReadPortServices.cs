using ProxyGuard.Core.Guarding;
using ProxyGuard.Ground.Settings;
using ProxyGuard.Ground.Telemetry;
using ProxyGuard.Ground.Time;

namespace ProxyGuard.Routing.ReadPort;

/// <summary>What this room registers.</summary>
internal static class ReadPortServices
{
    /// <param name="settings">Null: there is no read port, and no connection is ever counted.</param>
    public static IServiceCollection AddReadPort(this IServiceCollection services, ReadPortSettings? settings)
    {
        services.AddSingleton<ReadPortNodes>().AddSingleton<IMetricSource>(provider => provider.GetRequiredService<ReadPortNodes>());
        return settings is null ? services : services.AddSingleton(settings)
            .AddSingleton(
                provider => new SpareGreetings(
                    provider.GetRequiredService<GuardClock>(), provider.GetRequiredService<GuardRules>().Fleet.Nodes.Length))
            .AddSingleton<NodeDialer>().AddSingleton<ReadPortConnections>().AddSingleton<ReadPortListener>()
            .AddHostedService(provider => provider.GetRequiredService<ReadPortListener>());
    }
}
