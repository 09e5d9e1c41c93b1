using Microsoft.AspNetCore.Http.Features;
using ProxyGuard.Core.Requests;
using ProxyGuard.Ground.Settings;
using ProxyGuard.Telling.Refusals;

namespace ProxyGuard.Routing.Requests;

/// <summary>
/// What the rules make of a request. They are told its method, its target, and whether a browser only asks if it may ask; and what its form
/// says, where only that can tell and the request would be refused otherwise.
/// </summary>
internal sealed class RequestReading(LiveSettings settings, SubmittedForms forms)
{
    private RequestRules Rules => settings.Current.Rules.Requests;

    /// <summary>Whether what would be refused is only told.</summary>
    public bool IsDryRun => Rules.IsDryRun;

    /// <summary>By its plain reading. A rule says what a POST to a path does, and nothing about another method in its place.</summary>
    public RequestKind KindOf(HttpContext context)
    {
        HttpRequest request = context.Request;
        RequestKind kind = Rules.Classify(request.Method, TargetOf(context), IsPreflight(request));
        if (kind == RequestKind.Write && Rules.HaveParameters && context.Features.Get<WholeRequest>() is { } whole)
            kind = whole.Kind;
        bool isLoosened = kind != RequestKind.Write && !RequestRules.IsSafe(request.Method);
        return isLoosened && HasMethodOverride(context) ? RequestKind.Write : kind;
    }

    /// <summary>By any reading.</summary>
    public bool MayWrite(HttpContext context) => !IsPreflight(context.Request)
        && (Rules.MayWrite(context.Request.Method, TargetOf(context)) || MethodOverride.IsInQuery(RawPath.QueryOf(TargetOf(context))));

    /// <summary>Whether its body could still make something else of a write.</summary>
    public bool DependsOnBody(HttpContext context) =>
        Rules.HaveParameters && Rules.DependsOnBody(context.Request.Method, TargetOf(context));

    /// <summary>
    /// What a request with an unsafe method is, once its body is read. Never on a read's way; what is sent on is what was sent.
    /// </summary>
    public async Task<RequestKind> KindOfWholeAsync(HttpContext context)
    {
        bool hasBody = context.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: false }
            && context.Request.ContentLength is not 0;
        ReadOnlyMemory<byte>? body = hasBody ? await forms.ReadAheadAsync(context).ConfigureAwait(false) : ReadOnlyMemory<byte>.Empty;
        if (body is not { } read)
            return RequestKind.Write;
        RequestKind kind = KindOf(context, ParametersOf(context, read.Span));
        context.Features.Set(new WholeRequest(kind));
        return kind;
    }

    /// <summary>What a request with an unsafe method is, its body included.</summary>
    /// <param name="whole">See <see cref="ParametersOf"/>.</param>
    public RequestKind KindOf(HttpContext context, RequestParameters whole)
    {
        RequestKind kind = Rules.ClassifyWhole(context.Request.Method, TargetOf(context), whole);
        return kind != RequestKind.Write && HasMethodOverride(context) ? RequestKind.Write : kind;
    }

    /// <summary>The rule by which a request with an unsafe method is what it is; null for none.</summary>
    public RequestRule? RuleOf(HttpContext context, RequestParameters whole) =>
        Rules.RuleOf(context.Request.Method, TargetOf(context), whole);

    /// <summary>All that a request says.</summary>
    /// <param name="body">To its end; empty for none.</param>
    public static RequestParameters ParametersOf(HttpContext context, ReadOnlySpan<byte> body) => RequestParameters.Of(
        RawPath.QueryOf(TargetOf(context)), context.Request.Headers.Cookie.ToString(), context.Request.ContentType, body);

    /// <summary>As it was sent, without its query.</summary>
    public static ReadOnlySpan<char> PathOf(HttpContext context) => RawPath.Of(TargetOf(context));

    private static ReadOnlySpan<char> TargetOf(HttpContext context) => context.Features.Get<IHttpRequestFeature>()!.RawTarget;

    private static bool HasMethodOverride(HttpContext context) =>
        context.Request.Headers.Any(header => MethodOverride.IsHeader(header.Key))
        || MethodOverride.IsInQuery(RawPath.QueryOf(TargetOf(context)));

    // https://fetch.spec.whatwg.org/#cors-preflight-fetch
    private static bool IsPreflight(HttpRequest request) =>
        request.Method is "OPTIONS" && request.Headers.AccessControlRequestMethod.Count > 0 && request.Headers.Origin.Count > 0;

    /// <summary>What a request is by all that it says. A feature of one whose body was read for it.</summary>
    private sealed record WholeRequest(RequestKind Kind);
}
