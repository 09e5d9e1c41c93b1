using System.Collections.Concurrent;
using Microsoft.Playwright;
using ProxyGuard.Demo.Fleet;

namespace ProxyGuard.FleetTests.Applications;

/// <summary>A member in real Chromium who clicks on whatever there is: links, and the buttons of forms, in the order of a fixed chance.</summary>
internal abstract class Clicks
{
    private const int Seed = 20261130;
    private const int Patience = 20_000;

    private static readonly TimeSpan MostForOne = TimeSpan.FromSeconds(45);

    // Pictures of members are elsewhere; nothing leaves this machine.
    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    ];

    // Same site, visible, and not what leaves it or is ours.
    private const string Links = """
        () => [...document.querySelectorAll('a[href]')].map(a => a.href.split('#')[0])
          .filter(href => href.startsWith(location.origin) && !href.includes('/_proxyguard/') && href !== location.href)
        """;

    // Fields are filled first, so that forms are sent; the answer is what was sent, or nothing.
    private const string SendForm = """
        chance => {
          const buttons = [...document.querySelectorAll('form [type=submit], form button:not([type=button])')].filter(b => b.offsetParent && !b.disabled);
          if (!buttons.length) return '';
          const button = buttons[Math.floor(chance * buttons.length)];
          for (const field of button.form ? button.form.elements : [])
            if (!field.value && ['text', 'search', 'textarea', 'email', 'url'].includes(field.type))
              field.value = field.type === 'email' ? 'bob@club.example' : field.type === 'url' ? '' : 'heron';
          const what = (button.form ? button.form.getAttribute('method') || 'get' : '') + ' ' + (button.value || button.textContent).trim().slice(0, 30);
          setTimeout(() => button.click(), 0);
          return what;
        }
        """;

    public static IEnumerable<string> Reads => ["GET ", "HEAD ", "OPTIONS "];

    public abstract Application Application { get; }

    /// <summary>Tables that reading, logins and logouts may change.</summary>
    public abstract string[] Tables { get; }

    /// <summary>What members wrote: queries of which the result must not change.</summary>
    public abstract string[] Content { get; }

    /// <summary>Beginnings of what may reach the application beside GET.</summary>
    public abstract string[] MayArrive { get; }

    protected abstract string Home { get; }

    public static bool AreInstalled => Programs.TryFind("chromium") is not null;

    public static void SkipUnlessInstalled()
    {
        if (!AreInstalled)
            Assert.Skip("Chromium is not installed: apt-get install chromium");
    }

    public async Task<ClickLog> ClickAsync(Uri site, TimeSpan time)
    {
        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Programs.TryFind("chromium"),
            Args = Arguments,
        });
        await using IBrowserContext reader = await browser.NewContextAsync(new() { BaseURL = site.ToString(), Locale = "en-GB" });
        IPage page = await OpenTabAsync(reader);
        var log = new ClickLog();
        reader.Response += (_, response) => log.Saw(response);

        var chance = new Random(Seed);
        long start = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(start) < time)
        {
            long began = TimeProvider.System.GetTimestamp();
            try
            {
                // A script has no time limit of its own.
                await ActAsync(page, chance, log).WaitAsync(MostForOne);
                log.Took(page.Url, TimeProvider.System.GetElapsedTime(began));
            }
            catch (Exception e) when (e is PlaywrightException or TimeoutException)
            {
                // The page went away while it was looked at, or is a file: somebody would open another tab, too.
                log.Act($"lost: {e.Message.Split('\n')[0]}");
                // A tab that does not answer would not close either: it goes with its browser.
                page = await OpenTabAsync(reader).WaitAsync(MostForOne);
            }
        }

        return log;
    }

    protected abstract Task LogInAsync(IPage page);

    protected abstract Task<bool> IsLoggedInAsync(IPage page);

    private static async Task<IPage> OpenTabAsync(IBrowserContext reader)
    {
        IPage page = await reader.NewPageAsync();
        page.SetDefaultTimeout(Patience);
        // "Leave site?", and what scripts confirm.
        page.Dialog += async (_, dialog) => await dialog.AcceptAsync();
        return page;
    }

    private async Task ActAsync(IPage page, Random chance, ClickLog log)
    {
        if (!await IsLoggedInAsync(page) && (page.Url == "about:blank" || chance.Next(4) == 0))
        {
            await LogInAsync(page);
            log.Act("log in");
            return;
        }

        if (chance.Next(4) == 0 && await page.EvaluateAsync<string>(SendForm, chance.NextDouble()) is { Length: > 0 } sent)
        {
            log.Act($"send form: {sent}");
            // Its click comes after the script; a form that a script sends itself opens no page.
            await page.WaitForTimeoutAsync(500);
            await page.WaitForLoadStateAsync(LoadState.DOMContentLoaded);
            return;
        }

        string[] links = await page.EvaluateAsync<string[]>(Links);
        string next = links.Length == 0 || chance.Next(12) == 0 ? Home : links[chance.Next(links.Length)];
        log.Act("open");
        await page.GotoAsync(next, new() { WaitUntil = WaitUntilState.Load });
    }
}

