using System.Net.Http.Json;
using Microsoft.Playwright;
using ProxyGuard.Testing;
using static Microsoft.Playwright.Assertions;

namespace ProxyGuard.BrowserTests;

public class BannerTabTests(Chromium chromium)
{
    [Fact]
    public async Task The_banner_collapses_to_a_small_tab_and_opens_again_by_keyboard()
    {
        await using GuardedSite site = await new PhotoPage().StartAsync();
        await Incident.BeginAsync(site);
        await using Tab tab = await chromium.OpenAsync(site.Address);
        await tab.Page.GotoAsync(PhotoPage.Path);
        await Expect(tab.BannerToggle).ToHaveTextAsync("Show less");
        await Expect(tab.BannerToggle).ToHaveAttributeAsync("aria-expanded", "true");

        await tab.BannerToggle.FocusAsync();
        await tab.Page.Keyboard.PressAsync("Enter");

        await Expect(tab.BannerToggle).ToHaveTextAsync("Posting paused");
        await Expect(tab.BannerToggle).ToHaveAttributeAsync("aria-expanded", "false");
        await Expect(tab.Banner.Locator(".head")).ToBeHiddenAsync();
        await Expect(tab.BannerToggle).ToBeFocusedAsync();
        LocatorBoundingBoxResult button = (await tab.BannerToggle.BoundingBoxAsync())!;
        Assert.InRange(button.Height, 24, 40);
        Assert.InRange(button.Width, 24, 200);

        await tab.Page.Keyboard.PressAsync("Space");
        await Expect(tab.Banner.Locator(".head")).ToBeVisibleAsync();
        await Expect(tab.BannerToggle).ToBeFocusedAsync();
        await tab.Page.Keyboard.PressAsync("Escape");
        await Expect(tab.Banner.Locator(".head")).ToBeHiddenAsync();
        Assert.Empty(tab.Complaints);
    }

    [Fact]
    public async Task A_banner_that_was_opened_at_a_large_zoom_keeps_its_button_in_sight()
    {
        await using GuardedSite site = await new PhotoPage().StartAsync();
        await Incident.BeginAsync(site);
        await using Tab tab = await chromium.OpenAsync(
            site.Address, change: reader => reader.ViewportSize = new() { Width = 320, Height = 256 });
        await tab.Page.GotoAsync(PhotoPage.Path);
        await Expect(tab.BannerToggle).ToHaveTextAsync("Posting paused");

        await tab.BannerToggle.ClickAsync();

        await Expect(tab.Banner.Locator(".head")).ToBeVisibleAsync();
        await Expect(tab.BannerToggle).ToBeInViewportAsync(new() { Ratio = 1, Timeout = 5_000 });
        await tab.BannerToggle.ClickAsync();
        await Expect(tab.Banner.Locator(".head")).ToBeHiddenAsync();
        Assert.Empty(tab.Complaints);
    }

    [Fact]
    public async Task A_collapsed_banner_stays_collapsed_until_it_gets_worse()
    {
        await using GuardedSite site = await new PhotoPage().StartAsync();
        await Incident.BeginAsync(site);
        await using Tab tab = await chromium.OpenAsync(site.Address);
        await tab.Page.GotoAsync(PhotoPage.Path);
        await tab.BannerToggle.ClickAsync();
        await Expect(tab.BannerToggle).ToHaveTextAsync("Posting paused");

        await tab.Page.GotoAsync("/photos/18");
        await Expect(tab.BannerToggle).ToHaveTextAsync("Posting paused");
        await Expect(tab.Banner.Locator(".head")).ToBeHiddenAsync();

        using HttpResponseMessage put = await site.Management.PutAsJsonAsync(
            "/api/v1/maintenance", new { mode = "maintenance", reason = "new disks", message = new { en = "New disks." } });
        put.EnsureSuccessStatusCode();
        await Expect(tab.Banner.Locator(".head")).ToHaveTextAsync("The site is closed for maintenance.");
        await Expect(tab.Banner.Locator(".head")).ToBeVisibleAsync();
        Assert.Empty(tab.Complaints);
    }

    [Fact]
    public async Task The_banner_works_where_the_browser_forbids_storage()
    {
        await using GuardedSite site = await new PhotoPage().StartAsync();
        await Incident.BeginAsync(site);
        await using Tab tab = await chromium.OpenAsync(site.Address);
        await tab.Page.AddInitScriptAsync(
            "Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('denied', 'SecurityError'); } });");
        await tab.Page.GotoAsync(PhotoPage.Path);

        await tab.BannerToggle.ClickAsync();

        await Expect(tab.BannerToggle).ToHaveTextAsync("Posting paused");
        Assert.Empty(tab.Complaints);
    }

    [Fact]
    public async Task The_banners_updates_can_be_paused_and_resumed()
    {
        await using GuardedSite site = await new PhotoPage().StartAsync();
        Incident incident = await Incident.BeginAsync(site);
        await using Tab tab = await chromium.OpenAsync(site.Address);
        await tab.Page.Clock.InstallAsync();
        await tab.Page.GotoAsync(PhotoPage.Path);
        await tab.Page.Clock.RunForAsync(1_000);
        await Expect(tab.Banner).ToContainTextAsync("The copies are standing still");

        await tab.Banner.GetByRole(AriaRole.Button, new() { Name = "Pause updates" }).ClickAsync();
        int asked = tab.RequestsFor("status.json");
        await incident.CatchUpAsync(fromPercent: 20, toPercent: 40);
        await tab.Page.Clock.RunForAsync(120_000);
        Assert.Equal(asked, tab.RequestsFor("status.json"));
        await Expect(tab.Banner.Locator(".way")).ToContainTextAsync("The copies are standing still");

        await tab.Banner.GetByRole(AriaRole.Button, new() { Name = "Resume updates" }).ClickAsync();
        await Expect(tab.Banner.Locator(".way")).ToContainTextAsync("40.0% done");
        Assert.Empty(tab.Complaints);
    }

    [Fact]
    public async Task What_was_spoken_does_not_stand_beside_newer_numbers()
    {
        await using GuardedSite site = await new PhotoPage().StartAsync();
        await Incident.BeginAsync(site);
        await using Tab tab = await chromium.OpenAsync(site.Address);
        ILocator spoken = tab.Banner.GetByRole(AriaRole.Status);
        await tab.Page.GotoAsync(PhotoPage.Path);
        await Expect(spoken).ToContainTextAsync("You can browse everything, but posting is paused.");

        await Expect(spoken).ToBeEmptyAsync();
        await Expect(tab.Banner.Locator(".head")).ToBeVisibleAsync();
        Assert.Empty(tab.Complaints);
    }
}
