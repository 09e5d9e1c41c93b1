using System.Buffers;

namespace ProxyGuard.Core.Requests;

/// <summary>What stands between the method and the version (RFC 9112, section 3.2). Two readers must not find two paths in it.</summary>
public static class RequestTarget
{
    /// <summary>"*", for OPTIONS: the server itself is meant, not a page of the site.</summary>
    public const string Asterisk = "*";

    private const string SchemeEnd = "://";

    private static readonly SearchValues<char> Visible = SearchValues.Create(
        [.. Enumerable.Range('!', '~' - '!' + 1).Select(code => (char)code).Where(sign => sign != '#')]);

    /// <summary>
    /// Whether it can be forwarded. What is no visible ASCII ends the target early in the line that we write, also where HTTP/2 let it
    /// through. A fragment is none of a target's parts, and in the absolute form a backslash is a slash to some: where the path begins
    /// would depend on who reads it.
    /// </summary>
    public static bool IsForwardable(ReadOnlySpan<char> target)
    {
        if (target.IsEmpty || target.ContainsAnyExcept(Visible))
            return false;
        return target[0] == '/' || IsAbsoluteForm(target) && !target.Contains('\\');
    }

    /// <summary>Path and query, as they were sent. Only of a target that is forwardable.</summary>
    public static ReadOnlySpan<char> PathAndQuery(ReadOnlySpan<char> target)
    {
        if (target[0] == '/')
            return target;
        ReadOnlySpan<char> rest = target[(target.IndexOf(SchemeEnd, StringComparison.Ordinal) + SchemeEnd.Length)..];
        int end = rest.IndexOfAny('/', '?');
        if (end < 0)
            return "/";
        return rest[end] == '/' ? rest[end..] : $"/{rest[end..]}";
    }

    private static bool IsAbsoluteForm(ReadOnlySpan<char> target) =>
        target.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
            || target.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
}
