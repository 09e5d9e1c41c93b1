using Microsoft.AspNetCore.Http.Features;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Requests;
using ProxyGuard.Routing.Rehearsal;

namespace ProxyGuard.Routing.Requests;

/// <summary>What the rules make of a request: they are told its method, its path, and whether a browser only asks if it may ask.</summary>
internal sealed class RequestReading(GuardRules rules, RehearsalLog rehearsal)
{
    private readonly RequestRules _rules = rules.Requests;

    /// <summary>Whether what would be refused is only told.</summary>
    public bool IsDryRun => _rules.IsDryRun;

    /// <summary>By its plain reading. A rule says what a POST to a path does, and nothing about another method in its place.</summary>
    public RequestKind KindOf(HttpContext context)
    {
        HttpRequest request = context.Request;
        RequestKind kind = _rules.Classify(request.Method, PathOf(context), IsPreflight(request));
        bool isLoosened = kind != RequestKind.Write && !RequestRules.IsSafe(request.Method);
        return isLoosened && HasMethodOverride(context) ? RequestKind.Write : kind;
    }

    /// <summary>By any reading.</summary>
    public bool MayWrite(HttpContext context) => !IsPreflight(context.Request)
        && (_rules.MayWrite(context.Request.Method, PathOf(context)) || MethodOverride.IsInQuery(QueryOf(context)));

    /// <summary>Takes note of a request that is let through because this is a rehearsal.</summary>
    public void NoteDryRun(HttpContext context, Rehearsed what, GuardView view) =>
        rehearsal.Add(what, context.Request.Method, PathOf(context), view.Incident is not null);

    /// <summary>As it was sent, without its query.</summary>
    public static ReadOnlySpan<char> PathOf(HttpContext context) => RawPath.Of(context.Features.Get<IHttpRequestFeature>()!.RawTarget);

    private static ReadOnlySpan<char> QueryOf(HttpContext context)
    {
        ReadOnlySpan<char> target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        int begins = target.IndexOf('?');
        return begins < 0 ? [] : target[begins..];
    }

    private static bool HasMethodOverride(HttpContext context) =>
        context.Request.Headers.Any(header => MethodOverride.IsHeader(header.Key)) || MethodOverride.IsInQuery(QueryOf(context));

    // https://fetch.spec.whatwg.org/#cors-preflight-fetch
    private static bool IsPreflight(HttpRequest request) =>
        request.Method is "OPTIONS" && request.Headers.AccessControlRequestMethod.Count > 0 && request.Headers.Origin.Count > 0;
}
