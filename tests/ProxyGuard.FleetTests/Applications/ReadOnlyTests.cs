using System.Net;
using System.Text.Json;

namespace ProxyGuard.FleetTests.Applications;

/// <summary>Both replicas have stopped with error 1062: members read, log in, look and log out, and nothing else is written.</summary>
[Collection(nameof(SharesTheApplications))]
public sealed class ReadOnlyTests(ApplicationFleet fleet, ITestOutputHelper output)
{
    [Fact]
    public async Task WordPress_members_log_in_look_through_their_photos_and_log_out_while_writes_are_refused()
    {
        PrimaryLog log = await BreakAsync(new WordPress());
        using Visitor member = fleet.Member();
        Passed(await member.GetAsync("/"), HttpStatusCode.OK);
        Passed(await member.GetAsync("/?s=hello"), HttpStatusCode.OK);

        Passed(await WordPressStory.LogInAsync(member), HttpStatusCode.Found);
        Answer dashboard = Passed(await member.GetAsync("/wp-admin/"), HttpStatusCode.OK);
        Answer library = Passed(await member.GetAsync("/wp-admin/upload.php"), HttpStatusCode.OK);
        Answer photos = Passed(await member.PostAsync(WordPressStory.Ajax, WordPressStory.QueryAttachments), HttpStatusCode.OK);
        Assert.StartsWith("{\"success\":true", photos.Body, StringComparison.Ordinal);
        Passed(await member.GetAsync("/hello-world/?preview=true"), HttpStatusCode.OK);
        Answer editor = Passed(await member.GetAsync("/wp-admin/post.php?post=1&action=edit"), HttpStatusCode.OK);
        string nonce = WordPressStory.RestNonce(editor);

        Refused(await member.PostAsync("/wp-comments-post.php", WordPressStory.Comment));
        Refused(await WordPressStory.UploadAsync(member, WordPressStory.UploadNonce(library)));
        Answer published = Refused(await WordPressStory.RestAsync(member, nonce, "/wp/v2/posts/1", new { title = "Other" }, "PUT"));
        Refused(await WordPressStory.RestAsync(member, nonce, "/wp/v2/posts/1", null, "DELETE"));
        Refused(await member.GetAsync("/wp-cron.php"));
        Refused(await member.PostAsync("/wp-login.php?action=lostpassword", [("user_login", Application.Member)]));
        Refused(await member.PostAsync(
            "/wp-login.php", [("log", "a"), ("pwd", "a"), ("action", "lostpassword"), ("user_login", Application.Member)]));
        Refused(await member.PostAsync("/wp-login.php?key=x", [("log", Application.Member), ("pwd", "a")]));
        // WordPress' editor shows what is in "message".
        Assert.NotEmpty(JsonDocument.Parse(published.Body).RootElement.GetProperty("message").GetString()!);

        Passed(await member.GetAsync(WordPressStory.LogoutLink(dashboard)), HttpStatusCode.Found);
        Assert.DoesNotContain(member.Cookies.Keys, name => name.StartsWith("wordpress_logged_in", StringComparison.Ordinal));
        await OnlyAsync(log, "wp_options", "wp_usermeta", "wp_postmeta", "wp_posts");
    }

    /// <summary>On the replicas the stored styles are expired for ever.</summary>
    [Fact]
    public async Task Twenty_views_of_a_WordPress_store_its_styles_once_while_the_replicas_stand_still()
    {
        var application = new WordPress();
        await fleet.OpenAsync(application);
        await fleet.RestoreAsync(application);
        await fleet.Fleet.Primary.ExecuteAsync(
            "UPDATE wordpress.wp_options SET option_value = '1' WHERE option_name LIKE '\\_transient\\_timeout\\_global\\_styles%'");
        await fleet.Fleet.WaitUntilCaughtUpAsync(ApplicationFleet.Deadline);
        await fleet.BreakAsync();
        PrimaryLog log = await PrimaryLog.FromNowOnAsync(fleet.Fleet.Primary, application.Name);
        using Visitor stranger = fleet.Member();

        long start = TimeProvider.System.GetTimestamp();
        for (int view = 0; view < 20; view++)
            Passed(await stranger.GetAsync("/"), HttpStatusCode.OK);

        SortedDictionary<string, int> changes = await log.NextAsync();
        output.WriteLine($"written to the primary: {PrimaryLog.Text(changes)}");
        // Both styles are kept for a minute: deleted and stored anew, each with its end.
        int minutes = 1 + (int)TimeProvider.System.GetElapsedTime(start).TotalMinutes;
        Assert.InRange(changes.Values.Sum(), 1, 8 * (minutes + 1));
    }

