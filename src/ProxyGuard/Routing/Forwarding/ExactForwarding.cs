using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using ProxyGuard.Core.Requests;
using ProxyGuard.Deciding.Guarding;
using ProxyGuard.Ground.Settings;
using ProxyGuard.Ground.Time;
using ProxyGuard.Routing.Requests;
using ProxyGuard.Telling.Status;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace ProxyGuard.Routing.Forwarding;

/// <summary>
/// What the upstream gets is what the member sent: path and query byte by byte, the original Host, and the headers that are for it (<see
/// cref="RequestHeaderCopier"/>); and the member what it answers (<see cref="ResponseHeaderCopier"/>).
/// </summary>
internal sealed class ExactForwarding(Pseudonym pseudonym, LiveSettings settings, GuardClock clock) : ITransformProvider
{
    private static readonly UriCreationOptions AsIs = new() { DangerousDisablePathAndQueryCanonicalization = true };

    public void ValidateRoute(TransformRouteValidationContext context)
    {
    }

    public void ValidateCluster(TransformClusterValidationContext context)
    {
    }

    public void Apply(TransformBuilderContext context)
    {
        // A route that names the headers it wants gets them and no others.
        if (context.CopyRequestHeaders != false)
        {
            context.CopyRequestHeaders = false;
            // First, so that the route's own transforms see what was copied.
            context.RequestTransforms.Insert(
                0, new RequestHeaderCopier(pseudonym, settings, addsForwarded: context.UseDefaultForwarders != false));
        }

        context.ResponseTransforms.Insert(0, new ResponseHeaderCopier(copies: context.CopyResponseHeaders != false));
        context.CopyResponseHeaders = false;
        context.UseDefaultForwarders = false;
        context.AddOriginalHost();
        // A route that rewrites its path wants YARP's reading of it.
        bool rewritesPath = context.Route.Transforms?.Any(
            transform => transform.Keys.Any(
                key => key.StartsWith("Path", StringComparison.Ordinal) || key.StartsWith("Query", StringComparison.Ordinal))) == true;
        if (!rewritesPath)
        {
            context.AddRequestTransform(static transform =>
            {
                transform.ProxyRequest.RequestUri = TargetOf(transform);
                return ValueTask.CompletedTask;
            });
        }

        context.AddRequestTransform(static transform =>
        {
            RefuseOddHost(transform);
            return ValueTask.CompletedTask;
        });
        context.RequestTransforms.Add(new PreventImplicitRetry());
        context.AddResponseTransform(transform =>
        {
            EndNominated(transform);
            EndLengthOfNothing(transform.HttpContext.Response);
            KeepOurs(transform.HttpContext);
            return ValueTask.CompletedTask;
        });
    }

    /// <summary>
    /// The destination's address and the target as it was sent; YARP would decode and encode it again, which turns %2F into %252F. Null
    /// lets YARP do so.
    /// </summary>
    private static Uri? TargetOf(RequestTransformContext transform)
    {
        ReadOnlySpan<char> target = RequestTarget.PathAndQuery(transform.HttpContext.Features.Get<IHttpRequestFeature>()!.RawTarget);
        return Uri.TryCreate(string.Concat(transform.DestinationPrefix.AsSpan().TrimEnd('/'), target), AsIs, out Uri? uri)
            ? uri
            : transform.ProxyRequest.RequestUri;
    }

    /// <summary>
    /// A host that .NET's HTTP client takes for none, such as <c>club..example</c>, would be sent beside one of its own: two hosts, and
    /// each reader trusts a different one.
    /// </summary>
    private static void RefuseOddHost(RequestTransformContext transform)
    {
        HttpContext context = transform.HttpContext;
        if (transform.ProxyRequest.Headers.Host is not null || context.Request.Host.Value is not { Length: > 0 })
            return;
        // An answer that has begun is not forwarded any more, and no web server gave it.
        context.GetReverseProxyFeature().ProxiedDestination = null;
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        if (context.Request.Protocol is "HTTP/1.1" or "HTTP/1.0")
            context.Response.Headers.Connection = "close";
    }

    /// <summary>A header that the upstream names in Connection is for our connection to it, not for the member's.</summary>
    private static void EndNominated(ResponseTransformContext transform)
    {
        if (transform.ProxyResponse is not { } answer
            || !answer.Headers.NonValidated.TryGetValues(HeaderNames.Connection, out var connection))
            return;
        foreach (string line in connection)
        {
            if (!HopByHopHeaders.NominatesAny(line))
                continue;
            foreach (string name in line.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                transform.HttpContext.Response.Headers.Remove(name);
        }
    }

    /// <summary>
    /// 204 has no body and no length (RFC 9110, section 8.6); old applications send one all the same, and Kestrel would wait for the body.
    /// </summary>
    private static void EndLengthOfNothing(HttpResponse response)
    {
        if (response.StatusCode == StatusCodes.Status204NoContent)
            response.ContentLength = null;
    }

    /// <summary>The mode and the label are ours; what an upstream says under these names is not passed on beside them.</summary>
    private void KeepOurs(HttpContext context)
    {
        if (context.Features.Get<GuardDecision>() is { } decision)
            StatusHeaders.Replace(context.Response.Headers, decision.View.Mode, decision.AsOf is { } asOf ? clock.ToUtc(asOf) : null);
    }
}
