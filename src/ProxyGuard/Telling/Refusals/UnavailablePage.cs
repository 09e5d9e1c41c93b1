using ProxyGuard.Ground.Texts;
using ProxyGuard.Telling.Pages;
using ProxyGuard.Telling.Status;

namespace ProxyGuard.Telling.Refusals;

/// <summary>The answer when no web server can have the request, or the one that had it failed, whatever the databases do.</summary>
internal static class UnavailablePage
{
    /// <param name="what">"unavailable" or "interrupted", as the texts have it.</param>
    public static string Render(
        StatusDocument status, Wording wording, PageSite site, string what, IReadOnlyList<SubmittedField> typed, bool isLost)
    {
        Html main = Html.Of($"""
            <div class="now">
            <h1><span class="sign" aria-hidden="true"></span>{wording[$"{what}.headline"]}</h1>
            <p>{wording[$"{what}.lead"]}</p>
            </div>
            {(typed.Count == 0 && !isLost ? Html.Nothing : RefusalPage.Typed(wording, typed, isLost))}
            <footer>
            <p><a href="{site.Prefix}">{wording["status.link"]}</a></p>
            </footer>
            """);
        return new Page("unavailable", wording[$"{what}.headline"], Html.Nothing, main).Render(status, wording, site);
    }
}
