namespace ProxyGuard.Core.Requests;

/// <summary>
/// Addresses in answers that a web server wrote with its own host or port, which members cannot reach: nginx adds the port it listens on to
/// its redirects, and old applications have a host in their configuration.
/// </summary>
public static class PublicLocation
{
    /// <summary>The address as members reach it; null where it is none of ours to change.</summary>
    /// <param name="location">An absolute address; a relative one is right as it is.</param>
    /// <param name="upstreams">The addresses of the web servers, a path included.</param>
    /// <param name="scheme">By which the member asked: http or https.</param>
    /// <param name="host">For which the member asked, with its port.</param>
    public static string? Of(string location, IReadOnlyList<Uri> upstreams, string scheme, string host)
    {
        if (host.Length == 0 || !location.StartsWith("http", StringComparison.OrdinalIgnoreCase)
            || !Uri.TryCreate(location, UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("http" or "https") || uri.UserInfo.Length > 0
            || uri.Authority.Equals(host, StringComparison.OrdinalIgnoreCase))
            return null;
        foreach (Uri upstream in upstreams)
        {
            if (uri.Scheme != upstream.Scheme || uri.Port != upstream.Port)
                continue;
            bool isItself = uri.IdnHost.Equals(upstream.IdnHost, StringComparison.OrdinalIgnoreCase);
            if (isItself || !upstream.IsDefaultPort && IsHostOf(uri, host))
                return $"{scheme}://{host}{WithoutBase(RestOf(location), isItself ? upstream.AbsolutePath : "/")}";
        }

        return null;
    }

    // The site's own name with a port that only the web server has.
    private static bool IsHostOf(Uri uri, string host)
    {
        int colon = host.LastIndexOf(':');
        ReadOnlySpan<char> name = colon > host.LastIndexOf(']') ? host.AsSpan(0, colon) : host;
        return name.Equals(uri.Host, StringComparison.OrdinalIgnoreCase);
    }

    // As it was written: what is behind the host may be encoded in any way.
    private static string RestOf(string location)
    {
        int authority = location.IndexOf("//", StringComparison.Ordinal) + 2;
        int end = location.AsSpan(authority).IndexOfAny('/', '?', '#');
        return end < 0 ? "/" : location[(authority + end)..];
    }

    private static string WithoutBase(string rest, string path)
    {
        string root = path.TrimEnd('/');
        bool isBelow = rest.StartsWith(root, StringComparison.Ordinal)
            && (rest.Length == root.Length || rest[root.Length] is '/' or '?' or '#');
        string below = isBelow ? rest[root.Length..] : rest;
        return below.StartsWith('/') ? below : $"/{below}";
    }
}
