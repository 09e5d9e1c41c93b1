using System.Net.Http.Json;
using Microsoft.Playwright;
using ProxyGuard.Testing;
using static Microsoft.Playwright.Assertions;

namespace ProxyGuard.BrowserTests;

public class MaintenanceTests(Chromium chromium)
{
    [Fact]
    public async Task The_maintenance_page_gives_way_to_the_requested_page_when_the_hold_ends()
    {
        await using GuardedSite site = await new PhotoPage().StartAsync();
        await using Tab tab = await chromium.OpenAsync(site.Address);
        await tab.Page.GotoAsync("/");
        using HttpResponseMessage put = await site.Management.PutAsJsonAsync(
            "/api/v1/maintenance",
                new { mode = "maintenance", reason = "new disks", message = new { en = "We put in new disks.\nBack at nine." } });
        put.EnsureSuccessStatusCode();

        IResponse? answer = await tab.Page.GotoAsync($"{PhotoPage.Path}?from=mail");
        Assert.Equal(503, answer!.Status);
        await Expect(tab.Page.Locator("h1")).ToHaveTextAsync("The site is closed for maintenance.");
        await Expect(tab.Page.GetByText("We put in new disks.")).ToBeVisibleAsync();
        await tab.Page.GetByRole(AriaRole.Link, new() { Name = "Français" }).ClickAsync();
        await Expect(tab.Page.Locator("h1")).ToHaveTextAsync("Le site est fermé pour maintenance.");
        await Expect(tab.Page).ToHaveURLAsync(new Uri(site.Address, $"{PhotoPage.Path}?from=mail").ToString());

        using HttpResponseMessage delete = await site.Management.DeleteAsync("/api/v1/maintenance");
        delete.EnsureSuccessStatusCode();
        await Expect(tab.Page.Locator("h1")).ToHaveTextAsync(PhotoPage.Title);
        await Expect(tab.Page).ToHaveURLAsync(new Uri(site.Address, $"{PhotoPage.Path}?from=mail").ToString());
        Assert.Empty(tab.Complaints);
    }

    [Fact]
    public async Task The_banner_of_an_open_page_announces_a_read_only_hold()
    {
        await using GuardedSite site = await new PhotoPage().StartAsync();
        await Incident.BeginAsync(site);
        await using Tab tab = await chromium.OpenAsync(site.Address);
        await tab.Page.GotoAsync(PhotoPage.Path);
        await Expect(tab.Banner).ToBeVisibleAsync();

        using HttpResponseMessage put = await site.Management.PutAsJsonAsync(
            "/api/v1/maintenance", new { mode = "read-only", reason = "repair", message = new { en = "The <b>webmaster</b> is at it." } });
        put.EnsureSuccessStatusCode();

        await Expect(tab.Banner).ToContainTextAsync("The site’s team has paused posting.");
        await Expect(tab.Banner.Locator(".said")).ToHaveTextAsync("The <b>webmaster</b> is at it.");
        Assert.Empty(tab.Complaints);
    }
}