    [Fact]
    public async Task MediaWiki_members_log_in_preview_search_and_log_out_while_writes_are_refused()
    {
        PrimaryLog log = await BreakAsync(new MediaWiki());
        using Visitor member = fleet.Member();
        Passed(await member.GetAsync("/index.php?title=Main_Page"), HttpStatusCode.OK);
        Passed(await member.GetAsync("/index.php?title=Special:Search&search=wiki&fulltext=1"), HttpStatusCode.OK);

        Passed(await MediaWikiStory.LogInAsync(member), HttpStatusCode.Found);
        Answer preview = Passed(await MediaWikiStory.SubmitAsync(member, "a '''grey''' heron", "wpPreview"), HttpStatusCode.OK);
        Assert.Contains("<b>grey</b> heron", preview.Body, StringComparison.Ordinal);
        Passed(await MediaWikiStory.SubmitAsync(member, "a '''grey''' heron", "wpDiff"), HttpStatusCode.OK);
        Answer found = Passed(
            await MediaWikiStory.AskAsync(member, ("action", "query"), ("list", "allpages")), HttpStatusCode.OK);
        Assert.Contains("Main Page", found.Body, StringComparison.Ordinal);
        Passed(
            await MediaWikiStory.AskAsync(member, ("action", "parse"), ("text", "a ''heron''"), ("contentmodel", "wikitext")),
            HttpStatusCode.OK);

        Refused(await MediaWikiStory.SubmitAsync(member, "a '''grey''' heron", "wpSave"));
        Refused(await MediaWikiStory.UploadAsync(member));
        Refused(await MediaWikiStory.AskAsync(
            member, ("action", "watch"), ("titles", "Main Page"), ("token", await MediaWikiStory.TokenAsync(member, "watch"))));

        Passed(await MediaWikiStory.LogOutAsync(member), HttpStatusCode.OK);
        Answer after = Passed(await member.GetAsync("/index.php?title=Main_Page"), HttpStatusCode.OK);
        Assert.DoesNotContain("Special:Preferences", after.Body, StringComparison.Ordinal);
        await OnlyAsync(log, "objectcache", "job", "module_deps");
    }

    [Fact]
    public async Task Members_of_a_MediaWiki_in_German_log_in_by_its_own_form_while_writes_are_refused()
    {
        await BreakAsync(new MediaWiki());
        using Visitor member = fleet.Member();

        Answer login = Passed(await MediaWikiStory.LogInInGermanAsync(member), HttpStatusCode.Found);

        Assert.Contains("Spezial:Anmelden", Uri.UnescapeDataString(login.Request), StringComparison.Ordinal);
        Answer page = Passed(await member.GetAsync("/index.php?title=Main_Page"), HttpStatusCode.OK);
        Assert.Contains("Abmelden", page.Body, StringComparison.Ordinal);
    }

    [Fact]
    public Task Half_a_minute_of_clicking_in_WordPress_changes_nothing_but_what_reading_changes() =>
        ClickAsync(new WordPressClicks(), TimeSpan.FromSeconds(30));

    [Fact]
    public Task Half_a_minute_of_clicking_in_MediaWiki_changes_nothing_but_what_reading_changes() =>
        ClickAsync(new MediaWikiClicks(), TimeSpan.FromSeconds(30));

    [Fact(Explicit = true)]
    public Task Ten_minutes_of_clicking_in_WordPress_change_nothing_but_what_reading_changes() =>
        ClickAsync(new WordPressClicks(), TimeSpan.FromMinutes(10));

    [Fact(Explicit = true)]
    public Task Ten_minutes_of_clicking_in_MediaWiki_change_nothing_but_what_reading_changes() =>
        ClickAsync(new MediaWikiClicks(), TimeSpan.FromMinutes(10));

    /// <summary>Special pages take "action=submit" for their own: the field makes the request look like a preview.</summary>
    [Fact]
    public async Task A_field_of_the_preview_lets_no_form_of_a_special_page_of_MediaWiki_through()
    {
        await BreakAsync(new MediaWiki());
        using Visitor member = fleet.Member();
        await MediaWikiStory.LogInAsync(member);

        Refused(await MediaWikiStory.MoveAsync(member, ("wpPreview", "1")));
        Refused(await MediaWikiStory.MoveAsync(member, ("wpDiff", "1")));
    }

    private async Task ClickAsync(Clicks clicks, TimeSpan time)
    {
        Clicks.SkipUnlessInstalled();
        PrimaryLog log = await BreakAsync(clicks.Application);
        string before = await fleet.ChecksumsAsync(clicks.Application, clicks.Content);
        int arrived = fleet.Arrived().Count;

        ClickLog seen = await clicks.ClickAsync(fleet.Address, time);

        foreach (string line in seen.Summary)
            output.WriteLine(line);
        List<string> posts = [.. fleet.Arrived().Skip(arrived).Where(line => !Clicks.Reads.Any(method => line.StartsWith(method, StringComparison.Ordinal)))];
        foreach (IGrouping<string, string> post in posts.GroupBy(line => line))
            output.WriteLine($"reached the application: {post.Count()} x {post.Key}");
        Assert.True(seen.Actions >= time.TotalSeconds / 10, $"only {seen.Actions} clicks");
        Assert.All(posts, post => Assert.Contains(clicks.MayArrive, may => post.StartsWith(may, StringComparison.Ordinal)));
        Assert.Equal(before, await fleet.ChecksumsAsync(clicks.Application, clicks.Content));
        await OnlyAsync(log, clicks.Tables);
    }

    private async Task<PrimaryLog> BreakAsync(Application application)
    {
        await fleet.OpenAsync(application);
        await fleet.RestoreAsync(application);
        await fleet.BreakAsync();
        return await PrimaryLog.FromNowOnAsync(fleet.Fleet.Primary, application.Name);
    }

    private Answer Passed(Answer answer, HttpStatusCode status)
    {
        output.WriteLine($"{answer} {answer.Mode}");
        Assert.True(answer.Status == status, $"{answer}\n{answer.Body[..Math.Min(answer.Body.Length, 2000)]}");
        return answer;
    }

    private Answer Refused(Answer answer)
    {
        Passed(answer, HttpStatusCode.ServiceUnavailable);
        Assert.Equal("read-only", answer.Mode);
        return answer;
    }

    private async Task OnlyAsync(PrimaryLog log, params string[] tables)
    {
        SortedDictionary<string, int> changes = await log.NextAsync();
        output.WriteLine($"written to the primary: {PrimaryLog.Text(changes)}");
        Assert.All(changes.Keys, change => Assert.Contains(change.Split(' ')[1], tables));
    }
}
