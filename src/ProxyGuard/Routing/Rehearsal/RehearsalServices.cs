using ProxyGuard.Core.Guarding;
using ProxyGuard.Ground.Settings;
using ProxyGuard.Telling.Admin;

namespace ProxyGuard.Routing.Rehearsal;

/// <summary>What this room registers.</summary>
internal static class RehearsalServices
{
    public static IServiceCollection AddRehearsal(this IServiceCollection services) => services
        .AddSingleton<RehearsalLog>().AddSingleton<RehearsalApi>().AddSingleton<RehearsalPage>()
        .AddSingleton<MovementRecord>().AddSingleton<IGuardListener>(provider => provider.GetRequiredService<MovementRecord>())
        .AddManagementEndpoint<RehearsalApi>("GET", "/api/v1/dry-run", static (api, context, _) => api.GetAsync(context), KeyRight.View)
        // As it was called before; goes with the next version.
        .AddManagementEndpoint<RehearsalApi>("GET", "/api/v1/rehearsal", static (api, context, _) => api.GetAsync(context), KeyRight.View);
}
