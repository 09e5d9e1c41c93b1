using Microsoft.Playwright;
using ProxyGuard.Testing;
using static Microsoft.Playwright.Assertions;

namespace ProxyGuard.BrowserTests;

public class StatusPageTests(Chromium chromium)
{
    private const string Status = "/_proxyguard/";

    [Fact]
    public async Task The_status_page_follows_an_incident_without_a_reload()
    {
        await using GuardedSite site = await new PhotoPage().StartAsync();
        await using Tab tab = await chromium.OpenAsync(site.Address);
        await tab.Page.GotoAsync(Status);
        await tab.MarkAsync();
        await Expect(tab.Page.Locator("h1")).ToHaveTextAsync("Everything works.");
        await Expect(tab.Page.GetByText("This page updates itself.")).ToBeVisibleAsync();

        Incident incident = await Incident.BeginAsync(site);
        await Expect(tab.Page.Locator("h1")).ToHaveTextAsync("You can browse everything, but posting is paused.");
        await Expect(tab.Page.Locator("[data-part=catch-up]")).ToContainTextAsync("The copies are standing still at the moment.");
        await Expect(tab.Page.Locator("[data-part=can]")).ToContainTextAsync("Upload, comment, like: not yet");

        await incident.CatchUpAsync(fromPercent: 20, toPercent: 40);
        await Expect(tab.Page.Locator("[data-live=percent]")).ToHaveTextAsync("40.0% done");
        await Expect(tab.Page.Locator("[data-live=remaining]")).ToHaveTextAsync("less than a minute");
        await Expect(tab.Page.Locator("[data-live=queue]")).ToHaveTextAsync("1.2 MB");

        await incident.EndAsync();
        await Expect(tab.Page.Locator("h1")).ToHaveTextAsync("Everything works.");
        await Expect(tab.Page.Locator("[data-part=can]")).ToContainTextAsync("Upload, comment, like: yes");
        await Expect(tab.Page).ToHaveTitleAsync("Everything works. – Photo Club");
        Assert.True(await tab.IsStillMarkedAsync());
        Assert.Empty(tab.Complaints);
    }

    [Fact]
    public async Task The_status_page_is_updated_by_push_without_polling()
    {
        await using GuardedSite site = await new PhotoPage().StartAsync();
        Incident incident = await Incident.BeginAsync(site);
        await using Tab tab = await chromium.OpenAsync(site.Address);
        await tab.Page.RunAndWaitForRequestAsync(
            () => tab.Page.GotoAsync(Status), request => request.Url.EndsWith("/events", StringComparison.Ordinal));
        await incident.CatchUpAsync(fromPercent: 10, toPercent: 20);
        await Expect(tab.Page.Locator("[data-live=percent]")).ToHaveTextAsync("20.0% done");
        int asked = tab.RequestsFor("status.json");

        await incident.CatchUpAsync(fromPercent: 20, toPercent: 30);

        await Expect(tab.Page.Locator("[data-live=percent]")).ToHaveTextAsync("30.0% done");
        Assert.Equal(asked, tab.RequestsFor("status.json"));
        Assert.Equal(1, tab.RequestsFor("events"));
        Assert.Empty(tab.Complaints);
    }

    [Fact]
    public async Task The_status_page_can_be_paused_and_resumed()
    {
        await using GuardedSite site = await new PhotoPage().StartAsync();
        Incident incident = await Incident.BeginAsync(site);
        await using Tab tab = await chromium.OpenAsync(site.Address);
        await tab.Page.GotoAsync(Status);
        await incident.CatchUpAsync(fromPercent: 10, toPercent: 20);
        await Expect(tab.Page.Locator("[data-live=percent]")).ToHaveTextAsync("20.0% done");

        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Pause updates" }).ClickAsync();
        await incident.CatchUpAsync(fromPercent: 20, toPercent: 30);
        await Expect(tab.Page.Locator("[data-live=percent]")).ToHaveTextAsync("20.0% done");

        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Resume updates" }).ClickAsync();
        await Expect(tab.Page.Locator("[data-live=percent]")).ToHaveTextAsync("30.0% done");
        Assert.Empty(tab.Complaints);
    }

    [Fact]
    public async Task What_the_status_page_said_aloud_does_not_stand_beside_newer_numbers()
    {
        await using GuardedSite site = await new PhotoPage().StartAsync();
        await using Tab tab = await chromium.OpenAsync(site.Address);
        await tab.Page.GotoAsync(Status);
        await Incident.BeginAsync(site);
        await Expect(tab.Page.Locator("#announce")).ToContainTextAsync("posting is paused");

        await Expect(tab.Page.Locator("#announce")).ToBeEmptyAsync();
        Assert.Empty(tab.Complaints);
    }

    [Theory]
    [InlineData("en-GB", "You can browse everything, but posting is paused.", "40.0% done", "Upload, comment, like: not yet")]
    [InlineData("de-CH", "Du kannst alles ansehen, aber im Moment nichts posten.", "40,0 % geschafft",
    "Hochladen, kommentieren, liken: noch nicht")]
    [InlineData("fr-FR", "Vous pouvez tout consulter, mais pas publier pour le moment.", "40,0 % effectués",
    "Ajouter des photos, commenter, aimer\u00a0: pas encore")]
    public async Task The_status_page_works_without_JavaScript(string locale, string headline, string done, string can)
    {
        await using GuardedSite site = await new PhotoPage().StartAsync();
        Incident incident = await Incident.BeginAsync(site);
        await incident.CatchUpAsync(fromPercent: 20, toPercent: 40);
        await using Tab tab = await chromium.OpenAsync(site.Address, locale, reader => reader.JavaScriptEnabled = false);

        await tab.Page.GotoAsync(Status);

        await Expect(tab.Page.Locator("h1")).ToHaveTextAsync(headline);
        await Expect(tab.Page.Locator("[data-live=percent]")).ToHaveTextAsync(done);
        await Expect(tab.Page.Locator("[data-part=can]")).ToContainTextAsync(can);
        await Expect(tab.Page.Locator("button")).ToHaveCountAsync(0);
        Assert.Empty(tab.Complaints);
    }
}
