namespace ProxyGuard.Core.Requests;

/// <summary>
/// A path, segment by segment: <c>*</c> stands for exactly one segment, <c>**</c> as the last one for any number of them, also none.
/// "/login" is not "/login/reset", and never "/x/login".
/// </summary>
public sealed class PathPattern
{
    private readonly string _text;

    private PathPattern(string text) => _text = text;

    /// <summary>Null, with the reason, when the text is no pattern.</summary>
    public static PathPattern? TryParse(string text, out string? reason)
    {
        reason = ReasonAgainst(text);
        return reason is null ? new PathPattern(text) : null;
    }

    /// <summary>Whether the path is meant, exactly as it was sent.</summary>
    public bool MatchesExactly(ReadOnlySpan<char> rawPath) => Matches(rawPath, StringComparison.Ordinal);

    /// <summary>Whether the path, or what a lenient application may take it for, is meant. Case and a trailing slash do not matter.</summary>
    /// <param name="resolved">What <see cref="RawPath.Resolve"/> makes of the path; null when it has no other spelling.</param>
    public bool MatchesSpelling(ReadOnlySpan<char> rawPath, string? resolved)
    {
        if (Matches(rawPath, StringComparison.OrdinalIgnoreCase))
            return true;
        if (rawPath.Length > 1 && rawPath[^1] == '/' && Matches(rawPath[..^1], StringComparison.OrdinalIgnoreCase))
            return true;
        return resolved is not null && Matches(resolved, StringComparison.OrdinalIgnoreCase);
    }

    public override string ToString() => _text;

    private bool Matches(ReadOnlySpan<char> path, StringComparison comparison)
    {
        ReadOnlySpan<char> pattern = _text.AsSpan(1);
        if (path.IsEmpty || path[0] != '/')
            return false;
        path = path[1..];

        while (true)
        {
            ReadOnlySpan<char> wanted = TakeSegment(ref pattern, out bool patternGoesOn);
            if (wanted is "**")
                return true;

            ReadOnlySpan<char> segment = TakeSegment(ref path, out bool pathGoesOn);
            bool fits = wanted is "*" ? !segment.IsEmpty : segment.Equals(wanted, comparison);
            if (!fits)
                return false;
            if (!patternGoesOn || !pathGoesOn)
                return patternGoesOn == pathGoesOn || patternGoesOn && pattern is "**";
        }
    }

    private static ReadOnlySpan<char> TakeSegment(ref ReadOnlySpan<char> rest, out bool goesOn)
    {
        int slash = rest.IndexOf('/');
        goesOn = slash >= 0;
        ReadOnlySpan<char> segment = goesOn ? rest[..slash] : rest;
        rest = goesOn ? rest[(slash + 1)..] : [];
        return segment;
    }

    private static string? ReasonAgainst(string text)
    {
        if (!text.StartsWith('/'))
            return "must begin with /";
        if (text.AsSpan().ContainsAny("?#%"))
            return "must be a path, without query, fragment or percent-encoding";
        string[] segments = text[1..].Split('/');
        if (segments.AsSpan(0, segments.Length - 1).Contains("**"))
            return "may have ** only as its last segment";
        return segments.Any(segment => segment is not ("*" or "**") && segment.Contains('*')) ? "may have * only as a whole segment" : null;
    }
}
