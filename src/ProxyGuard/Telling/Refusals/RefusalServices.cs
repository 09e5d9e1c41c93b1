using ProxyGuard.Ground.Telemetry;

namespace ProxyGuard.Telling.Refusals;

/// <summary>What this room registers.</summary>
internal static class RefusalServices
{
    public static IServiceCollection AddRefusals(this IServiceCollection services) => services
        .AddSingleton<KeptBudget>().AddSingleton<IMetricSource>(provider => provider.GetRequiredService<KeptBudget>())
        .AddSingleton<SubmittedForms>().AddSingleton<RefusalPages>().AddSingleton<AllowedOrigins>().AddSingleton<Refusals>();
}
