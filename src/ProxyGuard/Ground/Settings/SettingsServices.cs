using ProxyGuard.Core.Requests;

namespace ProxyGuard.Ground.Settings;

/// <summary>What this room registers.</summary>
internal static class SettingsServices
{
    /// <summary>The settings whole and in parts: no one needs to know more of them than their own.</summary>
    public static IServiceCollection AddSettings(this IServiceCollection services, GuardSettings settings) => services
        .AddSingleton(settings).AddSingleton(settings.Admin).AddSingleton(settings.Limits).AddSingleton(settings.Shutdown)
        .AddSingleton(settings.Proxies)
        .AddSingleton(settings.Rules).AddSingleton(settings.Rules.Probe).AddSingleton(new ReservedPrefix(settings.Prefix));
}
