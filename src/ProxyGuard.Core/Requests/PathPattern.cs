namespace ProxyGuard.Core.Requests;

/// <summary>
/// A path, segment by segment: <c>*</c> stands for exactly one segment, <c>**</c> as the last one for any number of them, also none.
/// "/login" is not "/login/reset", and never "/x/login".
/// </summary>
public sealed class PathPattern
{
    private readonly string _text;
    private readonly string? _withoutScript;

    private PathPattern(string text)
    {
        _text = text;
        string withoutScript = PathReadings.WithoutScript(text);
        _withoutScript = withoutScript == text ? null : withoutScript;
    }

    /// <summary>Null, with the reason, when the text is no pattern.</summary>
    public static PathPattern? TryParse(string text, out string? reason)
    {
        reason = ReasonAgainst(text);
        return reason is null ? new PathPattern(text) : null;
    }

    /// <summary>
    /// Whether the path is meant, exactly as it was sent, and cannot be taken for another one. What the pattern itself says is meant as
    /// it says it: only what stands for <c>*</c> and <c>**</c> could be taken for something else (<see cref="PathReadings.IsOnlyOne"/>).
    /// </summary>
    public bool MatchesOnly(ReadOnlySpan<char> rawPath) => Matches(_text, rawPath, StringComparison.Ordinal, onlyOne: true);

    /// <summary>Whether the path in its usual spellings is meant. Case and a trailing slash do not matter.</summary>
    /// <param name="resolved">What <see cref="RawPath.Resolve"/> makes of the path; null when it has no other spelling.</param>
    public bool MatchesSpelling(ReadOnlySpan<char> rawPath, string? resolved) =>
        Matches(_text, rawPath, StringComparison.OrdinalIgnoreCase)
        || Matches(_text, WithoutSlashAtEnd(rawPath), StringComparison.OrdinalIgnoreCase)
        || resolved is not null && Matches(_text, resolved, StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Whether one reading of a path is meant (<see cref="PathReadings"/>). Case, a trailing slash and the name of a script that the
    /// address can do without do not matter, nor whether anything stands where <c>*</c> does.
    /// </summary>
    public bool MatchesReading(ReadOnlySpan<char> reading)
    {
        reading = WithoutSlashAtEnd(reading);
        return Matches(WithoutSlashAtEnd(_text), reading, StringComparison.OrdinalIgnoreCase, mayBeEmpty: true)
            || _withoutScript is not null
            && Matches(WithoutSlashAtEnd(_withoutScript), reading, StringComparison.OrdinalIgnoreCase, mayBeEmpty: true);
    }

    public override string ToString() => _text;

    private static ReadOnlySpan<char> WithoutSlashAtEnd(ReadOnlySpan<char> path) => path.Length > 1 && path[^1] == '/' ? path[..^1] : path;

    /// <param name="onlyOne">Whether what stands for a wildcard must have one reading.</param>
    /// <param name="mayBeEmpty">Whether a segment without anything in it is one, too.</param>
    private static bool Matches(
        ReadOnlySpan<char> pattern, ReadOnlySpan<char> path, StringComparison comparison, bool onlyOne = false, bool mayBeEmpty = false)
    {
        if (path.IsEmpty || path[0] != '/')
            return false;
        pattern = pattern[1..];
        ReadOnlySpan<char> rest = path[1..];

        while (true)
        {
            ReadOnlySpan<char> wanted = TakeSegment(ref pattern, out bool patternGoesOn);
            if (wanted is "**")
                return !onlyOne || PathReadings.IsOnlyOne(path[^(rest.Length + 1)..]);

            ReadOnlySpan<char> segment = TakeSegment(ref rest, out bool pathGoesOn);
            bool fits = wanted is "*"
                ? (mayBeEmpty || !segment.IsEmpty) && (!onlyOne || IsPlain(segment, pathGoesOn))
                : segment.Equals(wanted, comparison);
            if (!fits)
                return false;
            if (!patternGoesOn || !pathGoesOn)
                return patternGoesOn == pathGoesOn || patternGoesOn && pattern is "**";
        }
    }

    // What follows a script is the script's own (PATH_INFO).
    private static bool IsPlain(ReadOnlySpan<char> segment, bool goesOn) =>
        PathReadings.IsOnlyOne(segment) && segment is not "." && !(goesOn && PathReadings.IsScript(segment));

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
