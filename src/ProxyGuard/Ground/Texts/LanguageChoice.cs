using System.Collections.Immutable;
using ProxyGuard.Core.Requests;

namespace ProxyGuard.Ground.Texts;

/// <summary>Which of the configured languages a reader gets.</summary>
internal static class LanguageChoice
{
    // No reader has that many; a header that does is not from one.
    private const int MostRanges = 32;

    /// <summary>
    /// The configured language the reader likes best (RFC 9110, section 12.5.4); the first configured one when they ask for none of them.
    /// </summary>
    /// <param name="acceptLanguage">The header as it came; null or "" when there was none.</param>
    /// <param name="languages">Two-letter codes; at least one.</param>
    public static string For(string? acceptLanguage, ImmutableArray<string> languages)
    {
        List<(string Tag, double Quality)> ranges = [.. RangesOf(acceptLanguage ?? "")];
        // Stable: of those liked equally, the one named first.
        foreach ((string tag, _) in ranges.Where(range => range.Quality > 0).OrderByDescending(range => range.Quality))
        {
            if (languages.FirstOrDefault(language => IsMeant(tag, language) && !IsRefused(language, ranges)) is { } found)
                return found;
        }

        return languages[0];
    }

    /// <summary>What members read: in the language that they chose, else in the one their browser asks for.</summary>
    /// <param name="languages">The site's; at least one.</param>
    public static Wording WordingFor(HttpRequest request, ImmutableArray<string> languages) =>
        Wording.For(LanguageCookie.Read(request, languages) ?? For(request.Headers.AcceptLanguage.ToString(), languages));

    private static bool IsMeant(string tag, string language) =>
        tag == "*" || PrimaryOf(tag).Equals(language, StringComparison.OrdinalIgnoreCase);

    private static bool IsRefused(string language, List<(string Tag, double Quality)> ranges) =>
        ranges.Any(range => range.Quality == 0 && range.Tag.Equals(language, StringComparison.OrdinalIgnoreCase));

    // We have no regional wording: de-CH is German.
    private static string PrimaryOf(string tag) => tag.Split('-', 2)[0];

    private static IEnumerable<(string Tag, double Quality)> RangesOf(string header)
    {
        foreach (
            string range in header.Split(',', MostRanges + 1, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Take(MostRanges))
        {
            string[] parts = range.Split(';', StringSplitOptions.TrimEntries);
            if (parts is [{ Length: > 0 } tag])
                yield return (tag, 1);
            // What is not a weight says nothing.
            else if (parts is [{ Length: > 0 } weighted, var weight] && QualityValue.Of(weight) is { } quality)
                yield return (weighted, quality);
        }
    }
}
