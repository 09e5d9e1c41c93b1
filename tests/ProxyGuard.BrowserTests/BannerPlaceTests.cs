using Microsoft.Playwright;
using ProxyGuard.Testing;
using static Microsoft.Playwright.Assertions;

namespace ProxyGuard.BrowserTests;

public class BannerPlaceTests(Chromium chromium)
{
    // Counts how often the page is asked what lies at a point, and in how large pieces: a microtask ends the piece.
    private const string CountPoints = """
        window.asked = []; let isCounting = false;
        const original = Document.prototype.elementsFromPoint;
        Document.prototype.elementsFromPoint = function (x, y) {
          if (!isCounting) { isCounting = true; asked.push({ points: 0, began: performance.now(), took: 0 }); queueMicrotask(() => { isCounting = false; }); }
          const piece = asked[asked.length - 1], found = original.call(this, x, y);
          piece.points++; piece.took = performance.now() - piece.began;
          return found;
        };
        """;

    // More may be: the banner's room lets what a navigation hid be scrolled up.
    public const string AllUsable =
        $"usable => {{ const now = ({PageWithControls.UsableControls})().split(' '); return usable.split(' ').every(name => now.includes(name)); }}";

    public static TheoryData<string> Pages => [.. PageWithControls.All.Select(page => page.Name)];

    [Fact]
    public async Task The_banners_room_is_below_a_page_whose_body_comes_after_the_status()
    {
        var page = new PhotoPage { Head = "<link rel=\"stylesheet\" href=\"/slow.css\"><script>var afterTheStyles;</script>" };
        await using GuardedSite site = await page.StartAsync();
        await Incident.BeginAsync(site);
        await using Tab tab = await chromium.OpenAsync(site.Address);
        await tab.Page.GotoAsync(PhotoPage.Path, new() { WaitUntil = WaitUntilState.Commit });
        await Expect(tab.Banner).ToHaveCountAsync(1);
        Assert.False(await tab.Page.EvaluateAsync<bool>("() => document.body !== null"));

        page.Styles.SetResult();

        await Expect(tab.Page.Locator("h1")).ToBeVisibleAsync();
        await tab.Page.WaitForFunctionAsync("() => document.documentElement.lastElementChild.localName === 'proxyguard-banner'");
        Assert.InRange((await tab.Page.Locator("h1").BoundingBoxAsync())!.Y, 0, 60);
        Assert.Empty(tab.Complaints);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task What_could_be_used_can_be_used_beside_the_banner_on_a_page_with(string name)
    {
        PageWithControls page = PageWithControls.All.Single(one => one.Name == name);
        await using GuardedSite site = await page.ToPhotoPage().StartAsync();
        await using Tab tab = await chromium.OpenAsync(site.Address, change: reader => reader.ViewportSize = page.Viewport);
        await tab.Page.GotoAsync(PhotoPage.Path);
        string usable = await tab.Page.EvaluateAsync<string>(PageWithControls.UsableControls);
        Assert.NotEmpty(usable);
        await Incident.BeginAsync(site);

        await tab.Page.GotoAsync(PhotoPage.Path);
        await Expect(tab.BannerToggle).ToBeInViewportAsync();

        await tab.Page.WaitForFunctionAsync(AllUsable, usable);
        foreach (string control in usable.Split(' '))
            await tab.Page.Locator($"#{control}").ClickAsync(new() { Timeout = 5_000 });
        await tab.Page.EvaluateAsync("() => scrollTo(0, 0)");
        Assert.True(await tab.Page.EvaluateAsync<bool>(AllUsable, usable));
        Assert.Empty(tab.Complaints);
    }

    [Fact]
    public async Task The_banner_makes_way_for_a_dialog_that_opens_later_and_comes_back()
    {
        await using GuardedSite site = await new PhotoPage { Length = "200vh" }.StartAsync();
        await Incident.BeginAsync(site);
        await using Tab tab = await chromium.OpenAsync(site.Address);
        await tab.Page.GotoAsync(PhotoPage.Path);
        ILocator bar = tab.Banner.Locator(".bar");
        await Expect(bar).ToBeInViewportAsync(new() { Ratio = 1 });
        double bottom = await BottomOfAsync(bar);

        await tab.Page.EvaluateAsync("""
            () => document.body.insertAdjacentHTML('beforeend', '<div id="cookies" style="position: fixed; bottom: 0; left: 0; right: 0; height: 90px"><button>Accept</button></div>')
            """);
        ILocator accept = tab.Page.GetByRole(AriaRole.Button, new() { Name = "Accept" });
        await accept.ClickAsync();
        Assert.InRange(await BottomOfAsync(bar), 0, bottom - 89);

        await tab.Page.EvaluateAsync("() => document.getElementById('cookies').remove()");
        await tab.Page.WaitForFunctionAsync("() => document.querySelector('proxyguard-banner').shadowRoot.querySelector('.bar').getBoundingClientRect().bottom === innerHeight");
        Assert.Empty(tab.Complaints);
    }

    [Fact]
    public async Task A_restless_page_is_asked_a_bounded_number_of_times_and_in_small_pieces()
    {
        await using GuardedSite site = await new PhotoPage { Length = "200vh" }.StartAsync();
        await Incident.BeginAsync(site);
        await using Tab tab = await chromium.OpenAsync(site.Address);
        await tab.Page.AddInitScriptAsync(CountPoints);
        await tab.Page.GotoAsync(PhotoPage.Path);
        await Expect(tab.Banner).ToBeVisibleAsync();

        await tab.Page.EvaluateAsync("""
            () => new Promise(resolve => {
              let turns = 0;
              const timer = setInterval(() => {
                document.body.appendChild(document.createElement('p')).textContent = 'more';
                if (++turns === 100) { clearInterval(timer); resolve(); }
              }, 50);
            })
            """);

        int[] points = await tab.Page.EvaluateAsync<int[]>("() => asked.map(piece => piece.points)");
        double[] times = await tab.Page.EvaluateAsync<double[]>("() => asked.map(piece => piece.took)");
        Assert.All(points, count => Assert.InRange(count, 1, 64));
        // Five seconds, at most one search in each of them, and the first.
        Assert.InRange(points.Sum(), 1, 7 * 600);
        Assert.InRange(times.Order().ElementAt(times.Length / 2), 0, 4);
        Assert.Empty(tab.Complaints);
    }

    [Fact]
    public async Task A_page_that_removes_the_banner_again_and_again_wins()
    {
        await using GuardedSite site = await new PhotoPage().StartAsync();
        await Incident.BeginAsync(site);
        await using Tab tab = await chromium.OpenAsync(site.Address);
        await tab.Page.GotoAsync(PhotoPage.Path);
        await Expect(tab.Banner).ToBeVisibleAsync();

        int removed = await tab.Page.EvaluateAsync<int>("""
            () => new Promise(resolve => {
              let removed = 0, quiet = 0;
              const timer = setInterval(() => {
                const banner = document.querySelector('proxyguard-banner');
                if (banner) { banner.remove(); removed++; quiet = 0; }
                if (++quiet === 20) { clearInterval(timer); resolve(removed); }
              }, 10);
            })
            """);

        Assert.InRange(removed, 1, 20);
        Assert.Empty(tab.Complaints);
    }

    private static async Task<double> BottomOfAsync(ILocator bar)
    {
        LocatorBoundingBoxResult box = (await bar.BoundingBoxAsync())!;
        return box.Y + box.Height;
    }
}
