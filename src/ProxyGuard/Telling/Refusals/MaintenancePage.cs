using ProxyGuard.Ground.Texts;
using ProxyGuard.Telling.Pages;
using ProxyGuard.Telling.Status;

namespace ProxyGuard.Telling.Refusals;

/// <summary>What every page is while an operator has closed the site. Goes by itself when the site is back, and not before.</summary>
internal static class MaintenancePage
{
    public static string Render(StatusDocument status, Wording wording, PageSite site)
    {
        // An empty link is the page that was asked for: it works under every address.
        Html main = Html.Of($"""
            <div class="now">
            <h1><span class="sign" aria-hidden="true"></span>{wording["headline.maintenance"]}</h1>
            {Parts.Facts(status, wording)}
            </div>
            {Parts.Message(status, wording)}
            {Parts.CatchUp(status, wording)}
            <footer>
            <p id="live"></p>
            <p id="controls"><a href="">{wording["live.reload"]}</a> <a href="{site.Prefix}">{wording["status.link"]}</a></p>
            </footer>
            """);
        return new Page("maintenance", wording["headline.maintenance"], Html.Nothing, main).Render(status, wording, site);
    }
}
