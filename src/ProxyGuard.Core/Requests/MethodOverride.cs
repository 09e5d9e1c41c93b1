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
    /// </summary>
    /// <param name="query">As sent, with or without its question mark; empty for none.</param>
    public static bool IsInQuery(ReadOnlySpan<char> query)
    {
        // Almost no query has the word in it; an encoded letter may stand in every one of its places.
        if (!query.Contains("method", StringComparison.OrdinalIgnoreCase) && !query.Contains('%'))
            return false;
        return IsIn(RequestParameters.OfQuery(query));
    }

    /// <summary>The same of all that a request says; true where not all of it is known.</summary>
    public static bool IsIn(RequestParameters parameters) =>
        !parameters.AreAll || parameters.All.Any(parameter => parameter.MayBe("_method") && !parameter.Values.All(IsSafe));

    private static bool IsSafe(string value) => RequestRules.IsSafe(value.ToUpperInvariant());
}
