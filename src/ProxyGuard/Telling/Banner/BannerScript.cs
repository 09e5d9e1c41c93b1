using System.Collections.Immutable;
using System.Text.Json;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Ground.Texts;
using ProxyGuard.Telling.Pages;

namespace ProxyGuard.Telling.Banner;

/// <summary>
/// The script behind the banner's tag: one constant file for all readers, with the texts of all languages of the site. Which is spoken is
/// decided in the browser, where the page's own language is known.
/// </summary>
internal static class BannerScript
{
    /// <summary>What it consists of, in this order.</summary>
    internal static ImmutableArray<string> Files { get; } = ["phrases.js", "banner-look.js", "banner-place.js", "banner.js"];

    private static readonly string[] Keys =
    [
        "number.decimal", "number.percent", "minutes.one", "minutes.other", "hours.one", "hours.other", "days.one", "days.other",
        "duration.short", "duration.about", "range.between", "range.up-to",
        "headline.late", "headline.unsure", "headline.read-only", "headline.maintenance",
        .. Enum.GetValues<Cause>().Select(
            cause => $"cause.{PublicNames.Of(cause)}"), "cause.maintenance", "cause.web-servers-unreachable.writes", "unavailable.headline",
        "since", "as-of.current", "as-of.known", "as-of.unknown", "ends", "catch-up.stuck", "catch-up.catching-up", "catch-up.growing",
        "catch-up.done",
        "progress.label", "progress.done", "remaining.sentence", "remaining.unknown", "live.at", "live.lost", "status.link",
        "banner.label", "banner.less", "banner.open", "banner.see-status", "live.pause", "live.resume", "status.title", "headline.normal", "can.text-kept",
        "tab.late", "tab.unsure", "tab.read-only", "tab.maintenance", "tab.unavailable",
    ];

    /// <param name="languages">The site's; at least one, the first is the default. Each must be one of
    /// <see cref="Wording.Languages"/>.</param>
    /// <param name="prefix">The reserved prefix, with a slash at both ends.</param>
    public static PageAsset Compose(ImmutableArray<string> languages, string prefix)
    {
        var texts = new SortedDictionary<string, SortedDictionary<string, string>>(StringComparer.Ordinal);
        foreach (string language in languages)
            texts[language] = TextsIn(Wording.For(language));

        // The serializer's default escapes everything that is not ASCII: the script is right in whatever charset a page forces on it.
        string baked =
            $"var PREFIX = {JsonSerializer.Serialize(prefix)}, LANGUAGES = {JsonSerializer.Serialize(languages)}, TEXTS = {JsonSerializer.Serialize(texts)};";
        string script = PageAsset.Enclosed([baked, .. Files.Select(PageAsset.Embedded)]);
        return PageAsset.Of("b.js", "text/javascript; charset=utf-8", script);
    }

    private static SortedDictionary<string, string> TextsIn(Wording wording)
    {
        var texts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string key in Keys)
            texts.Add(key, wording[key]);
        return texts;
    }
}
