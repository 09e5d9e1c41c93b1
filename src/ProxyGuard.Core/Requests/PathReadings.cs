using System.Buffers;
using System.Text.RegularExpressions;

namespace ProxyGuard.Core.Requests;

/// <summary>
/// Every path that some web server, framework or application may take a path for: what a few rewritings, each of which is known to exist,
/// make of it one after the other, in any order. Bounded, for paths come from strangers. For comparing only, never for forwarding.
/// </summary>
public sealed partial class PathReadings
{
    /// <summary>
    /// A path of a real site has one, with percent-encoding some four; a client that combines more tricks gets no answer worth having.
    /// </summary>
    private const int Most = 256;

    /// <summary>Of all readings together; a tenth of a millisecond.</summary>
    private const int MostCharacters = 64 * 1024;

    /// <summary>No server decodes, resolves, cuts or drops any of these.</summary>
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./");

    private static readonly Func<string, string>[] Rewritings =
    [
        PercentEncoding.Undo, PercentEncoding.UndoButSlashes, PercentEncoding.UndoBytes, PercentEncoding.Shortened,
        WithSlashesOnly, WithoutParameters, OnlyVisible, OnlyPlain, WithoutDotsAtEnd, WithoutAnyDotsAtEnd,
        WithoutEmptySegments, WithOneSlashFirst, WithDotsResolved, WithoutDotSegments, WithoutAuthority, UpToScript, BehindScript,
        WithoutScript,
        // For a reader that takes it as a C string, as a URL of its own or as part of a query, the path ends here: parse_url(urldecode(…)),
        // RewriteRule without [B].
        static path =>
            CutOff(path, '\0'), static path =>
                CutOff(path, '?'), static path => CutOff(path, '#'), static path => CutOff(path, '&'), static path => CutOff(path, ';'),
        // stripslashes()
        static path => path.Replace("\\", "", StringComparison.Ordinal),
        // What hand-made filters take for an attack.
        static path =>
            path.Replace("..", "", StringComparison.Ordinal), static path =>
                path.Replace("../", "", StringComparison.Ordinal), static path => path.Replace("./", "", StringComparison.Ordinal),
    ];

    private readonly HashSet<string> _seen = [];
    private readonly List<string> _paths = [];
    private int _characters;

    private PathReadings(ReadOnlySpan<char> rawPath)
    {
        Add(rawPath.ToString());
        for (int index = 0; index < _paths.Count && AreAll; index++)
        {
            foreach (Func<string, string> rewriting in Rewritings)
                Add(rewriting(_paths[index]));
        }
    }

    /// <summary>Whether these are all. Of a path with too many, it is unknown what it means.</summary>
    public bool AreAll { get; private set; } = true;

    /// <summary>The path as it was sent, and what else it may be taken for.</summary>
    public IReadOnlyList<string> Paths => _paths;

    /// <param name="rawPath">As sent, without the query.</param>
    public static PathReadings Of(ReadOnlySpan<char> rawPath) => new(rawPath);

    /// <summary>
    /// Whether everybody finds the same segments in it, upper and lower case and a slash at the end aside. Almost every real path is such a
    /// one; allocates nothing.
    /// </summary>
    /// <param name="rawPath">As sent, or the end of one, from a slash on.</param>
    public static bool IsOnlyOne(ReadOnlySpan<char> rawPath) =>
        !rawPath.ContainsAnyExcept(Plain)
        && !rawPath.Contains("//", StringComparison.Ordinal)
        && (!rawPath.Contains('.') || !HasOddDots(rawPath) && !HasScriptWithOtherReadings(rawPath));

    /// <summary>
    /// The path of the first script in it, such as "/shop/index.php" of "/shop/index.php/like/5"; empty when there is none.
    /// </summary>
    private static ReadOnlySpan<char> ScriptIn(ReadOnlySpan<char> path)
    {
        if (!path.Contains('.'))
            return [];
        int begin = 0;
        while (begin < path.Length)
        {
            int slash = path[(begin + 1)..].IndexOf('/');
            int end = slash < 0 ? path.Length : begin + 1 + slash;
            if (IsScript(path[begin..end]))
                return path[..end];
            begin = end;
        }

        return [];
    }

    private static bool HasOddDots(ReadOnlySpan<char> path) =>
        path.Contains("..", StringComparison.Ordinal) || path.Contains("./", StringComparison.Ordinal) || path[^1] == '.';

    // The rest of the path goes to it (PATH_INFO), or it is what a directory's own address stands for.
    private static bool HasScriptWithOtherReadings(ReadOnlySpan<char> path)
    {
        ReadOnlySpan<char> script = ScriptIn(path);
        return !script.IsEmpty && (script.Length < path.Length || IsIndex(script));
    }

    internal static bool IsScript(ReadOnlySpan<char> segment)
    {
        int dot = segment.LastIndexOf('.');
        return dot >= 0 && segment[dot..] is var ending
            && (ending.Length <= 5 && ending.StartsWith(".php", StringComparison.OrdinalIgnoreCase)
                || ending.Equals(".phtml", StringComparison.OrdinalIgnoreCase)
                || ending.Equals(".cgi", StringComparison.OrdinalIgnoreCase)
                || ending.Equals(".fcgi", StringComparison.OrdinalIgnoreCase)
                || ending.Equals(".pl", StringComparison.OrdinalIgnoreCase));
    }

