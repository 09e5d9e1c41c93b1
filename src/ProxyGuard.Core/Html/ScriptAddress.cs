namespace ProxyGuard.Core.Html;

/// <summary>The script's address as the browser will see it: on the page's own origin.</summary>
/// <param name="Scheme"><c>http</c> or <c>https</c>.</param>
/// <param name="Host">Without port.</param>
/// <param name="Port">The scheme's own if the address names none.</param>
/// <param name="Path">From the root on, without query.</param>
public readonly record struct ScriptAddress(string Scheme, string Host, int Port, string Path)
{
    /// <summary>CSP Level 3, section 6.7.2.7 "Does url match expression in origin", for an address on that very origin.</summary>
    public bool Matches(string source)
    {
        if (source is "*" || source.Equals("'self'", StringComparison.OrdinalIgnoreCase))
            return true;
        if (source.StartsWith('\''))
            return false;
        if (source.EndsWith(':'))
            return MatchesScheme(source.AsSpan(..^1));

        ReadOnlySpan<char> rest = source;
        int slashes = rest.IndexOf("://");
        if (slashes >= 0 && !MatchesScheme(rest[..slashes]))
            return false;

        rest = slashes >= 0 ? rest[(slashes + 3)..] : rest;
        int path = rest.IndexOf('/');
        ReadOnlySpan<char> authority = path >= 0 ? rest[..path] : rest;
        int colon = authority.LastIndexOf(':');
        return MatchesHost(colon >= 0 ? authority[..colon] : authority)
            && MatchesPort(colon >= 0 ? authority[(colon + 1)..] : default)
            && MatchesPath(path >= 0 ? rest[path..] : default);
    }

    // A policy that says http also allows https, not the other way round (6.7.2.8).
    private bool MatchesScheme(ReadOnlySpan<char> scheme) =>
        scheme.Equals(Scheme, StringComparison.OrdinalIgnoreCase)
        || (scheme.Equals("http", StringComparison.OrdinalIgnoreCase) && Scheme == "https");

    private bool MatchesHost(ReadOnlySpan<char> host) => host.StartsWith("*.")
        ? Host.AsSpan().EndsWith(host[1..], StringComparison.OrdinalIgnoreCase)
        : host is "*" || host.Equals(Host, StringComparison.OrdinalIgnoreCase);

    private bool MatchesPort(ReadOnlySpan<char> port)
    {
        if (port is "*")
            return true;
        if (port.IsEmpty)
            return Port == (Scheme == "https" ? 443 : 80);

        return int.TryParse(port, out int number) && (number == Port || (number == 80 && Port == 443 && Scheme == "https"));
    }

    private bool MatchesPath(ReadOnlySpan<char> path)
    {
        if (path.IsEmpty || path is "/")
            return true;

        return path[^1] == '/' ? Path.AsSpan().StartsWith(path, StringComparison.Ordinal) : path.SequenceEqual(Path);
    }
}
