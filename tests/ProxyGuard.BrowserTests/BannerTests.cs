using Microsoft.Playwright;
using ProxyGuard.Testing;
using static Microsoft.Playwright.Assertions;

namespace ProxyGuard.BrowserTests;

// A limitation, not a test: a page that was loaded while all was well has no script of ours, so an open tab does not learn of an incident
// before its next navigation. A write from it is refused with a page, or with problem+json, all the same.
public class BannerTests(Chromium chromium)
{
    [Fact]
    public async Task Pages_have_no_tag_and_no_banner_in_normal_mode()
    {
        await using GuardedSite site = await new PhotoPage().StartAsync();
        await using Tab tab = await chromium.OpenAsync(site.Address);

        await tab.Page.GotoAsync(PhotoPage.Path);

        await Expect(tab.BannerScripts).ToHaveCountAsync(0);
        await Expect(tab.Banner).ToHaveCountAsync(0);
        Assert.Empty(tab.Complaints);
    }

    [Theory]
    [InlineData("en", "de-DE", "You can browse everything, but posting is paused.")]
    [InlineData("de", "en-GB", "Du kannst alles ansehen, aber im Moment nichts posten.")]
    [InlineData("fr", "en-GB", "Vous pouvez tout consulter, mais pas publier pour le moment.")]
    [InlineData("ja", "de-AT", "Du kannst alles ansehen, aber im Moment nichts posten.")]
    public async Task Pages_show_one_banner_in_their_own_or_the_browsers_language_once_replicas_have_stopped(
        string pageLanguage, string locale, string headline)
    {
        await using GuardedSite site = await new PhotoPage { Language = pageLanguage }.StartAsync();
        await Incident.BeginAsync(site);
        await using Tab tab = await chromium.OpenAsync(site.Address, locale);

        await tab.Page.GotoAsync(PhotoPage.Path);

        await Expect(tab.Banner).ToBeVisibleAsync();
        await Expect(tab.Banner).ToHaveCountAsync(1);
        await Expect(tab.Banner.Locator(".bar")).ToBeInViewportAsync(new() { Ratio = 1 });
        await Expect(tab.Banner.Locator(".head")).ToHaveTextAsync(headline);
        await Expect(tab.BannerScripts).ToHaveCountAsync(1);
        Assert.Empty(tab.Complaints);
    }

    [Fact]
    public async Task The_banner_follows_the_catch_up_without_a_reload_and_disappears()
    {
        await using GuardedSite site = await new PhotoPage().StartAsync();
        Incident incident = await Incident.BeginAsync(site);
        await using Tab tab = await chromium.OpenAsync(site.Address);
        await tab.Page.GotoAsync(PhotoPage.Path);
        await tab.MarkAsync();
        await Expect(tab.Banner).ToContainTextAsync("The copies are standing still at the moment.");

        await incident.CatchUpAsync(fromPercent: 20, toPercent: 40);
        await Expect(tab.Banner.Locator(".way")).ToContainTextAsync("40.0% done, less than a minute to go");
        await Expect(tab.Banner.Locator("progress")).ToHaveJSPropertyAsync("position", 0.4);

        await incident.CatchUpAsync(fromPercent: 40, toPercent: 80);
        await Expect(tab.Banner.Locator(".way")).ToContainTextAsync("80.0% done");

        await incident.EndAsync();
        await Expect(tab.Banner).ToContainTextAsync("Everything works again. You can post.");
        await Expect(tab.Banner.Locator("progress")).ToBeHiddenAsync();
        await Expect(tab.Banner).ToHaveCountAsync(0);
        Assert.True(await tab.IsStillMarkedAsync());
        Assert.Empty(tab.Complaints);
    }

    [Fact]
    public async Task A_page_with_a_form_says_before_anything_is_typed_what_becomes_of_it()
    {
        const string kept = "If you send something anyway, nothing is saved, but you get back the text you typed.";
        await using GuardedSite site = await new PhotoPage().StartAsync();
        await Incident.BeginAsync(site);
        await using Tab tab = await chromium.OpenAsync(site.Address);
        await tab.Page.GotoAsync(PhotoPage.Path);
        await Expect(tab.Banner.Locator(".text")).ToContainTextAsync(kept);
        await Expect(tab.Banner.GetByRole(AriaRole.Status)).ToBeEmptyAsync();

        await tab.BannerToggle.ClickAsync();
        await tab.Page.GetByLabel("Your comment").FocusAsync();

        await Expect(tab.Banner.GetByRole(AriaRole.Status)).ToContainTextAsync(kept);
        Assert.Empty(tab.Complaints);
    }

    [Theory]
    [InlineData("<p>No form.</p>")]
    [InlineData("<form method=\"get\"><input name=\"q\"></form>")]
    [InlineData("<form method=\"post\" action=\"/login\"><input name=\"user\"><input type=\"password\" name=\"pass\"></form>")]
    [InlineData("<form method=\"post\" hidden><textarea name=\"text\"></textarea></form>")]
    public async Task A_page_without_a_form_to_write_in_does_not_speak_of_one(string body)
    {
        await using GuardedSite site = await new PhotoPage { Body = body }.StartAsync();
        await Incident.BeginAsync(site);
        await using Tab tab = await chromium.OpenAsync(site.Address);

        await tab.Page.GotoAsync(PhotoPage.Path);

        await Expect(tab.Banner.Locator(".head")).ToBeVisibleAsync();
        await Expect(tab.Banner.Locator(".text")).Not.ToContainTextAsync("If you send something anyway");
        Assert.Empty(tab.Complaints);
    }

