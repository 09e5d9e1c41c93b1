using Microsoft.Playwright;
using ProxyGuard.Testing;
using static Microsoft.Playwright.Assertions;

namespace ProxyGuard.BrowserTests;

public class LanguageTests(Chromium chromium)
{
    [Fact]
    public async Task Banner_refusal_and_status_page_speak_the_pages_language_until_the_member_chooses_another()
    {
        await using GuardedSite site = await new PhotoPage { Language = "de" }.StartAsync();
        await Incident.BeginAsync(site);
        await using Tab tab = await chromium.OpenAsync(site.Address, "en-GB");
        await tab.Page.RunAndWaitForResponseAsync(
            () => tab.Page.GotoAsync(PhotoPage.Path), answer => answer.Url.EndsWith("?lang=de", StringComparison.Ordinal));
        await Expect(tab.Banner.Locator(".head")).ToHaveTextAsync("Du kannst alles ansehen, aber im Moment nichts posten.");

        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Post comment" }).ClickAsync();
        await Expect(tab.Page.Locator("h1")).ToHaveTextAsync("Es wurde nichts gespeichert und nichts gesendet.");
        await tab.Page.GotoAsync(PhotoPage.Path);
        await tab.Banner.GetByRole(AriaRole.Link).ClickAsync();
        await Expect(tab.Page.Locator("h1")).ToHaveTextAsync("Du kannst alles ansehen, aber im Moment nichts posten.");

        await tab.Page.GetByRole(AriaRole.Link, new() { Name = "English" }).ClickAsync();
        await Expect(tab.Page.Locator("h1")).ToHaveTextAsync("You can browse everything, but posting is paused.");
        await tab.Page.GotoAsync(PhotoPage.Path);
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Post comment" }).ClickAsync();
        await Expect(tab.Page.Locator("h1")).ToHaveTextAsync("Nothing was saved or sent.");
        Assert.Empty(tab.Complaints);
    }
}
