using ProxyGuard.Core.Requests;

namespace ProxyGuard.Routing.Requests;

/// <summary>What the rules are told of a request: method, path, and whether a browser only asks if it may ask.</summary>
internal static class RequestReading
{
    /// <summary>By its plain reading.</summary>
    public static RequestKind KindOf(HttpContext context, RequestRules rules, ReadOnlySpan<char> rawPath) =>
        rules.Classify(context.Request.Method, rawPath, IsPreflight(context.Request));

    /// <summary>By any reading.</summary>
    public static bool MayWrite(HttpContext context, RequestRules rules, ReadOnlySpan<char> rawPath) =>
        !IsPreflight(context.Request) && rules.MayWrite(context.Request.Method, rawPath);

    // https://fetch.spec.whatwg.org/#cors-preflight-fetch
    private static bool IsPreflight(HttpRequest request) =>
        request.Method is "OPTIONS" && request.Headers.AccessControlRequestMethod.Count > 0 && request.Headers.Origin.Count > 0;
}
