using ProxyGuard.Ground.Telemetry;
using ProxyGuard.Telling.Pages;

namespace ProxyGuard.Telling.Public;

/// <summary>What this room registers.</summary>
internal static class PublicServices
{
    public static IServiceCollection AddPublicPages(this IServiceCollection services) => services
        .AddSingleton<Func<PageAsset>>(static () => PageAsset.Styles).AddSingleton<Func<PageAsset>>(static () => PageAsset.Script)
        .AddSingleton<EventStream>().AddSingleton<IMetricSource>(provider => provider.GetRequiredService<EventStream>())
        .AddSingleton<PublicPages>();
}
