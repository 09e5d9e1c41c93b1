using System.Buffers;
using System.Collections.Frozen;

namespace ProxyGuard.Core.Requests;

/// <summary>
/// Which headers of a request the web server gets. The rest is for one connection only, or says what only a proxy may say.
/// </summary>
public static class HopByHopHeaders
{
    private static readonly SearchValues<char> LettersDigitsHyphen = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-");

    private static readonly FrozenSet<string> Held = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        // For one connection: RFC 9110, section 7.6.1.
        "Connection", "Keep-Alive", "Proxy-Connection", "TE", "Transfer-Encoding", "Upgrade", "HTTP2-Settings", "Close", "ALPN", "Alt-Svc",
        "Proxy-Authenticate", "Proxy-Authentication-Info", "Proxy-Authorization", "Proxy-Features", "Proxy-Instruction", "Security-Scheme",
        // A CGI program takes it for its own proxy: CVE-2016-5385.
        "Proxy",
        // Ours to say.
        "Via", "Forwarded",
        // Another address than the one that was asked for, or another host.
        "X-Original-URL", "X-Original-URI", "X-Rewrite-URL", "X-Original-Host", "X-Host", "X-HTTP-Host-Override",
        // Another client's address.
        "X-Real-IP", "X-Client-IP", "Client-IP", "X-Cluster-Client-IP", "X-Original-Forwarded-For", "True-Client-IP", "Fastly-Client-IP",
        "CF-Connecting-IP", "CF-Connecting-IPv6", "CF-Pseudo-IPv4", "X-Azure-ClientIP", "X-Envoy-External-Address", "X-ARR-ClientCert",
        // Files of the server: https://github.com/rack/rack/security/advisories/GHSA-r657-rxjc-j557
        "X-Sendfile-Type", "X-Accel-Mapping");

    /// <summary>
    /// Names of letters, digits and hyphens only: a CGI program, and PHP, takes every other character for "_" as it takes "-" (RFC 3875,
    /// section 4.1.18), so that "X_Real_IP", "X.Real.IP" and "X!Real!IP" are "X-Real-IP" to it. Header names ignore case.
    /// </summary>
    /// <param name="isSafe">Of the request's method: another one in a header would be a write dressed as a read.</param>
    public static bool Passes(string name, bool isSafe) =>
        !name.AsSpan().ContainsAnyExcept(LettersDigitsHyphen) && !Held.Contains(name)
            && !(name[0] is 'X' or 'x' && (IsOurs(name) || isSafe && MethodOverride.IsHeader(name)));

    /// <summary>The names in one line of a Connection header that are headers themselves: they end here too.</summary>
    /// <returns>Whether there is any: almost every line says keep-alive, close or Upgrade, and nothing else.</returns>
    public static bool NominatesAny(ReadOnlySpan<char> connection)
    {
        while (!connection.IsEmpty)
        {
            if (IsNomination(TakeOption(ref connection)))
                return true;
        }

        return false;
    }

    /// <summary>Whether one line of a Connection header names this header.</summary>
    public static bool Nominates(ReadOnlySpan<char> connection, ReadOnlySpan<char> name)
    {
        while (!connection.IsEmpty)
        {
            ReadOnlySpan<char> nominated = TakeOption(ref connection);
            if (IsNomination(nominated) && nominated.Equals(name, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    private static ReadOnlySpan<char> TakeOption(ref ReadOnlySpan<char> rest)
    {
        int comma = rest.IndexOf(',');
        ReadOnlySpan<char> option = comma < 0 ? rest : rest[..comma];
        rest = comma < 0 ? [] : rest[(comma + 1)..];
        return option.Trim();
    }

    private static bool IsOurs(string name) =>
        name.StartsWith("X-Forwarded", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("X-ProxyGuard-", StringComparison.OrdinalIgnoreCase);

    // Host is not for the client to take away: without it it is unknown which site is meant.
    private static bool IsNomination(ReadOnlySpan<char> option) =>
        !option.IsEmpty
        && !option.Equals("keep-alive", StringComparison.OrdinalIgnoreCase)
        && !option.Equals("close", StringComparison.OrdinalIgnoreCase)
        && !option.Equals("upgrade", StringComparison.OrdinalIgnoreCase)
        && !option.Equals("host", StringComparison.OrdinalIgnoreCase);
}
