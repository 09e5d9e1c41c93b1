using Microsoft.AspNetCore.Http.Features;
using ProxyGuard.Guarding;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace ProxyGuard.Forwarding;

/// <summary>
/// What the upstream gets is what the member sent: path and query byte by byte, the original Host. What only a proxy may say is taken out:
/// method overrides (a write dressed as a read), "Proxy" (CVE-2016-5385) and our own names.
/// </summary>
internal sealed class ExactForwarding : ITransformProvider
{
    private static readonly string[] NeverForwarded =
        ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "Proxy", GuardMiddleware.ModeHeader, GuardMiddleware.AsOfHeader];

    private static readonly UriCreationOptions AsIs = new() { DangerousDisablePathAndQueryCanonicalization = true };

    public void ValidateRoute(TransformRouteValidationContext context)
    {
    }

    public void ValidateCluster(TransformClusterValidationContext context)
    {
    }

    public void Apply(TransformBuilderContext context)
    {
        context.AddOriginalHost();
        // A route that rewrites its path wants YARP's reading of it.
        bool rewritesPath = context.Route.Transforms?.Any(transform => transform.Keys.Any(key => key.StartsWith("Path", StringComparison.Ordinal) || key.StartsWith("Query", StringComparison.Ordinal))) == true;
        context.AddRequestTransform(transform =>
        {
            IHeaderDictionary sent = transform.HttpContext.Request.Headers;
            foreach (string header in NeverForwarded)
            {
                // Almost nobody sends them, and looking is cheaper than removing what is not there.
                if (sent.ContainsKey(header))
                    transform.ProxyRequest.Headers.Remove(header);
            }

            if (!rewritesPath)
                transform.ProxyRequest.RequestUri = TargetOf(transform);
            return ValueTask.CompletedTask;
        });
        context.AddResponseTransform(transform =>
        {
            KeepOurs(transform.HttpContext);
            return ValueTask.CompletedTask;
        });
    }

    /// <summary>The destination's address and the target as it was sent; YARP would decode and encode it again, which turns %2F into %252F. Null lets YARP do so.</summary>
    private static Uri? TargetOf(RequestTransformContext transform)
    {
        string target = transform.HttpContext.Features.Get<IHttpRequestFeature>()!.RawTarget;
        // Absolute and asterisk forms are rare, and YARP's reading of them is right.
        if (!target.StartsWith('/'))
            return transform.ProxyRequest.RequestUri;
        return Uri.TryCreate(string.Concat(transform.DestinationPrefix.AsSpan().TrimEnd('/'), target), AsIs, out Uri? uri) ? uri : transform.ProxyRequest.RequestUri;
    }

    /// <summary>The mode and the label are ours; what an upstream says under these names is not passed on beside them.</summary>
    private static void KeepOurs(HttpContext context)
    {
        IHeaderDictionary headers = context.Response.Headers;
        if (context.Features.Get<GuardDecision>() is not { } decision)
            return;
        if (headers[GuardMiddleware.ModeHeader].Count != 1)
            headers[GuardMiddleware.ModeHeader] = GuardMiddleware.HeaderOf(decision.View.Mode);
        if (headers[GuardMiddleware.AsOfHeader] is not { Count: > 0 } asOf)
            return;
        bool isCurrent = NarrowingMiddleware.RouteOf(context, decision).IsCurrent;
        if (isCurrent || asOf.Count > 1)
            headers[GuardMiddleware.AsOfHeader] = isCurrent ? default : asOf[0];
    }
}
