using System.Globalization;

namespace ProxyGuard.Core.Html;

/// <summary>
/// How long caches may keep an answer that is late: no old page outlives an incident. A lifetime is only ever shortened.
/// </summary>
public static class CacheLifetime
{
    /// <summary>What is late may be shown for so long; a front page that everybody asks for then costs two requests a minute.</summary>
    public static readonly TimeSpan Most = TimeSpan.FromSeconds(30);

    private static readonly string[] Lifetimes =
        ["max-age", "s-maxage", "stale-while-revalidate", "stale-if-error", "downstream-ttl", "cache-maxage"];

    /// <summary>
    /// Cache-Control, or one of the fields that content delivery networks read before it (RFC 9213), with every lifetime cut to
    /// <see cref="Most"/> and without <c>immutable</c>; all else stays. Null where nothing has to change.
    /// </summary>
    /// <param name="value">All lines joined with commas.</param>
    public static string? Cut(string value)
    {
        bool changes = false;
        var kept = new List<string>();
        ReadOnlySpan<char> rest = value;
        while (!rest.IsEmpty)
        {
            ReadOnlySpan<char> directive = HeaderList.Cut(ref rest, ',');
            ReadOnlySpan<char> argument = directive;
            string name = HeaderList.Cut(ref argument, '=').ToString();
            if (name.Equals("immutable", StringComparison.OrdinalIgnoreCase))
            {
                changes = true;
            }
            else if (Lifetimes.Contains(name, StringComparer.OrdinalIgnoreCase) && IsTooLong(argument.Trim('"')))
            {
                changes = true;
                kept.Add($"{name}={Most.TotalSeconds:0}");
            }
            else if (!directive.IsEmpty)
            {
                kept.Add(directive.ToString());
            }
        }

        return changes ? string.Join(", ", kept) : null;
    }

    /// <summary>
    /// Cache-Control of a page that carries the tag: shareable where the site itself says so, and then for <see cref="Most"/> at most, so
    /// that a network's cache goes on carrying the front page; else for the client alone, who asks each time. Not no-store, which would
    /// cost the catch-up its instant page; but where the site says it, it stays.
    /// </summary>
    /// <param name="cacheControl">The site's, all lines joined with commas; empty for none.</param>
    /// <param name="isForOne">Whether it is meant for one client whatever else it says: it sets a cookie, or answers a POST.</param>
    public static string OfTagged(string cacheControl, bool isForOne)
    {
        if (HeaderList.Has(cacheControl, "no-store"))
            return "private, no-cache, no-store";
        if (!IsShareable(cacheControl, isForOne))
            return "private, no-cache";
        double shared = SharedSecondsOf(cacheControl);
        // What a browser may keep is only ever shortened too.
        return SecondsOf(cacheControl, "max-age") is { } own && own < shared
            ? string.Create(CultureInfo.InvariantCulture, $"public, max-age={own}, s-maxage={shared:0}")
            : string.Create(CultureInfo.InvariantCulture, $"public, max-age={shared:0}");
    }

    /// <summary>Whether a cache may give a page that carries the tag to others; see <see cref="OfTagged"/>.</summary>
    public static bool IsShareable(string cacheControl, bool isForOne) =>
        (HeaderList.Has(cacheControl, "public") || HeaderList.Has(cacheControl, "s-maxage"))
            && !isForOne && !HeaderList.Has(cacheControl, "private") && !HeaderList.Has(cacheControl, "no-cache")
            && !HeaderList.Has(cacheControl, "no-store") && SharedSecondsOf(cacheControl) > 0;

    /// <summary>
    /// Surrogate-Control without its lifetime: what a network has to do with the page, such as putting its parts in, it still has to do.
    /// Null where nothing is left.
    /// </summary>
    public static string? ContentOf(string surrogateControl) =>
        HeaderList.TryFind(surrogateControl, "content", out ReadOnlySpan<char> content) ? $"content={content}" : null;

    /// <summary>Whether Cache-Control says how long, or that it may not be kept unasked.</summary>
    public static bool IsSaidIn(string cacheControl) =>
        HeaderList.Has(cacheControl, "max-age") || HeaderList.Has(cacheControl, "s-maxage") || HeaderList.Has(cacheControl, "no-cache")
            || HeaderList.Has(cacheControl, "no-store");

    /// <summary>
    /// Whether it goes on as ever: images, media, fonts, style sheets and scripts carry the site in its worst hour, and are no pages. An
    /// error in the place of one may be late like any page.
    /// </summary>
    /// <param name="contentType">Null where there is none, as for 304.</param>
    /// <param name="fetchDestination">Sec-Fetch-Dest of the request; null where the client does not say.</param>
    public static bool IsLeftAlone(int status, string? contentType, string? fetchDestination)
    {
        if (status == 304)
            return fetchDestination is "image" or "style" or "script" or "font" or "video" or "audio";
        if (status is not (200 or 206) || contentType is null)
            return false;
        string type = contentType.Split(';', 2)[0].Trim().ToLowerInvariant();
        return type.StartsWith("image/", StringComparison.Ordinal) || type.StartsWith("video/", StringComparison.Ordinal)
            || type.StartsWith("audio/", StringComparison.Ordinal) || type.StartsWith("font/", StringComparison.Ordinal)
            || type.StartsWith("application/font", StringComparison.Ordinal)
            || type is "text/css" or "text/javascript" or "application/javascript" or "application/x-javascript"
                or "application/vnd.ms-fontobject" or "application/x-font-ttf" or "application/x-font-woff";
    }

    private static double SharedSecondsOf(string cacheControl) =>
        Math.Min(Most.TotalSeconds, SecondsOf(cacheControl, "s-maxage") ?? SecondsOf(cacheControl, "max-age") ?? 0);

    private static long? SecondsOf(string cacheControl, string name)
    {
        if (!HeaderList.TryFind(cacheControl, name, out ReadOnlySpan<char> argument))
            return null;
        return long.TryParse(argument.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) ? seconds : 0;
    }

    // What is no number, such as "1d", is long to whom it means something; an unreadable one is stale to all others (RFC 9111, 4.2.1).
    private static bool IsTooLong(ReadOnlySpan<char> seconds) =>
        !long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out long number) || number > Most.TotalSeconds;
}
