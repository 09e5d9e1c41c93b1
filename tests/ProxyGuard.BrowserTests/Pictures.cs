using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ProxyGuard.BrowserTests;

/// <summary>
/// No tests: takes the pictures of the README from a demo that runs and is broken already. docs/pictures.sh does all of it.
/// </summary>
public class Pictures(Chromium chromium)
{
    private static readonly ViewportSize Desk = new() { Width = 1100, Height = 700 };
    private static readonly ViewportSize Phone = new() { Width = 390, Height = 844 };

    private static Uri Site => new(Setting("PICTURES_SITE", "http://127.0.0.1:8080/"));

    [Fact(Explicit = true)]
    public Task The_banner_over_the_photos() => TakeBannerAsync(Desk, "banner");

    [Fact(Explicit = true)]
    public Task The_banner_over_the_photos_on_a_phone() => TakeBannerAsync(Phone, "banner-phone");

    /// <summary>Waits until the replicas have gone a third of the way, and may be started before they go at all.</summary>
    [Fact(Explicit = true)]
    public async Task The_status_page_while_the_replicas_catch_up()
    {
        await using Tab tab = await OpenAsync(Desk);
        await tab.Page.GotoAsync("/_proxyguard/");
        await Expect(tab.Page.Locator("[data-live=remaining]")).ToBeVisibleAsync(new() { Timeout = 120_000 });
        await tab.Page.WaitForFunctionAsync("() => document.querySelector('progress').value > 33", null, new() { Timeout = 600_000 });
        await TakeAsync(tab, "status");
    }

    private async Task TakeBannerAsync(ViewportSize size, string name)
    {
        await using Tab tab = await OpenAsync(size);
        await tab.Page.GotoAsync("/");
        await Expect(tab.Banner).ToBeVisibleAsync();
        await Expect(tab.Banner.Locator(".head")).Not.ToBeEmptyAsync();
        await TakeAsync(tab, name);
    }

    private Task<Tab> OpenAsync(ViewportSize size) => chromium.OpenAsync(Site, Setting("PICTURES_LOCALE", "en-GB"), reader =>
    {
        reader.ViewportSize = size;
        reader.ColorScheme = Setting("PICTURES_SCHEME", "light") == "dark" ? ColorScheme.Dark : ColorScheme.Light;
        reader.ReducedMotion = ReducedMotion.Reduce;
    });

    private static async Task TakeAsync(Tab tab, string name)
    {
        string file = Path.Combine(Setting("PICTURES_DIRECTORY", "."), name + ".png");
        await tab.Page.ScreenshotAsync(new() { Path = file, Animations = ScreenshotAnimations.Disabled });
        Assert.Empty(tab.Complaints);
    }

    private static string Setting(string name, string otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } given ? given : otherwise;
}