/// <summary>Clicks on a WordPress, as its administrator.</summary>
internal sealed class WordPressClicks : Clicks
{
    public override Application Application { get; } = new WordPress();

    // The last four for the empty draft that pages for admins begin, and for the empty styles that the editor begins for a theme.
    public override string[] Tables =>
        ["wp_options", "wp_usermeta", "wp_postmeta", "wp_posts", "wp_terms", "wp_term_taxonomy", "wp_term_relationships"];

    public override string[] Content =>
    [
        "SELECT * FROM wp_posts WHERE post_status <> 'auto-draft' AND post_type <> 'wp_global_styles' ORDER BY ID",
        "SELECT * FROM wp_postmeta WHERE meta_key NOT IN ('_edit_lock', '_edit_last') ORDER BY meta_id",
        "SELECT t.*, x.* FROM wp_terms t JOIN wp_term_taxonomy x USING (term_id) WHERE taxonomy <> 'wp_theme' ORDER BY t.term_id",
        "SELECT * FROM wp_comments ORDER BY comment_ID",
        "SELECT * FROM wp_users ORDER BY ID",
        "SELECT option_name, option_value FROM wp_options WHERE option_name IN ('blogname', 'admin_email', 'active_plugins', 'stylesheet') ORDER BY option_name",
    ];

    public override string[] MayArrive => ["POST /wp-login.php", "POST /wp-admin/admin-ajax.php"];

    protected override string Home => "/wp-admin/";

    protected override async Task LogInAsync(IPage page)
    {
        await page.GotoAsync("/wp-login.php");
        await page.FillAsync("#user_login", Application.Member);
        await page.FillAsync("#user_pass", Application.Password);
        await page.ClickAsync("#wp-submit");
        await page.WaitForURLAsync("**/wp-admin/**");
    }

    protected override async Task<bool> IsLoggedInAsync(IPage page) =>
        (await page.Context.CookiesAsync()).Any(cookie => cookie.Name.StartsWith("wordpress_logged_in", StringComparison.Ordinal));
}

/// <summary>Clicks on a MediaWiki, as its administrator.</summary>
internal sealed class MediaWikiClicks : Clicks
{
    public override Application Application { get; } = new MediaWiki();

    public override string[] Tables => ["objectcache", "job", "module_deps"];

    public override string[] Content =>
    [
        "SELECT page_id, page_title, page_latest FROM page ORDER BY page_id", "SELECT * FROM revision ORDER BY rev_id", "SELECT * FROM user",
        "SELECT * FROM recentchanges ORDER BY rc_id", "SELECT * FROM watchlist ORDER BY wl_id", "SELECT * FROM image ORDER BY img_name",
    ];

    public override string[] MayArrive =>
    [
        "POST /api.php", "POST /index.php?title=Special:UserLogin", "POST /index.php?title=Special:UserLogout",
        "POST /index.php?title=Special%3AUserLogin",
        // Previews and comparisons of pages that are edited; what they say is in no page afterwards.
        "POST /index.php?title=Main_Page&action=submit", "POST /index.php?title=Talk:Main_Page&action=submit",
        "POST /index.php?title=Heron&action=submit", "POST /index.php?title=Talk:Heron&action=submit",
    ];

    protected override string Home => "/index.php?title=Main_Page";

    protected override async Task LogInAsync(IPage page)
    {
        await page.GotoAsync("/index.php?title=Special:UserLogin");
        if (await page.QuerySelectorAsync("#wpName1") is null)
            return;
        await page.FillAsync("#wpName1", "Anna");
        await page.FillAsync("#wpPassword1", Application.Password);
        await page.ClickAsync("#wpLoginAttempt");
        await page.WaitForURLAsync("**title=Main_Page**");
    }

    protected override async Task<bool> IsLoggedInAsync(IPage page) =>
        (await page.Context.CookiesAsync()).Any(cookie => cookie.Name.EndsWith("UserID", StringComparison.Ordinal));
}

/// <summary>What was clicked, and what came back.</summary>
internal sealed class ClickLog
{
    private readonly ConcurrentQueue<string> _actions = new();
    private readonly ConcurrentQueue<(string Method, int Status)> _answers = new();

    public int Actions => _actions.Count;

    public IEnumerable<string> Summary =>
    [
        .. _actions.GroupBy(action => action).OrderByDescending(group => group.Count()).Select(group => $"{group.Count()} x {group.Key}"),
        .. _answers.GroupBy(answer => answer).Select(group => $"{group.Count()} answers: {group.Key.Method} {group.Key.Status}").Order(StringComparer.Ordinal),
        $"the slowest took {Slowest.Seconds:0.0} s: {Slowest.Address}",
    ];

    /// <summary>The slowest, in seconds, and where it led.</summary>
    public (double Seconds, string Address) Slowest { get; private set; }

    public void Took(string address, TimeSpan time)
    {
        if (time.TotalSeconds > Slowest.Seconds)
            Slowest = (time.TotalSeconds, address);
    }

    public void Act(string what) => _actions.Enqueue(what);

    public void Saw(IResponse response) => _answers.Enqueue((response.Request.Method, response.Status));
}
