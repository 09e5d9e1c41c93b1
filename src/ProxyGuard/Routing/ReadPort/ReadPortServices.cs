using ProxyGuard.Ground.Settings;
using ProxyGuard.Ground.Telemetry;

namespace ProxyGuard.Routing.ReadPort;

/// <summary>What this room registers.</summary>
internal static class ReadPortServices
{
    /// <param name="settings">Null: there is no read port, and no connection is ever counted.</param>
    public static IServiceCollection AddReadPort(this IServiceCollection services, ReadPortSettings? settings)
    {
        services.AddSingleton<ReadPortNodes>().AddSingleton<IMetricSource>(provider => provider.GetRequiredService<ReadPortNodes>());
        return settings is null ? services : services.AddSingleton(settings)
            .AddSingleton<SpareGreetings>()
            .AddSingleton<NodeDialer>().AddSingleton<ReadPortConnections>().AddSingleton<ReadPortListener>()
            .AddHostedService(provider => provider.GetRequiredService<ReadPortListener>());
    }
}
