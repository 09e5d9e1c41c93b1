using System.Text.Encodings.Web;
using System.Text.Json;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Ground.Texts;
using ProxyGuard.Telling.Status;

namespace ProxyGuard.Telling.Pages;

/// <summary>What all pages have around them. <c>status.js</c> finds its way by the attributes of the html element.</summary>
/// <param name="Kind">"status", "refusal" or "maintenance": what the script does on it.</param>
/// <param name="Head">What the page needs in its head besides.</param>
internal sealed record Page(string Kind, string Title, Html Head, Html Main)
{
    // What the script says by itself; everything else it takes from the page the server makes.
    private static readonly string[] ScriptKeys =
    [
        "number.decimal", "number.percent", "bytes.mega", "bytes.giga", "bytes.little", "bytes.rate", "minutes.one", "minutes.other",
        "hours.one", "hours.other",
        "days.one", "days.other", "duration.short", "duration.about", "range.between", "range.up-to", "progress.done", "remaining.sentence",
        "live.on", "live.lost", "live.pause", "live.resume", "refused.when.now", "refused.watching", "maintenance.watching",
        "typed.copy", "typed.copied", "typed.selected",
    ];

    /// <summary>Reloading is for browsers without script, and only where it repeats nothing.</summary>
    public static Html ReloadWithoutScript => Html.Of($"""<noscript><meta http-equiv="refresh" content="30"></noscript>""");

    public string Render(StatusDocument status, Wording wording, PageSite site) => Html.Of($"""
        <!DOCTYPE html>
        <html lang="{wording.Language}" data-page="{Kind}" data-mode="{LookOf(status)}" data-prefix="{site.Prefix}" data-revision="{status.Revision}" data-at="{PublicNames.Of(status.At)}" data-texts="{TextsFor(wording)}">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="robots" content="noindex">
        <title>{Title} – {status.Site}</title>
        <link rel="icon" href="data:,">
        <link rel="stylesheet" href="{PageAsset.Styles.UrlUnder(site.Prefix)}">
        {Head}
        <script src="{PageAsset.Script.UrlUnder(site.Prefix)}" defer></script>
        </head>
        <body>
        <header><p class="site">{status.Site}</p>{OtherLanguages(wording, site)}</header>
        <main>
        {Main}
        {RequestOf(wording, site)}
        </main>
        <p id="announce" class="unseen" role="status" aria-atomic="true"></p>
        </body>
        </html>
        """).ToString() + "\n";

    // To be read out to an admin, who finds it in the log.
    private static Html RequestOf(Wording wording, PageSite site) => site.RequestId is { } id
        ? Html.Of($"""<p class="request">{Html.Say(wording, "request.id", ("id", Html.Of($"<code>{id}</code>")))}</p>""")
        : Html.Nothing;

    private Html OtherLanguages(Wording wording, PageSite site)
    {
        if (site.Languages.Length < 2)
            return Html.Nothing;
        // In a tab of its own where this page has what was typed.
        Html target = Kind is "refusal" or "unavailable" ? Html.Of($" target=\"_blank\" rel=\"noopener\"") : Html.Nothing;
        IEnumerable<Html> links =
            from language in site.Languages
            where language != wording.Language
            select Html.Of(
                $"<a href=\"{site.Prefix}?lang={language}\" lang=\"{language}\" hreflang=\"{language}\"{target}>{Wording.For(language)["language.name"]}</a> ");
        return Html.Of($"""<nav class="languages" aria-label="{wording["language.label"]}">{Html.Join(links)}</nav>""");
    }

    // Nothing that does not work looks as if it did.
    private static string LookOf(StatusDocument status) =>
        PublicNames.Of(status is { Mode: SiteMode.Normal, Cause: Cause.WebServersUnreachable } ? SiteMode.ReadOnly : status.Mode);

    private static string TextsFor(Wording wording)
    {
        var texts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string key in ScriptKeys)
            texts.Add(key, wording[key]);
        // Relaxed: the attribute is encoded as a whole right after.
        return JsonSerializer.Serialize(texts, JsonOptions);
    }

    private static readonly JsonSerializerOptions JsonOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