    private static bool IsIndex(ReadOnlySpan<char> script) =>
        script[(script.LastIndexOf('/') + 1)..].StartsWith("index.", StringComparison.OrdinalIgnoreCase);

    private void Add(string path)
    {
        if (!_seen.Add(path))
            return;
        _characters += path.Length;
        if (_paths.Count >= Most || _characters > MostCharacters)
            AreAll = false;
        else
            _paths.Add(path);
    }

    private static string WithSlashesOnly(string path) => path.Replace('\\', '/');

    /// <summary>Tomcat, Jetty and old IIS: what follows a semicolon belongs to the segment and not to its name.</summary>
    private static string WithoutParameters(string path) =>
        path.Contains(';') ? Each(path, segment => segment.Contains(';') ? segment[..segment.IndexOf(';')] : segment) : path;

    private static string CutOff(string path, char sign) =>
        path.IndexOf(sign, StringComparison.Ordinal) is >= 0 and int end ? path[..end] : path;

    /// <summary>
    /// Transcoding and filters drop what is not to be seen; trim() what stands around a segment, of which "+" is a space.
    /// </summary>
    private static string OnlyVisible(string path) =>
        path.Contains('+') || path.AsSpan().ContainsAnyExceptInRange('!', '~')
            ? Each(path, segment => string.Concat(segment.Where(sign => sign is >= '!' and <= '~')).Trim('+'))
            : path;

    /// <summary>preg_replace('/[^a-z0-9._\/-]/i', '', …), the filter of many an application.</summary>
    private static string OnlyPlain(string path) =>
        path.AsSpan().ContainsAnyExcept(Plain) ? string.Concat(path.Where(Plain.Contains)) : path;

    /// <summary>Windows takes no notice of them.</summary>
    private static string WithoutDotsAtEnd(string path) =>
        path.Contains('.') && HasOddDots(path) ? Each(path, segment => segment is "." or ".." ? segment : segment.TrimEnd('.')) : path;

    /// <summary>rtrim($segment, '.') knows no dot segments.</summary>
    private static string WithoutAnyDotsAtEnd(string path) =>
        path.Contains('.') && HasOddDots(path) ? Each(path, segment => segment.TrimEnd('.')) : path;

    /// <summary>nginx' merge_slashes, Apache's MergeSlashes.</summary>
    private static string WithoutEmptySegments(string path) =>
        path.Contains("//", StringComparison.Ordinal)
            ? Joined(path.Split('/', StringSplitOptions.RemoveEmptyEntries), endsWithSlash: path[^1] == '/')
            : path;

    /// <summary>ltrim($path, '/'), as front controllers split it.</summary>
    private static string WithOneSlashFirst(string path) =>
        path.StartsWith("//", StringComparison.Ordinal) ? $"/{path.TrimStart('/')}" : path;

    /// <summary>RFC 3986, section 5.2.4.</summary>
    private static string WithDotsResolved(string path)
    {
        if (!path.Contains("/.", StringComparison.Ordinal))
            return path;
        string[] segments = path.Split('/');
        var kept = new List<string>();
        foreach (string segment in segments.Skip(1))
        {
            if (segment == ".." && kept.Count > 0)
                kept.RemoveAt(kept.Count - 1);
            else if (segment is not ("." or ".."))
                kept.Add(segment);
        }

        return Joined(kept, endsWithSlash: segments[^1] is "." or "..");
    }

    /// <summary>As read by a server that takes dots for an attack, and drops them.</summary>
    private static string WithoutDotSegments(string path) =>
        path.Contains("/.", StringComparison.Ordinal)
            ? $"/{string.Join('/', path.Split('/').Skip(1).Where(segment => segment is not ("." or "..")))}"
            : path;

    /// <summary>
    /// "//club.example/like/5" is an address without its scheme, and so is "club.example:0/like/5" after ltrim: PHP's parse_url.
    /// </summary>
    private static string WithoutAuthority(string path)
    {
        if (Authority().Match(path) is not { Success: true, Length: var length })
            return path;
        return length == path.Length ? "/" : path[length..];
    }

    /// <summary>The script runs, and the application goes by the script.</summary>
    private static string UpToScript(string path) => ScriptIn(path) is { IsEmpty: false } script ? script.ToString() : path;

    /// <summary>It goes by what follows: PATH_INFO.</summary>
    private static string BehindScript(string path) =>
        ScriptIn(path) is { IsEmpty: false } script && script.Length < path.Length ? path[script.Length..] : path;

    /// <summary>It goes by the address that visitors see, in which the script has no name.</summary>
    internal static string WithoutScript(string path)
    {
        ReadOnlySpan<char> script = ScriptIn(path);
        if (script.IsEmpty || script.Length == path.Length && !IsIndex(script))
            return path;
        return $"{script[..script.LastIndexOf('/')]}{(script.Length == path.Length ? "/" : path[script.Length..])}";
    }

    private static string Joined(IReadOnlyCollection<string> segments, bool endsWithSlash) =>
        $"/{string.Join('/', segments)}{(endsWithSlash && segments.Count > 0 ? "/" : "")}";

    [GeneratedRegex("^(?://[^/]*|/[^/]*:[0-9]*(?=/|$))")]
    private static partial Regex Authority();

    private static string Each(string path, Func<string, string> change) => string.Join('/', path.Split('/').Select(change));
}
