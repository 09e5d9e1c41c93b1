using System.Globalization;

namespace ProxyGuard.Core.Requests;

/// <summary>
/// What a trusted proxy says in X-Forwarded-*: each proxy on the way may have added a value, in the same line or in one of its own, and the
/// first is of the one that the member reached. That one must not pass on what members send under these names.
/// </summary>
public static class ForwardedValues
{
    /// <summary>The first value; null where there is none.</summary>
    /// <param name="lines">In the order in which they were sent.</param>
    public static string? First(IEnumerable<string?> lines)
    {
        string? line = lines.FirstOrDefault();
        string first = (line is null ? "" : line.Split(',', 2)[0]).Trim();
        return first.Length == 0 ? null : first;
    }

    /// <summary>X-Forwarded-Proto: <c>https</c> or <c>http</c>, sent in any case; null where it is neither.</summary>
    public static string? SchemeOf(IEnumerable<string?> lines) => First(lines)?.ToUpperInvariant() switch
    {
        "HTTPS" => "https",
        "HTTP" => "http",
        _ => null,
    };

    /// <summary>X-Forwarded-Port: 1 to 65535; null where it is none.</summary>
    public static string? PortOf(IEnumerable<string?> lines) =>
        First(lines) is { } first && ushort.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out ushort port) && port > 0
            ? port.ToString(CultureInfo.InvariantCulture)
            : null;

    /// <summary>
    /// X-Forwarded-Prefix: a path of plain segments, such as <c>/photos</c>; null where it is none. One that begins with two slashes would
    /// be a host where an application puts it before its links.
    /// </summary>
    public static string? PrefixOf(IEnumerable<string?> lines) =>
        First(lines) is { } first && first.StartsWith('/') && !first.Contains("//", StringComparison.Ordinal)
            && first.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '-' or '_' or '.' or '~')
            ? first
            : null;
}
