using Microsoft.Playwright;
using ProxyGuard.Testing;
using static Microsoft.Playwright.Assertions;

namespace ProxyGuard.BrowserTests;

// A limitation, not a test: a page that was loaded while all was well has no script of ours, so an open tab does not learn of an incident
// before its next navigation. A write from it is refused with a page, or with problem+json, all the same.
public class BannerTests(Chromium chromium)
{
    [Fact]
    public async Task In_normal_mode_a_page_has_no_tag_and_no_banner()
    {
        await using GuardedSite site = await new PhotoPage().StartAsync();
        await using Tab tab = await chromium.OpenAsync(site.Address);

        await tab.Page.GotoAsync(PhotoPage.Path);

        await Expect(tab.BannerScripts).ToHaveCountAsync(0);
        await Expect(tab.Banner).ToHaveCountAsync(0);
        Assert.Empty(tab.Complaints);
    }

    [Theory]
    [InlineData("en", "de-DE", "You can read everything, but not post at the moment.")]
    [InlineData("de", "en-GB", "Du kannst alles ansehen, aber im Moment nichts posten.")]
    [InlineData("fr", "en-GB", "Vous pouvez tout consulter, mais pas publier pour le moment.")]
    [InlineData("ja", "de-AT", "Du kannst alles ansehen, aber im Moment nichts posten.")]
    public async Task Once_the_replicas_have_stopped_a_page_has_one_banner_in_its_language_or_else_the_readers(
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
    public async Task The_banner_follows_the_way_back_without_a_reload_and_takes_its_leave()
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
        await Expect(tab.Banner).ToContainTextAsync("Everything works again, you can post.");
        await Expect(tab.Banner.Locator("progress")).ToBeHiddenAsync();
        await Expect(tab.Banner).ToHaveCountAsync(0);
        Assert.True(await tab.IsStillMarkedAsync());
        Assert.Empty(tab.Complaints);
    }

    [Fact]
    public async Task A_banner_that_was_folded_is_folded_on_the_next_page_too()
    {
        await using GuardedSite site = await new PhotoPage().StartAsync();
        await Incident.BeginAsync(site);
        await using Tab tab = await chromium.OpenAsync(site.Address);
        ILocator cause = tab.Banner.GetByRole(AriaRole.Paragraph).GetByText("stopped following the main database");

        await tab.Page.GotoAsync(PhotoPage.Path);
        await Expect(cause).ToBeVisibleAsync();
        await tab.Banner.GetByRole(AriaRole.Button, new() { Name = "Show less" }).ClickAsync();
        await Expect(cause).ToBeHiddenAsync();

        await tab.Page.GotoAsync("/photos/18");
        await Expect(tab.Banner).ToContainTextAsync("not post at the moment");
        await Expect(cause).ToBeHiddenAsync();
        await tab.Banner.GetByRole(AriaRole.Button, new() { Name = "Show more" }).ClickAsync();
        await Expect(cause).ToBeVisibleAsync();
        Assert.Empty(tab.Complaints);
    }

    [Fact]
    public async Task A_page_that_throws_its_own_elements_away_keeps_the_banner()
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

        await Expect(tab.Page).ToHaveURLAsync(new Uri(site.Address, "/_proxyguard/").ToString());
        await Expect(tab.Banner).ToHaveCountAsync(0);
        Assert.Empty(tab.Complaints);
    }

    [Theory]
    [InlineData("script-src 'self'")]
    [InlineData("default-src 'self'; style-src 'none'; object-src 'none'; base-uri 'none'")]
    [InlineData("default-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'")]
    public async Task Under_a_policy_that_lets_the_sites_own_scripts_run_the_banner_works(string policy)
    {
        await using GuardedSite site = await new PhotoPage { Policy = policy }.StartAsync();
        await Incident.BeginAsync(site);
        await using Tab tab = await chromium.OpenAsync(site.Address);

        await tab.Page.GotoAsync(PhotoPage.Path);

        await Expect(tab.Banner.Locator(".head")).ToHaveTextAsync("You can read everything, but not post at the moment.");
        await Expect(tab.Banner.Locator(".bar")).ToHaveCSSAsync("background-color", "rgb(35, 40, 46)");
        Assert.Empty(tab.Complaints);
    }

    [Theory]
    [InlineData("script-src 'none'")]
    [InlineData("default-src 'none'")]
    public async Task Under_a_policy_that_forbids_all_scripts_there_is_no_tag(string policy)
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
    public async Task Where_a_policy_forbids_to_ask_for_news_the_banner_says_that_there_is_some_and_where()
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
