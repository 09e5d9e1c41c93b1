
namespace ProxyGuard.Core.Requests;

/// <summary>Who reads the answer to a refused request.</summary>
public enum Audience
{
    /// <summary>A script, an app, a tool: problem+json.</summary>
    Program,

    /// <summary>A person in front of a browser: a page.</summary>
    People,
}

/// <summary>Tells the two apart by what browsers send with a navigation and scripts do not.</summary>
public static class Audiences
{
    /// <summary>Any argument may be null: the header was not sent.</summary>
    /// <param name="accept">RFC 9110, section 12.5.1, with q-values; all lines joined with commas.</param>
    /// <param name="secFetchDest">https://www.w3.org/TR/fetch-metadata/; only sent to HTTPS sites and localhost.</param>
    /// <param name="requestContentType">A form in JSON was made by a script, whatever it accepts.</param>
    public static Audience Of(string? accept, string? xRequestedWith, string? secFetchDest, string? requestContentType)
    {
        if (string.Equals(xRequestedWith, "XMLHttpRequest", StringComparison.OrdinalIgnoreCase))
            return Audience.Program;
        if (secFetchDest is not null and not ("document" or "iframe" or "frame"))
            return Audience.Program;
        if (requestContentType?.Contains("json", StringComparison.OrdinalIgnoreCase) == true)
            return Audience.Program;

        double html = Math.Max(QualityOf("text/html", accept), QualityOf("application/xhtml+xml", accept));
        double json = Math.Max(QualityOf("application/json", accept), QualityOf("application/problem+json", accept));
        return html > 0 && html >= json ? Audience.People : Audience.Program;
    }

    // Only media types that are named count: tools send */* and mean nothing by it.
    private static double QualityOf(string mediaType, string? accept)
    {
        double best = 0;
        foreach (Range range in accept.AsSpan().Split(','))
        {
            ReadOnlySpan<char> item = accept.AsSpan()[range].Trim();
            int parameters = item.IndexOf(';');
            ReadOnlySpan<char> name = parameters < 0 ? item : item[..parameters].TrimEnd();
            if (name.Equals(mediaType, StringComparison.OrdinalIgnoreCase))
                best = Math.Max(best, parameters < 0 ? 1 : QualityIn(item[parameters..]));
        }

        return best;
    }

    private static double QualityIn(ReadOnlySpan<char> parameters)
    {
        foreach (Range range in parameters.Split(';'))
        {
            ReadOnlySpan<char> parameter = parameters[range].Trim();
            // A weight that is none weighs nothing.
            if (parameter.StartsWith("q=", StringComparison.OrdinalIgnoreCase))
                return QualityValue.Of(parameter) ?? 0;
        }

        return 1;
    }
}
