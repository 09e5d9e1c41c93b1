using System.Net.Http.Json;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using ProxyGuard.Testing;
using static Microsoft.Playwright.Assertions;

namespace ProxyGuard.BrowserTests;

/// <summary>axe-core (https://github.com/dequelabs/axe-core) over everything that members see of us.</summary>
public class AccessibilityTests(Chromium chromium)
{
    public static TheoryData<string, ColorScheme> Readers => new MatrixTheoryData<string, ColorScheme>(
        ["en", "de", "fr"], [ColorScheme.Light, ColorScheme.Dark]);

    [Theory]
    [MemberData(nameof(Readers))]
    public async Task The_banner_violates_no_rule(string language, ColorScheme scheme)
    {
        await using GuardedSite site = await new PhotoPage { Language = language }.StartAsync();
        Incident incident = await Incident.BeginAsync(site);
        await incident.CatchUpAsync(fromPercent: 20, toPercent: 40);
        await using Tab tab = await OpenAsync(site, language, scheme);
        await tab.Page.GotoAsync(PhotoPage.Path);
        await Expect(tab.Banner.Locator(".way")).ToBeVisibleAsync();
        AssertNone("open", await tab.Banner.RunAxe());

        await tab.BannerToggle.ClickAsync();
        await Expect(tab.BannerToggle).ToHaveAttributeAsync("aria-expanded", "false");
        AssertNone("collapsed", await tab.Banner.RunAxe());
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public async Task Our_own_pages_violate_no_rule(string language, ColorScheme scheme)
    {
        await using GuardedSite site = await new PhotoPage { Language = language }.StartAsync();
        await using Tab tab = await OpenAsync(site, language, scheme);
        await CheckAsync(tab, "/_proxyguard/");
        Incident incident = await Incident.BeginAsync(site);
        await incident.CatchUpAsync(fromPercent: 20, toPercent: 40);
        await CheckAsync(tab, "/_proxyguard/");

        await tab.Page.GotoAsync(PhotoPage.Path);
        await tab.Page.GetByLabel("Your comment").FillAsync("What a heron!");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Post comment" }).ClickAsync();
        await Expect(tab.Page.Locator("html[data-page=refusal]")).ToHaveCountAsync(1);
        AssertNone("refusal", await tab.Page.RunAxe());

        using HttpResponseMessage put = await site.Management.PutAsJsonAsync(
            "/api/v1/maintenance", new { mode = "maintenance", reason = "disks", message = new { en = "New disks.", de = "Neue Platten." } });
        put.EnsureSuccessStatusCode();
        await CheckAsync(tab, PhotoPage.Path);
    }

    private Task<Tab> OpenAsync(GuardedSite site, string language, ColorScheme scheme) =>
        chromium.OpenAsync(site.Address, language, reader => reader.ColorScheme = scheme);

    private static async Task CheckAsync(Tab tab, string address)
    {
        await tab.Page.GotoAsync(address);
        await Expect(tab.Page.Locator("#controls, #live").First).ToBeAttachedAsync();
        AssertNone(address, await tab.Page.RunAxe());
    }

    private static void AssertNone(string what, AxeResult result) => Assert.Empty(
        from rule in result.Violations
        from node in rule.Nodes
        select $"{what}: {rule.Id}, {rule.Help}: {node.Html}");
}
