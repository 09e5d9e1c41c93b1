namespace ProxyGuard.Core.Requests;

public enum PrefixMatch
{
    None,

    /// <summary>Exactly the prefix: one of our pages, or nothing; never forwarded.</summary>
    Own,

    /// <summary>Something an application or another proxy might take for the prefix: neither served nor forwarded.</summary>
    OtherSpelling,
}

/// <summary>The part of the site that is ours, such as /_proxyguard/. Compared byte by byte with the path as it was sent.</summary>
public sealed class ReservedPrefix(string prefix)
{
    private readonly string _withoutSlash = prefix.TrimEnd('/');

    /// <summary>Begins and ends with a slash.</summary>
    public string Path { get; } = prefix;

    /// <summary>Whether it is one path segment between slashes, of <see cref="IsNameCharacter"/> alone.</summary>
    public static bool IsValid(string prefix) =>
        prefix is ['/', _, .., '/'] && prefix[1..^1].All(IsNameCharacter);

    /// <summary>A letter or digit of ASCII, <c>-</c> or <c>_</c>: what no server reads as anything else.</summary>
    public static bool IsNameCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_';

    public PrefixMatch Compare(ReadOnlySpan<char> path)
    {
        if (path.StartsWith(Path, StringComparison.Ordinal) || path.Equals(_withoutSlash, StringComparison.Ordinal))
            return PrefixMatch.Own;
        if (IsOurs(path) || RawPath.HasOtherSpellings(path) && IsOurs(RawPath.Resolve(path)))
            return PrefixMatch.OtherSpelling;
        return PrefixMatch.None;
    }

    /// <summary>What follows the prefix in a path that is <see cref="PrefixMatch.Own"/>.</summary>
    public ReadOnlySpan<char> Rest(ReadOnlySpan<char> path) => path.Length > Path.Length ? path[Path.Length..] : [];

    // Whatever is no name ends it for some server: a dot, a space, a NUL, a backslash.
    private bool IsOurs(ReadOnlySpan<char> path) =>
        path.StartsWith(_withoutSlash, StringComparison.OrdinalIgnoreCase)
        && (path.Length == _withoutSlash.Length
                || !IsNameCharacter(path[_withoutSlash.Length]));
}
