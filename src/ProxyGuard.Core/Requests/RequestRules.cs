using System.Collections.Immutable;

namespace ProxyGuard.Core.Requests;

/// <summary>What a request does to the data, as far as can be told before it is forwarded.</summary>
public enum RequestKind
{
    /// <summary>The default, for anything not known to be a read.</summary>
    Write,

    Read,

    /// <summary>
    /// Forwarded in every mode but maintenance, to where writes go: login and logout. While the primary does not answer, see
    /// <c>RequestPolicy</c>.
    /// </summary>
    Pass,
}

/// <summary>One configured exception from the rule that the method decides.</summary>
/// <param name="Method">Upper case; null for every method.</param>
/// <param name="Path">Where it applies.</param>
/// <param name="Is">What such a request is.</param>
public sealed record RequestRule(string? Method, PathPattern Path, RequestKind Is);

/// <summary>
/// Tells reads from writes: the first rule that fits, else the method. One and the same question is asked of every plausible reading of
/// method and path. What lets a write through needs a path with exactly one reading; what refuses a read goes by all of them, but only
/// while writes are refused: else a request goes where its plain reading says.
/// </summary>
public sealed class RequestRules(ImmutableArray<RequestRule> rules, bool rehearses = false)
{
    private const string Get = "GET";

    private readonly bool _canTighten = rules.Any(rule => rule.Is == RequestKind.Write && (rule.Method is null || IsSafe(rule.Method)));

    /// <summary>Whether nothing is refused because of what the probes see, and what would have been is only noted.</summary>
    public bool IsDryRun { get; } = rehearses;

    public ImmutableArray<RequestRule> Rules { get; } = rules;

    /// <summary>No exceptions: the method alone decides.</summary>
    public static RequestRules None { get; } = new([]);

    /// <summary>What a request is by its plain reading.</summary>
    /// <param name="method">As sent; methods are case-sensitive (RFC 9110, section 9.1).</param>
    /// <param name="rawPath">The path as sent, without the query.</param>
    /// <param name="isPreflight">A browser only asks whether it may ask (OPTIONS with Origin and Access-Control-Request-Method): a write
    /// only where a rule names OPTIONS.</param>
    public RequestKind Classify(string method, ReadOnlySpan<char> rawPath, bool isPreflight = false)
    {
        if (!IsSafe(method))
            return Loosened(method, rawPath);

        // Looked for once, at the first rule that wants to know; almost no real path has another spelling.
        string? resolved = null;
        bool isResolved = false;
        foreach (RequestRule rule in Rules)
        {
            if (rule.Method is null ? isPreflight && rule.Is == RequestKind.Write : rule.Method != method)
                continue;
            if (!isResolved)
            {
                resolved = RawPath.HasOtherSpellings(rawPath) ? RawPath.Resolve(rawPath) : null;
                isResolved = true;
            }

            if (rule.Path.MatchesSpelling(rawPath, resolved))
                return rule.Is;
        }

        return RequestKind.Read;
    }

    /// <summary>
    /// Whether a request that is no write by its plain reading is one by any other: its path may be taken for another one, and a server
    /// that ignores the method takes every safe one for GET, a WebSocket's CONNECT included. Allocates nothing where the path has only one
    /// reading. Not to be asked about a preflight.
    /// </summary>
    public bool MayWrite(string method, ReadOnlySpan<char> rawPath)
    {
        // Others that are let through have one reading only: a rule says so.
        if (!_canTighten || !IsSafe(method))
            return false;
        PathReadings? readings = PathReadings.IsOnlyOne(rawPath) ? null : PathReadings.Of(rawPath);
        return FirstThatFits(method, rawPath, readings) == RequestKind.Write || method != Get
            && FirstThatFits(Get, rawPath, readings) == RequestKind.Write;
    }

    private RequestKind Loosened(string method, ReadOnlySpan<char> rawPath)
    {
        RequestKind? kind = FirstThatFits(method, rawPath, readings: null);
        // It has others, but the rule says it word by word; one before it may mean one of them.
        if (kind is not (null or RequestKind.Write) && !PathReadings.IsOnlyOne(rawPath))
            kind = FirstThatFits(method, rawPath, PathReadings.Of(rawPath));
        return kind ?? RequestKind.Write;
    }

    /// <summary>Null: no rule fits.</summary>
    /// <param name="readings">Null: the path as it was sent is the only one that matters.</param>
    private RequestKind? FirstThatFits(string method, ReadOnlySpan<char> rawPath, PathReadings? readings)
    {
        foreach (RequestRule rule in Rules)
        {
            if (rule.Method is not null && rule.Method != method)
                continue;
            if (rule.Is == RequestKind.Write ? MatchesAny(rule.Path, rawPath, readings) : rule.Path.MatchesOnly(rawPath))
                return rule.Is;
        }

        return null;
    }

    private static bool MatchesAny(PathPattern pattern, ReadOnlySpan<char> rawPath, PathReadings? readings)
    {
        if (readings is null)
            return pattern.MatchesReading(rawPath);
        if (!readings.AreAll)
            return true;
        foreach (string reading in readings.Paths)
        {
            if (pattern.MatchesReading(reading))
                return true;
        }

        return false;
    }

    /// <summary>
    /// Methods that only read: RFC 9110, section 9.2.1, the WebDAV and search ones of RFC 4918, 3253 and 5323. TRACE is not forwarded for
    /// other reasons, but reads.
    /// </summary>
    public static bool IsSafe(string method) => method switch
    {
        "GET" or "HEAD" or "OPTIONS" or "TRACE" => true,
        "PROPFIND" or "REPORT" or "SEARCH" or "QUERY" => true,
        // The gate lets only one kind of it in: a WebSocket over HTTP/2 (RFC 8441), which is a GET over HTTP/1.1.
        "CONNECT" => true,
        _ => false,
    };
}
