using ProxyGuard.Core.Requests;

namespace ProxyGuard.Ground.Settings;

/// <summary>What this room registers.</summary>
internal static class SettingsServices
{
    /// <summary>What may become another one while ProxyGuard runs is read from <see cref="LiveSettings"/>; the rest, in parts, is
    /// what it was at the start (<see cref="SettingsChange"/> says what that is).</summary>
    public static IServiceCollection AddSettings(this IServiceCollection services, GuardSettings settings) => services
        .AddSingleton(new LiveSettings(settings)).AddSingleton(settings.Shutdown).AddSingleton(settings.Rules.Probe)
        .AddSingleton(new ReservedPrefix(settings.Prefix));
}
