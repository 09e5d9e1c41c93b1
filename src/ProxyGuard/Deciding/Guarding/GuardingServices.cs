using ProxyGuard.Core.Guarding;
using ProxyGuard.Ground.Telemetry;

namespace ProxyGuard.Deciding.Guarding;

/// <summary>What this room registers.</summary>
internal static class GuardingServices
{
    /// <param name="runsProbeLoop">Whether the loop runs by itself; a test with its own clock ticks it.</param>
    public static IServiceCollection AddGuarding(this IServiceCollection services, bool runsProbeLoop)
    {
        services.AddSingleton<GuardBoard>()
            .AddSingleton<GuardState>().AddSingleton<IMetricSource>(provider => provider.GetRequiredService<GuardState>())
            .AddSingleton<SiteEvents>().AddSingleton<ViewBroadcast>()
            .AddSingleton<SiteGuard>()
            .AddSingleton<ISiteEventSink, EventLog>().AddSingleton<ISiteEventSink, AuditSink>()
           .AddSingleton<TrafficCounts>().AddSingleton<ProbeLoop>()
            .AddSingleton<InFlightWrites>().AddSingleton<IGuardListener>(provider => provider.GetRequiredService<InFlightWrites>())
            .AddSingleton<IMetricSource, SiteMetrics>().AddSingleton<IMetricSource>(provider => provider.GetRequiredService<ProbeLoop>())
            .AddSingleton<IMetricSource>(provider => provider.GetRequiredService<TrafficCounts>());
        return runsProbeLoop ? services.AddHostedService(provider => provider.GetRequiredService<ProbeLoop>()) : services;
    }
}
