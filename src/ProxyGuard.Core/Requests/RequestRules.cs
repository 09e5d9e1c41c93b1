using System.Collections.Immutable;

namespace ProxyGuard.Core.Requests;

/// <summary>What a request does to the data, as far as can be told before it is forwarded.</summary>
public enum RequestKind
{
    /// <summary>The default, for anything not known to be a read.</summary>
    Write,

    Read,

    /// <summary>Forwarded in every mode but maintenance, to where writes go: login and logout. While the primary does not answer, see <see cref="RequestPolicy"/>.</summary>
    Pass,
}

/// <summary>One configured exception from the rule that the method decides.</summary>
/// <param name="Method">Upper case; null for every method.</param>
/// <param name="Path">Where it applies.</param>
/// <param name="Is">What such a request is.</param>
public sealed record RequestRule(string? Method, PathPattern Path, RequestKind Is);

/// <summary>
/// Tells reads from writes: the first rule that fits, else the method. A rule that loosens (lets a write through) needs the path exactly as it was sent;
/// one that tightens also sees through percent-encoding, case, empty and dot segments, since the application may.
/// </summary>
public sealed class RequestRules(ImmutableArray<RequestRule> rules, bool rehearses = false)
{
    /// <summary>Whether nothing is refused because of what the probes see, and what would have been is only noted.</summary>
    public bool Rehearses { get; } = rehearses;

    public ImmutableArray<RequestRule> Rules { get; } = rules;

    /// <summary>No exceptions: the method alone decides.</summary>
    public static RequestRules None { get; } = new([]);

    /// <param name="method">As sent; methods are case-sensitive (RFC 9110, section 9.1).</param>
    /// <param name="rawPath">The path as sent, without the query.</param>
    public RequestKind Classify(string method, ReadOnlySpan<char> rawPath)
    {
        bool isSafe = IsSafe(method);
        // Looked for once, at the first rule that wants to know; almost no real path has another spelling.
        string? resolved = null;
        bool isResolved = false;
        foreach (RequestRule rule in Rules)
        {
            if (rule.Method is not null && rule.Method != method)
                continue;
            bool loosens = rule.Is != RequestKind.Write && !isSafe;
            if (!loosens && !isResolved)
            {
                resolved = RawPath.HasOtherSpellings(rawPath) ? RawPath.Resolve(rawPath) : null;
                isResolved = true;
            }

            if (loosens ? rule.Path.MatchesExactly(rawPath) : rule.Path.MatchesSpelling(rawPath, resolved))
                return rule.Is;
        }

        return isSafe ? RequestKind.Read : RequestKind.Write;
    }

    /// <summary>Methods that only read: RFC 9110, section 9.2.1, the WebDAV and search ones of RFC 4918, 3253 and 5323. TRACE is not forwarded for other reasons, but reads.</summary>
    public static bool IsSafe(string method) => method switch
    {
        "GET" or "HEAD" or "OPTIONS" or "TRACE" => true,
        "PROPFIND" or "REPORT" or "SEARCH" or "QUERY" => true,
        // The gate lets only one kind of it in: a WebSocket over HTTP/2 (RFC 8441), which is a GET over HTTP/1.1.
        "CONNECT" => true,
        _ => false,
    };
}
