using System.Text.Json.Nodes;
using Microsoft.Playwright;
using ProxyGuard.Testing;
using static Microsoft.Playwright.Assertions;

namespace ProxyGuard.BrowserTests;

public class RefusedFormTests(Chromium chromium)
{
    private const string Comment = "What a picture!\n<b>Which</b> lens was it? – Größe f/4";

    [Fact]
    public async Task A_member_gets_a_refused_comment_back_and_learns_when_to_send_it_again()
    {
        await using GuardedSite site = await new PhotoPage().StartAsync();
        await using Tab tab = await chromium.OpenAsync(
            site.Address, change: reader => reader.Permissions = ["clipboard-read", "clipboard-write"]);
        await tab.Page.GotoAsync(PhotoPage.Path);
        await tab.Page.GetByLabel("Your comment").FillAsync(Comment);
        Incident incident = await Incident.BeginAsync(site);

        IResponse answer = await tab.Page.RunAndWaitForResponseAsync(
            () => tab.Page.GetByRole(AriaRole.Button, new() { Name = "Post comment" }).ClickAsync(),
                response => response.Request.Method == "POST");
        Assert.Equal(503, answer.Status);
        await Expect(tab.Page.Locator("h1")).ToHaveTextAsync("Nothing was saved or sent.");
        await Expect(tab.Page.GetByLabel("Field “text”")).ToHaveValueAsync(Comment);
        await Expect(tab.Page.Locator("body")).Not.ToContainTextAsync("not-for-eyes");
        await Expect(tab.Page).ToHaveTitleAsync("Not saved – Photo Club");

        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Copy" }).ClickAsync();
        await Expect(tab.Page.GetByRole(AriaRole.Status)).ToHaveTextAsync("Copied.");
        string copied = await tab.Page.EvaluateAsync<string>("() => navigator.clipboard.readText()");
        Assert.Equal(Comment, copied.ReplaceLineEndings("\n"));

        await tab.MarkAsync();
        await incident.CatchUpAsync(fromPercent: 50, toPercent: 60);
        await Expect(tab.Page.Locator("[data-live=percent]")).ToHaveTextAsync("60.0% done");
        await incident.EndAsync();
        await Expect(tab.Page.Locator("#open")).ToHaveTextAsync("You can send it again now.");
        await Expect(tab.Page).ToHaveTitleAsync("You can send it again now.");
        await Expect(tab.Page.GetByText("Why", new() { Exact = true })).ToBeHiddenAsync();
        await Expect(tab.Page.GetByLabel("Field “text”")).ToHaveValueAsync(Comment);
        Assert.True(await tab.IsStillMarkedAsync());
        Assert.DoesNotContain(site.Upstreams["web1"].Seen, request => request.Method == "POST");

        await tab.Page.GoBackAsync();
        await Expect(tab.Page).ToHaveURLAsync(new Uri(site.Address, PhotoPage.Path).ToString());
        await Expect(tab.Page.GetByLabel("Your comment")).ToHaveValueAsync(Comment);
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Post comment" }).ClickAsync();
        await Expect(tab.Page.Locator("h1")).ToHaveTextAsync(PhotoPage.Title);
        Assert.Single(site.Upstreams["web1"].Seen, request => request.Method == "POST");
        Assert.Empty(tab.Complaints);
    }

    [Fact]
    public async Task A_refused_form_in_a_frame_of_the_site_shows_the_refusal_and_the_text()
    {
        await using GuardedSite site = await new PhotoPage().StartAsync();
        await using Tab tab = await chromium.OpenAsync(site.Address);
        await tab.Page.GotoAsync(PhotoPage.Framed);
        IFrameLocator frame = tab.Page.FrameLocator("iframe");
        await frame.GetByLabel("Your comment").FillAsync(Comment);
        await Incident.BeginAsync(site);

        await frame.GetByRole(AriaRole.Button, new() { Name = "Post comment" }).ClickAsync();

        await Expect(frame.Locator("h1")).ToHaveTextAsync("Nothing was saved or sent.");
        await Expect(frame.GetByLabel("Field “text”")).ToHaveValueAsync(Comment);
        Assert.Empty(tab.Complaints);
    }

    /// <summary>Who frames it could cover it with something else to click on.</summary>
    [Fact]
    public async Task A_refusal_is_not_shown_in_a_frame_of_another_site()
    {
        await using GuardedSite site = await new PhotoPage().StartAsync();
        await using Tab tab = await chromium.OpenAsync(site.Address);
        await tab.Page.GotoAsync($"http://localhost:{site.Address.Port}{PhotoPage.Framed}?of=http://127.0.0.1:{site.Address.Port}");
        IFrameLocator frame = tab.Page.FrameLocator("iframe");
        await frame.GetByLabel("Your comment").FillAsync(Comment);
        await Incident.BeginAsync(site);

        await tab.Page.RunAndWaitForResponseAsync(
            () => frame.GetByRole(AriaRole.Button, new() { Name = "Post comment" }).ClickAsync(), response => response.Status == 503);

        await Expect(frame.Locator("body")).ToContainTextAsync("refused to connect");
        await Expect(frame.GetByLabel("Field “text”")).ToHaveCountAsync(0);
        Assert.Contains(tab.Complaints, complaint => complaint.Contains("frame-ancestors 'self'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_refused_script_request_gets_a_message_the_page_can_show()
    {
        await using GuardedSite site = await new PhotoPage().StartAsync();
        await using Tab tab = await chromium.OpenAsync(site.Address, locale: "de-DE");
        await tab.Page.GotoAsync(PhotoPage.Path);
        await Incident.BeginAsync(site);

        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Like" }).ClickAsync();

        await Expect(tab.Page.Locator("#note"))
            .ToContainTextAsync("application/problem+json: Was du gerade abgeschickt hast, wurde nicht angenommen");
        await Expect(tab.Page.Locator("#note")).ToContainTextAsync("Du kannst es später noch einmal schicken.");
        Assert.Empty(tab.Complaints);
    }

    [Fact]
    public async Task A_search_form_is_returned_when_no_web_server_can_answer()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync(SearchOnlyOnThePrimary);
        site.Fleet["db1"].IsSilent = true;
        await site.TickAsync(4);
        await using Tab tab = await chromium.OpenAsync(site.Address);
        await tab.Page.SetContentAsync(
            $"<form method=\"post\" action=\"{site.Address}search\"><textarea name=\"words\">A heron.</textarea><button>Search</button></form>");

        await tab.Page.GetByRole(AriaRole.Button).ClickAsync();

        await Expect(tab.Page.Locator("h1")).ToHaveTextAsync("The site does not answer at the moment.");
        await Expect(tab.Page.GetByLabel("Field “words”")).ToHaveValueAsync("A heron.");
        await Expect(tab.Page.GetByRole(AriaRole.Button, new() { Name = "Copy" })).ToBeVisibleAsync();
        Assert.Empty(tab.Complaints);
    }
    /// <summary>One web server answers everything, from the primary; the replicas' web servers have a corner of their own.</summary>
    private static void SearchOnlyOnThePrimary(JsonNode json)
    {
        JsonNode proxy = json["ReverseProxy"]!;
        JsonObject site = proxy["Clusters"]!["site"]!["Destinations"]!.AsObject();
        site.Remove("web2", out JsonNode? corner);
        site.Remove("web3");
        proxy["Clusters"]!["corner"] = new JsonObject { ["Destinations"] = new JsonObject { ["web2"] = corner } };
        proxy["Routes"]!["corner"] = JsonNode.Parse("""{ "ClusterId": "corner", "Match": { "Path": "/corner/{**rest}" } }""");
    }
}
