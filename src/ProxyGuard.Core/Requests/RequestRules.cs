using System.Collections.Immutable;

namespace ProxyGuard.Core.Requests;

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

    /// <summary>Whether a rule asks for parameters.</summary>
    public bool HaveParameters { get; } = rules.Any(rule => rule.HasParameters);

    /// <summary>No exceptions: the method alone decides.</summary>
    public static RequestRules None { get; } = new([]);

    /// <summary>
    /// What a request is by its plain reading, from its head alone. A request with an unsafe method for which a rule asks for parameters is
    /// a write: what its body says would count too (<see cref="DependsOnBody"/>).
    /// </summary>
    /// <param name="method">As sent; methods are case-sensitive (RFC 9110, section 9.1).</param>
    /// <param name="target">As sent, with the query.</param>
    /// <param name="isPreflight">A browser only asks whether it may ask (OPTIONS with Origin and Access-Control-Request-Method): a write
    /// only where a rule names OPTIONS.</param>
    public RequestKind Classify(string method, ReadOnlySpan<char> target, bool isPreflight = false)
    {
        ReadOnlySpan<char> rawPath = RawPath.Of(target);
        if (!IsSafe(method))
            return Loosened(method, rawPath, RawPath.QueryOf(target), whole: null).Kind;

        // Looked for once, at the first rule that wants to know; almost no real path has another spelling.
        string? resolved = null;
        bool isResolved = false;
        RequestParameters? parameters = null;
        foreach (RequestRule rule in Rules)
        {
            if (rule.Method is null ? isPreflight && rule.Is == RequestKind.Write : rule.Method != method)
                continue;
            if (!isResolved)
            {
                resolved = RawPath.HasOtherSpellings(rawPath) ? RawPath.Resolve(rawPath) : null;
                isResolved = true;
            }

            if (rule.Path.MatchesSpelling(rawPath, resolved) && HasParameters(rule, RawPath.QueryOf(target), ref parameters))
                return rule.Is;
        }

        return RequestKind.Read;
    }

    /// <summary>
    /// Whether a request that is no write by its plain reading is one by any other: its path may be taken for another one, and a server
    /// that ignores the method takes every safe one for GET, a WebSocket's CONNECT included. Allocates nothing where the path has only one
    /// reading. Not to be asked about a preflight.
    /// </summary>
    /// <param name="target">As sent, with the query.</param>
    public bool MayWrite(string method, ReadOnlySpan<char> target)
    {
        // Others that are let through have one reading only: a rule says so.
        if (!_canTighten || !IsSafe(method))
            return false;
        ReadOnlySpan<char> rawPath = RawPath.Of(target);
        ReadOnlySpan<char> query = RawPath.QueryOf(target);
        PathReadings? readings = PathReadings.IsOnlyOne(rawPath) ? null : PathReadings.Of(rawPath);
        return FirstThatFits(method, rawPath, readings, query, null).Rule is { Is: RequestKind.Write } || method != Get
            && FirstThatFits(Get, rawPath, readings, query, null).Rule is { Is: RequestKind.Write };
    }

    /// <summary>Whether only the whole request, with its body, tells what it is: then <see cref="ClassifyWhole"/> is to be asked.</summary>
    /// <param name="target">As sent, with the query.</param>
    public bool DependsOnBody(string method, ReadOnlySpan<char> target) =>
        !IsSafe(method) && Loosened(method, RawPath.Of(target), RawPath.QueryOf(target), whole: null).DependsOnBody;

    /// <summary>What a request with an unsafe method is.</summary>
    /// <param name="target">As sent, with the query.</param>
    /// <param name="whole">Of query, cookies and body.</param>
    public RequestKind ClassifyWhole(string method, ReadOnlySpan<char> target, RequestParameters whole) =>
        MethodOverride.IsIn(whole) ? RequestKind.Write : Loosened(method, RawPath.Of(target), RawPath.QueryOf(target), whole).Kind;

    /// <summary>The rule by which a request with an unsafe method is what it is; null for none.</summary>
    /// <param name="target">As sent, with the query.</param>
    /// <param name="whole">Of query, cookies and body.</param>
    public RequestRule? RuleOf(string method, ReadOnlySpan<char> target, RequestParameters whole) =>
        Loosened(method, RawPath.Of(target), RawPath.QueryOf(target), whole).Rule;

    private Outcome Loosened(string method, ReadOnlySpan<char> rawPath, ReadOnlySpan<char> query, RequestParameters? whole)
    {
        Outcome outcome = FirstThatFits(method, rawPath, readings: null, query, whole);
        // It has others, but the rule says it word by word; one before it may mean one of them.
        if (outcome.Rule is { Is: not RequestKind.Write } && !PathReadings.IsOnlyOne(rawPath))
            outcome = FirstThatFits(method, rawPath, PathReadings.Of(rawPath), query, whole);
        return outcome;
    }

    /// <param name="readings">Null: the path as it was sent is the only one that matters.</param>
    /// <param name="whole">Null: only the head is known.</param>
    private Outcome FirstThatFits(
        string method, ReadOnlySpan<char> rawPath, PathReadings? readings, ReadOnlySpan<char> query, RequestParameters? whole)
    {
        RequestParameters? parameters = whole;
        bool isHeadAlone = whole is null && !IsSafe(method);
        foreach (RequestRule rule in Rules)
        {
            if (rule.Method is not null && rule.Method != method)
                continue;
            bool fits = rule.Is == RequestKind.Write ? MatchesAny(rule.Path, rawPath, readings) : rule.Path.MatchesOnly(rawPath);
            if (!fits)
                continue;
            if (isHeadAlone && rule.HasParameters)
            {
                if (rule.Is == RequestKind.Write || rule.Query.MatchesAny(parameters ??= RequestParameters.OfQuery(query)))
                    return new(rule, DependsOnBody: true);
            }
            else if (HasParameters(rule, query, ref parameters))
            {
                return new(rule, DependsOnBody: false);
            }
        }

        return default;
    }

    private static bool HasParameters(RequestRule rule, ReadOnlySpan<char> query, ref RequestParameters? parameters)
    {
        if (!rule.HasParameters)
            return true;
        parameters ??= RequestParameters.OfQuery(query);
        return rule.Is == RequestKind.Write
            ? rule.Query.MatchesAny(parameters) && rule.Form.MatchesAny(parameters)
            : rule.Query.MatchesOnly(parameters, ParameterSource.Query) && rule.Form.MatchesOnly(parameters, ParameterSource.Form);
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

    /// <param name="Rule">The first that fits; null for none.</param>
    /// <param name="DependsOnBody">It fits if the body says so.</param>
    private readonly record struct Outcome(RequestRule? Rule, bool DependsOnBody)
    {
        /// <summary>Of an unsafe method.</summary>
        public RequestKind Kind => Rule is null || DependsOnBody ? RequestKind.Write : Rule.Is;
    }
}
