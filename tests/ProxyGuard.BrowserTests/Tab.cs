using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace ProxyGuard.BrowserTests;

/// <summary>A browser tab, and everything its console complained about.</summary>
internal sealed class Tab : IAsyncDisposable
{
    // The browser's own line about an answer that has to be a 503. It says nothing about our pages.
    private const string Refused = "Failed to load resource: the server responded with a status of 503";

    // The banner's root is closed to page scripts; a test looks into it all the same.
    public const string OpenRoots =
        "const attach = Element.prototype.attachShadow; Element.prototype.attachShadow = function (how) { return attach.call(this, { ...how, mode: 'open' }); };";

    private readonly IBrowserContext _reader;
    private readonly ConcurrentQueue<string> _complaints = new();
    private readonly ConcurrentQueue<string> _requests = new();

    private Tab(IBrowserContext reader, IPage page)
    {
        _reader = reader;
        Page = page;
        page.Request += (_, request) => _requests.Enqueue(request.Url);
        page.PageError += (_, error) => _complaints.Enqueue(error);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning" && !message.Text.StartsWith(Refused, StringComparison.Ordinal))
                _complaints.Enqueue($"{message.Type}: {message.Text}");
        };
    }

    public IPage Page { get; }

    /// <summary>Errors and warnings of the console, violated policies among them, and exceptions nobody caught.</summary>
    public IReadOnlyCollection<string> Complaints => _complaints;

    public ILocator Banner => Page.Locator("proxyguard-banner");

    /// <summary>The one button that collapses the banner and opens it again.</summary>
    public ILocator BannerToggle => Banner.Locator("button[aria-expanded]");

    public ILocator BannerScripts => Page.Locator("script[src*='/_proxyguard/']");

    public static async Task<Tab> OpenAsync(IBrowserContext reader)
    {
        await reader.AddInitScriptAsync(OpenRoots);
        return new Tab(reader, await reader.NewPageAsync());
    }

    /// <summary>How often something below the reserved prefix was asked for.</summary>
    public int RequestsFor(string name) => _requests.Count(url => new Uri(url).AbsolutePath == $"/_proxyguard/{name}");

    /// <summary>Marks the document that is shown now; a reload would lose the mark.</summary>
    public Task MarkAsync() => Page.EvaluateAsync("() => { window.markedByTheTest = true; }");

    public Task<bool> IsStillMarkedAsync() => Page.EvaluateAsync<bool>("() => window.markedByTheTest === true");

    public async ValueTask DisposeAsync() => await _reader.DisposeAsync();
}
