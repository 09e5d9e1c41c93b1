using ProxyGuard.Testing;

namespace ProxyGuard.FleetTests.Applications;

/// <summary>
/// Which tables each application writes to when it is only read, by the primary's own log: the lists in docs/wordpress.md and
/// docs/mediawiki.md.
/// </summary>
[Collection(nameof(SharesTheApplications))]
public sealed class WritesOfReadsTests(ApplicationFleet fleet, ITestOutputHelper output)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task WordPress_writes_options_when_it_is_read_and_more_on_some_pages_for_admins()
    {
        var application = new WordPress();
        await OpenAsync(application);
        using Visitor visitor = fleet.Direct(application);
        string[] pages = ["/", "/hello-world/", "/feed/", "/?s=hello", "/wp-json/wp/v2/posts", "/category/uncategorized/", "/wp-login.php"];

        await ReadAsync(application, visitor, pages, "wp_options");
        await WordPressStory.LogInAsync(visitor);
        // The first dashboard of a member makes a draft of a post, and later ones use it.
        await ReadAsync(application, visitor, ["/wp-admin/"], "wp_options", "wp_posts", "wp_usermeta");
        await ReadAsync(application, visitor, ["/wp-admin/", "/wp-admin/edit.php", "/wp-admin/edit-comments.php"], "wp_options");
        await ReadAsync(application, visitor, ["/wp-admin/post-new.php"], "wp_options", "wp_posts", "wp_postmeta");
        await ReadAsync(application, visitor, ["/wp-admin/post.php?post=1&action=edit"], "wp_options", "wp_postmeta");
        await ReadAsync(application, visitor, ["/wp-admin/edit.php?mode=excerpt", "/wp-admin/upload.php?mode=list"], "wp_options", "wp_usermeta");
    }

    [Fact]
    public async Task MediaWiki_writes_nothing_but_its_object_cache_when_it_is_read()
    {
        var application = new MediaWiki();
        await OpenAsync(application);
        using Visitor visitor = fleet.Direct(application);
        string[] pages =
        [
            "/", "/index.php?title=Main_Page", "/index.php?title=Main_Page&action=history", "/index.php?title=Main_Page&action=edit",
            "/index.php?title=Special:RecentChanges", "/index.php?title=Special:Search&search=wiki&fulltext=1", "/index.php?title=Nothing",
            "/index.php?title=Special:UserLogin", "/index.php?title=Main_Page&action=purge", "/api.php",
            "/api.php?action=query&meta=siteinfo&format=json", "/api.php?action=parse&page=Main_Page&format=json",
            "/load.php?modules=startup&only=scripts&raw=1&skin=vector",
        ];

        await ReadAsync(application, visitor, pages, "objectcache");
        await MediaWikiStory.LogInAsync(visitor);
        await ReadAsync(
            application, visitor, [.. pages, "/index.php?title=Special:Watchlist", "/index.php?title=Special:Preferences"], "objectcache");
        int again = await ReadAsync(application, visitor, pages, "objectcache");

        // Once it has what it caches, hardly a page writes.
        Assert.InRange(again, 0, pages.Length / 2);
    }

    [Fact]
    public async Task WordPress_searches_its_media_library_and_rendered_blocks_by_POST_write_nothing()
    {
        await OpenAsync(new WordPress());
        using Visitor member = fleet.Direct(new WordPress());
        await WordPressStory.LogInAsync(member);
        string nonce = WordPressStory.RestNonce(await member.GetAsync("/wp-admin/post-new.php"));
        PrimaryLog log = await PrimaryLog.FromNowOnAsync(fleet.Fleet.Primary, "wordpress");

        Answer[] read =
        [
            await member.PostAsync(WordPressStory.Ajax, WordPressStory.QueryAttachments),
            await member.PostAsync("/?s=hello", [("s", "hello")]),
            await WordPressStory.RestAsync(member, nonce, "/wp/v2/block-renderer/core/archives?context=edit", new { attributes = new { } }),
        ];
        Assert.All(read, answer => Assert.Equal(System.Net.HttpStatusCode.OK, answer.Status));
        // What any page of a block theme stores once a minute aside.
        Assert.DoesNotContain((await log.NextAsync()).Keys, change => !change.EndsWith(" wp_options", StringComparison.Ordinal));
    }

    [Fact]
    public async Task MediaWiki_previews_and_API_questions_by_POST_write_nothing_but_its_object_cache()
    {
        await OpenAsync(new MediaWiki());
        using Visitor visitor = fleet.Direct(new MediaWiki());
        PrimaryLog log = await PrimaryLog.FromNowOnAsync(fleet.Fleet.Primary, "mediawiki");

        Answer[] read =
        [
            await MediaWikiStory.SubmitAsync(visitor, "a ''heron''", "wpPreview"),
            await MediaWikiStory.SubmitAsync(visitor, "a ''heron''", "wpDiff"),
            await MediaWikiStory.AskAsync(visitor, ("action", "parse"), ("text", "a ''heron''"), ("contentmodel", "wikitext")),
            await MediaWikiStory.AskAsync(visitor, ("action", "query"), ("list", "recentchanges")),
            await MediaWikiStory.AskAsync(visitor, ("action", "compare"), ("fromtitle", "Main Page"), ("toslots", "main"), ("totext-main", "x")),
            await MediaWikiStory.AskAsync(visitor, ("action", "opensearch"), ("search", "ma")),
            await MediaWikiStory.AskAsync(visitor, ("action", "expandtemplates"), ("text", "{{PAGENAME}}"), ("prop", "wikitext")),
            await MediaWikiStory.AskAsync(visitor, ("action", "paraminfo"), ("modules", "edit")),
            await visitor.PostAsync("/index.php?title=Special:Search", [("search", "wiki"), ("fulltext", "1")]),
        ];
        Assert.All(read, answer => Assert.Equal(System.Net.HttpStatusCode.OK, answer.Status));
        Assert.DoesNotContain((await log.NextAsync()).Keys, change => !change.EndsWith(" objectcache", StringComparison.Ordinal));
    }

    private async Task OpenAsync(Application application)
    {
        await fleet.OpenAsync(application);
        await fleet.RestoreAsync(application);
    }

    /// <summary>How many of the pages wrote anything.</summary>
    private async Task<int> ReadAsync(Application application, Visitor visitor, IEnumerable<string> pages, params string[] tables)
    {
        int writing = 0;
        foreach (string page in pages)
        {
            PrimaryLog log = await PrimaryLog.FromNowOnAsync(fleet.Fleet.Primary, application.Name);
            int arrived = fleet.Arrived().Count;
            Answer answer = await visitor.GetAsync(page);
            // It is logged when PHP is done, which is later than the answer.
            await Eventually.HappensAsync($"{answer} is done", Deadline, () => fleet.Arrived().Count > arrived);
            SortedDictionary<string, int> changes = await log.NextAsync();
            writing += changes.Count > 0 ? 1 : 0;
            output.WriteLine($"{answer}: {(changes.Count == 0 ? "nothing" : PrimaryLog.Text(changes))}");
            Assert.All(changes.Keys, change => Assert.Contains(change.Split(' ')[1], tables));
        }

        return writing;
    }
}
