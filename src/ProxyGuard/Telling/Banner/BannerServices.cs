using System.Collections.Immutable;
using ProxyGuard.Ground.Telemetry;
using ProxyGuard.Telling.Pages;
using Yarp.ReverseProxy.Transforms.Builder;

namespace ProxyGuard.Telling.Banner;

/// <summary>What this room registers.</summary>
internal static class BannerServices
{
    public static IServiceCollection AddBanner(this IServiceCollection services, ImmutableArray<string> languages, string prefix)
    {
        PageAsset script = BannerScript.Compose(languages, prefix);
        return services.AddSingleton(script).AddSingleton(new BannerTag(prefix, script.Version))
            .AddSingleton<BannerCounts>().AddSingleton<IMetricSource>(provider => provider.GetRequiredService<BannerCounts>())
            .AddSingleton<IBannerSwitch, BannerSwitch>().AddSingleton<ITransformProvider, BannerTransforms>();
    }
}
