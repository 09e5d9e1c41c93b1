using Microsoft.Playwright;
using ProxyGuard.BrowserTests;
using Xunit.Sdk;
using Xunit.v3;

[assembly: AssemblyFixture(typeof(Chromium))]
// Two browsers at once on a small machine make every deadline a guess.
[assembly: Parallelization(Mode = ParallelMode.None)]

namespace ProxyGuard.BrowserTests;

/// <summary>
/// The machine's own Chromium, one for all tests; nothing is downloaded. A test that opens a tab is skipped where there is none.
/// </summary>
public sealed class Chromium : IAsyncLifetime
{
    private const string Program = "/usr/bin/chromium";

    private static readonly string[] Quiet =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(Program))
            return;
        // The page asks every 5 s, and a busy machine answers late.
        Assertions.SetDefaultExpectTimeout(30_000);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Program, Args = Quiet });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }

    /// <summary>A tab of somebody who has never been here before.</summary>
    /// <param name="site">Addresses are relative to it.</param>
    /// <param name="change">What else is special about this reader.</param>
    internal async Task<Tab> OpenAsync(Uri site, string locale = "en-GB", Action<BrowserNewContextOptions>? change = null)
    {
        if (_browser is null)
            Assert.Skip($"There is no {Program}. On Debian and Ubuntu: apt-get install chromium");
        var reader = new BrowserNewContextOptions { BaseURL = site.ToString(), Locale = locale };
        change?.Invoke(reader);
        return await Tab.OpenAsync(await _browser.NewContextAsync(reader));
    }
}
