using ProxyGuard.Core.Guarding;

namespace ProxyGuard.Telling.Status;

/// <summary>What this room registers.</summary>
internal static class StatusServices
{
    public static IServiceCollection AddStatus(this IServiceCollection services) =>
        services.AddSingleton<StatusFeed>().AddSingleton<IGuardListener>(provider => provider.GetRequiredService<StatusFeed>());
}
