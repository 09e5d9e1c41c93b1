using ProxyGuard.Ground.Hosting;
using ProxyGuard.Ground.Settings;

namespace ProxyGuard.Telling.Admin;

/// <summary>What this room registers.</summary>
internal static class AdminServices
{
    public static IServiceCollection AddManagement(this IServiceCollection services) => services
        .AddSingleton<AdminKeys>().AddSingleton<ManagementHosts>().AddSingleton<ManagementApi>()
        .AddSingleton<HealthApi>().AddSingleton<MetricsPage>().AddSingleton<MaintenanceApi>().AddSingleton<HoldReport>()
        .AddSingleton<FleetReport>().AddSingleton<DiagnosisApi>().AddSingleton<WritesApi>().AddSingleton<ReloadApi>()
        .AddSingleton<AuditApi>()
        .AddSingleton(new ManagementEndpoint(null, "/alive", KeyRight.View, static (context, _) => HealthApi.AliveAsync(context)))
        .AddManagementEndpoint<HealthApi>(null, "/ready", static (health, context, _) => health.ReadyAsync(context))
        .AddManagementEndpoint<HealthApi>(null, "/health", static (health, context, _) => health.HealthAsync(context))
        .AddManagementEndpoint<MetricsPage>(
            null, "/metrics", static (metrics, context, _) => AdminJson.TextAsync(context, StatusCodes.Status200OK, metrics.Render()))
        .AddManagementEndpoint<MaintenanceApi>("GET", "/api/v1/maintenance", static (api, context, _) => api.GetAsync(context),
            KeyRight.View)
        .AddManagementEndpoint<MaintenanceApi>("PUT", "/api/v1/maintenance", static (api, context, who) => api.PutAsync(context, who))
        .AddManagementEndpoint<MaintenanceApi>("DELETE", "/api/v1/maintenance", static (api, context, who) => api.DeleteAsync(context, who))
        .AddManagementEndpoint<ReloadApi>("GET", "/api/v1/reload", static (api, context, who) => api.GetAsync(context, who), KeyRight.View)
        .AddManagementEndpoint<ReloadApi>("POST", "/api/v1/reload", static (api, context, who) => api.PostAsync(context, who))
        .AddManagementEndpoint<FleetReport>("GET", "/api/v1/fleet", static (report, context, _) => report.GetAsync(context), KeyRight.View)
        .AddManagementEndpoint<DiagnosisApi>("GET", "/api/v1/diagnosis", static (api, context, _) => api.GetAsync(context), KeyRight.View)
        .AddManagementEndpoint<WritesApi>("GET", "/api/v1/writes", static (api, context, _) => api.GetAsync(context), KeyRight.View)
        .AddManagementEndpoint<AuditApi>("GET", "/api/v1/audit", static (api, context, _) => api.GetAsync(context), KeyRight.View);

    /// <summary>Before everything else: what came in at the management listener is answered by it and by nothing of the site's.</summary>
    public static void UseManagement(this WebApplication app)
    {
        ManagementApi management = app.Services.GetRequiredService<ManagementApi>();
        app.Use((context, next) => ManagementListener.Received(context) ? management.AnswerAsync(context) : next(context));
    }
}
