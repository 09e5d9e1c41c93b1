using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Immutable;

namespace ProxyGuard.Core.Requests;

/// <summary>
/// The names a site is asked by. A request by another one means another site, or wants its name in our links and caches: 421 Misdirected
/// Request (RFC 9110, section 15.5.20).
/// </summary>
public sealed class HostNames
{
    private const string AnyBelow = "*.";

    private static readonly SearchValues<char> Letters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._[]:");

    private readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> _names;
    private readonly ImmutableArray<string> _endings;
    private readonly bool _isAny;

    /// <param name="names">Each one that <see cref="IsName"/>; without any, every name is the site's.</param>
    public HostNames(IReadOnlyCollection<string> names)
    {
        _isAny = names.Count == 0;
        _names = names.ToFrozenSet(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();
        _endings = [.. names.Where(name => name.StartsWith(AnyBelow, StringComparison.Ordinal)).Select(name => name[1..])];
    }

    /// <summary>Every name is the site's.</summary>
    public static HostNames Any { get; } = new([]);

    /// <summary>
    /// A host without port, such as www.club.example, 10.0.0.5 or [2001:db8::1]; *.club.example is every name below club.example.
    /// </summary>
    public static bool IsName(string text)
    {
        string name = text.StartsWith(AnyBelow, StringComparison.Ordinal) ? text[AnyBelow.Length..] : text;
        return name.Length > 0 && name.AsSpan().IndexOfAnyExcept(Letters) < 0 && name.Contains(':') == (name[0] == '[' && name[^1] == ']');
    }

    /// <param name="host">As the request has it, a port included; empty when it has none.</param>
    public bool Contains(ReadOnlySpan<char> host)
    {
        if (_isAny)
            return true;
        ReadOnlySpan<char> name = WithoutPort(host);
        if (_names.Contains(name))
            return true;
        foreach (string ending in _endings)
        {
            if (name.Length > ending.Length && name.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    private static ReadOnlySpan<char> WithoutPort(ReadOnlySpan<char> host)
    {
        int colon = host.LastIndexOf(':');
        return colon < 0 || host.IndexOf(']') > colon ? host : host[..colon];
    }
}