    [Fact]
    public async Task The_banner_survives_a_page_that_replaces_its_own_content()
    {
        await using GuardedSite site = await new PhotoPage().StartAsync();
        await Incident.BeginAsync(site);
        await using Tab tab = await chromium.OpenAsync(site.Address);
        await tab.Page.GotoAsync(PhotoPage.Path);
        await Expect(tab.Banner).ToBeVisibleAsync();

        await tab.Page.EvaluateAsync("() => document.documentElement.replaceChildren(document.createElement('body'))");

        await Expect(tab.Banner).ToBeVisibleAsync();
        await Expect(tab.Banner).ToHaveCountAsync(1);
        Assert.Empty(tab.Complaints);
    }

    [Fact]
    public async Task On_a_phone_the_banner_hides_nothing_that_cannot_be_scrolled_to()
    {
        await using GuardedSite site = await new PhotoPage { Length = "200vh" }.StartAsync();
        await Incident.BeginAsync(site);
        await using Tab tab = await chromium.OpenAsync(
            site.Address, change: reader => reader.ViewportSize = new() { Width = 390, Height = 844 });
        await tab.Page.GotoAsync(PhotoPage.Path);
        await Expect(tab.Banner).ToBeVisibleAsync();

        await tab.Page.Mouse.WheelAsync(0, 10_000);

        ILocator last = tab.Page.GetByRole(AriaRole.Button, new() { Name = "Post comment" });
        await last.ClickAsync(new() { Trial = true });
        Assert.True((await last.BoundingBoxAsync())!.Y < (await tab.Banner.Locator(".bar").BoundingBoxAsync())!.Y);
        Assert.Empty(tab.Complaints);
    }

    [Fact]
    public async Task The_banners_link_leads_to_the_status_page()
    {
        await using GuardedSite site = await new PhotoPage().StartAsync();
        await Incident.BeginAsync(site);
        await using Tab tab = await chromium.OpenAsync(site.Address);
        await tab.Page.GotoAsync(PhotoPage.Path);

        await tab.Banner.GetByRole(AriaRole.Link).ClickAsync();

        await Expect(tab.Page).ToHaveURLAsync(new Uri(site.Address, "/_proxyguard/?lang=en").ToString());
        await Expect(tab.Banner).ToHaveCountAsync(0);
        Assert.Empty(tab.Complaints);
    }

    [Theory]
    [InlineData("script-src 'self'")]
    [InlineData("default-src 'self'; style-src 'none'; object-src 'none'; base-uri 'none'")]
    [InlineData("default-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'")]
    public async Task The_banner_works_under_a_CSP_that_allows_the_sites_own_scripts(string policy)
    {
        await using GuardedSite site = await new PhotoPage { Policy = policy }.StartAsync();
        await Incident.BeginAsync(site);
        await using Tab tab = await chromium.OpenAsync(site.Address);

        await tab.Page.GotoAsync(PhotoPage.Path);

        await Expect(tab.Banner.Locator(".head")).ToHaveTextAsync("You can browse everything, but posting is paused.");
        await Expect(tab.Banner.Locator(".bar")).ToHaveCSSAsync("background-color", "rgb(35, 40, 46)");
        Assert.Empty(tab.Complaints);
    }

    [Theory]
    [InlineData("script-src 'none'")]
    [InlineData("default-src 'none'")]
    public async Task Pages_with_a_CSP_that_forbids_scripts_get_no_tag(string policy)
    {
        await using GuardedSite site = await new PhotoPage { Policy = policy }.StartAsync();
        await Incident.BeginAsync(site);
        await using Tab tab = await chromium.OpenAsync(site.Address);

        await tab.Page.GotoAsync(PhotoPage.Path);

        await Expect(tab.Page.Locator("h1")).ToHaveTextAsync(PhotoPage.Title);
        await Expect(tab.BannerScripts).ToHaveCountAsync(0);
        // The page's own script is forbidden as well, and that is all there is to complain about.
        Assert.All(tab.Complaints, complaint => Assert.Contains("/site.js", complaint, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_banner_links_to_the_status_page_if_the_CSP_forbids_fetching_it()
    {
        await using GuardedSite site = await new PhotoPage { Policy = "default-src 'none'; script-src 'self'" }.StartAsync();
        await Incident.BeginAsync(site);
        await using Tab tab = await chromium.OpenAsync(site.Address);

        await tab.Page.GotoAsync(PhotoPage.Path);

        await Expect(tab.Banner.Locator(".head")).ToHaveTextAsync("There is news about what works on this site at the moment.");
        await Expect(tab.Banner.GetByRole(AriaRole.Link)).ToBeVisibleAsync();
        // What the browser says of the one attempt, twice in its own words.
        Assert.All(tab.Complaints, complaint => Assert.Contains("Content Security Policy", complaint, StringComparison.Ordinal));
    }
}
