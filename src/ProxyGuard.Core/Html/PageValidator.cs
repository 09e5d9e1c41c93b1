using System.Security.Cryptography;
using System.Text;

namespace ProxyGuard.Core.Html;

/// <summary>
/// The entity tag of a page that carries the banner's tag: the site's own is one of other bytes. Only a copy that would be made again just
/// so has the same. Weak, because the page may be compressed or not (RFC 9110, section 8.8.1).
/// </summary>
public static class PageValidator
{
    private const int Bytes = 12;

    /// <summary>
    /// Null for none: the site gave no validator, an error would be told as ever (RFC 9110, section 13.2.1), or it depends on how fast the
    /// page comes whether it gets the tag (<see cref="TagPlacer.StopWaiting"/>), so that a copy without it might be confirmed.
    /// </summary>
    /// <param name="ours">All that is ours on this page and may differ from that on the next.</param>
    public static string? Of(PageResponse page, params ReadOnlySpan<string> ours)
    {
        if (page.Status != 200 || !page.Type.NamesEncoding || string.IsNullOrEmpty(page.Validator))
            return null;
        // No header has a line's end in it.
        byte[] all = Encoding.UTF8.GetBytes($"{page.Validator}\n{string.Join('\n', ours)}");
        return $"W/\"pg-{Convert.ToHexStringLower(SHA256.HashData(all).AsSpan(0, Bytes))}\"";
    }

    /// <summary>
    /// Whether the client has the page of this validator. Not where it says <c>*</c>, which is a page whatever it says; with or without
    /// <c>W/</c>, which some caches drop.
    /// </summary>
    /// <param name="ifNoneMatch">All lines joined with commas.</param>
    public static bool IsHeld(string validator, string ifNoneMatch) =>
        ifNoneMatch.Contains(validator["W/".Length..], StringComparison.Ordinal);
}
