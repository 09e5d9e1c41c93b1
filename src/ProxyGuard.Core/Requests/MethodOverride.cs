using System.Collections.Frozen;

namespace ProxyGuard.Core.Requests;

/// <summary>
/// A request whose method is not the one that counts: frameworks take another one from a header or from the query, as WordPress' editor
/// does where a host lets only GET and POST through. An unsafe method stays a write under any other name; a safe one, and one that a rule
/// takes for a read, does not.
/// </summary>
public static class MethodOverride
{
    private static readonly FrozenSet<string> Headers = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override");

    /// <summary>Names of headers ignore case.</summary>
    public static bool IsHeader(string name) => Headers.Contains(name);

    /// <summary>
    /// Whether a query has <c>_method</c> with another value than a safe method: WordPress' REST API, Laravel, Rails and Symfony take it.
    /// Names are read as PHP reads them, the widest of these readers: percent-decoded, without leading spaces, and with <c>.</c>, a space
    /// and <c>[</c> for <c>_</c> (https://www.php.net/manual/en/language.variables.external.php).
    /// </summary>
    /// <param name="query">As sent, with or without its question mark; empty for none.</param>
    public static bool IsInQuery(ReadOnlySpan<char> query)
    {
        // Almost no query has the word in it; an encoded letter may stand in every one of its places.
        if (!query.Contains("method", StringComparison.OrdinalIgnoreCase) && !query.Contains('%'))
            return false;
        foreach (Range range in query.TrimStart('?').SplitAny('&', ';'))
        {
            ReadOnlySpan<char> pair = query.TrimStart('?')[range];
            int equals = pair.IndexOf('=');
            ReadOnlySpan<char> name = equals < 0 ? pair : pair[..equals];
            ReadOnlySpan<char> value = equals < 0 ? [] : pair[(equals + 1)..];
            if (NameOf(name) == "_method" && !RequestRules.IsSafe(Decoded(value).Trim().ToUpperInvariant()))
                return true;
        }

        return false;
    }

    private static string NameOf(ReadOnlySpan<char> name)
    {
        string decoded = Decoded(name).TrimStart(' ');
        // An array of methods is none, but what follows the bracket may be ignored.
        int bracket = decoded.IndexOf('[', StringComparison.Ordinal);
        string plain = bracket > 0 ? decoded[..bracket] : decoded;
        return plain.Replace('.', '_').Replace(' ', '_').Replace('[', '_');
    }

    private static string Decoded(ReadOnlySpan<char> text) => Uri.UnescapeDataString(text.ToString().Replace('+', ' '));
}
