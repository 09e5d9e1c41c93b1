namespace ProxyGuard.Core.Requests;

/// <summary>The path of a request as it was sent, and the one path that a lenient application may take it for.</summary>
public static class RawPath
{
    private const int MostDecodings = 3;

    /// <summary>
    /// The path of a request target (RFC 9112, section 3.2): without the query, and for the absolute form without scheme and authority.
    /// Empty for the authority form, "*" for the asterisk form.
    /// </summary>
    public static ReadOnlySpan<char> Of(ReadOnlySpan<char> target)
    {
        int end = target.IndexOfAny('?', '#');
        ReadOnlySpan<char> path = end < 0 ? target : target[..end];
        if (path.IsEmpty || path[0] is '/' or '*')
            return path;

        int authority = path.IndexOf("://", StringComparison.Ordinal);
        if (authority < 0)
            return [];
        ReadOnlySpan<char> rest = path[(authority + 3)..];
        int slash = rest.IndexOf('/');
        return slash < 0 ? "/" : rest[slash..];
    }

    /// <summary>The query of a request target, with its question mark; empty for none.</summary>
    public static ReadOnlySpan<char> QueryOf(ReadOnlySpan<char> target)
    {
        int begins = target.IndexOf('?');
        return begins < 0 ? [] : target[begins..];
    }

    /// <summary>
    /// Whether the path can be spelled differently by someone who decodes, folds or resolves it; almost no real path can.
    /// </summary>
    public static bool HasOtherSpellings(ReadOnlySpan<char> path) =>
        path.ContainsAny('%', '\\', ';') || path.Contains("//", StringComparison.Ordinal) || path.Contains("/.", StringComparison.Ordinal);

    /// <summary>
    /// What is left when percent-encoding (also double), backslashes, path parameters, empty and dot segments are resolved. For comparing
    /// only, never for forwarding.
    /// </summary>
    public static string Resolve(ReadOnlySpan<char> path)
    {
        string decoded = path.ToString();
        for (int round = 0; round < MostDecodings && decoded.Contains('%'); round++)
            decoded = Uri.UnescapeDataString(decoded);

        var segments = new List<string>();
        foreach (string segment in decoded.Replace('\\', '/').Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            int parameters = segment.IndexOf(';');
            string name = parameters < 0 ? segment : segment[..parameters];
            if (name == "..")
                segments.RemoveRange(Math.Max(0, segments.Count - 1), Math.Min(1, segments.Count));
            else if (name is not ("" or "."))
                segments.Add(name);
        }

        return "/" + string.Join('/', segments);
    }
}
