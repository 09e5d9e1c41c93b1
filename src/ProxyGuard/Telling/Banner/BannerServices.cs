using ProxyGuard.Ground.Settings;
using ProxyGuard.Ground.Telemetry;
using ProxyGuard.Telling.Pages;
using Yarp.ReverseProxy.Transforms.Builder;

namespace ProxyGuard.Telling.Banner;

/// <summary>The banner in the site's languages: the script, and the tag that asks for it.</summary>
internal sealed record BannerForm(PageAsset Script, BannerTag Tag)
{
    public static BannerForm Of(GuardSettings settings)
    {
        PageAsset script = BannerScript.Compose(settings.Rules.Site.Languages, settings.Prefix);
        return new BannerForm(script, new BannerTag(settings.Prefix, script.Version));
    }
}

/// <summary>What this room registers.</summary>
internal static class BannerServices
{
    public static IServiceCollection AddBanner(this IServiceCollection services) => services
        .AddSingleton(provider => provider.GetRequiredService<LiveSettings>().Derive(BannerForm.Of))
        .AddSingleton<Func<PageAsset>>(provider => () => provider.GetRequiredService<Derived<BannerForm>>().Value.Script)
        .AddSingleton<Func<BannerTag>>(provider => () => provider.GetRequiredService<Derived<BannerForm>>().Value.Tag)
        .AddSingleton<BannerCounts>().AddSingleton<IMetricSource>(provider => provider.GetRequiredService<BannerCounts>())
        .AddSingleton<IBannerSwitch, BannerSwitch>().AddSingleton<ITransformProvider, BannerTransforms>();
}
