using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using ProxyGuard.Core.Requests;
using ProxyGuard.Telling.Refusals;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace ProxyGuard.Routing.Forwarding;

/// <summary>
/// What an answer says about addresses: it sends no member to one of a web server (<see cref="PublicLocation"/>), and which origins may
/// read it is remembered for refusals.
/// </summary>
internal sealed class PublicLocations(AllowedOrigins origins) : ITransformProvider
{
    private const string Target = "url=";

    public void ValidateRoute(TransformRouteValidationContext context)
    {
    }

    public void ValidateCluster(TransformClusterValidationContext context)
    {
    }

    public void Apply(TransformBuilderContext context)
    {
        Uri[] upstreams = [.. (context.Cluster?.Destinations?.Values ?? []).Select(destination => new Uri(destination.Address))];
        context.AddResponseTransform(transform =>
        {
            Rewrite(transform.HttpContext, HeaderNames.Location, upstreams);
            Rewrite(transform.HttpContext, HeaderNames.ContentLocation, upstreams);
            RewriteRefresh(transform.HttpContext, upstreams);
            origins.Note(transform.HttpContext);
            return ValueTask.CompletedTask;
        });
    }

    private static void Rewrite(HttpContext context, string name, Uri[] upstreams)
    {
        IHeaderDictionary headers = context.Response.Headers;
        if (headers.TryGetValue(name, out StringValues location) && location.Count == 1
            && PublicOf(context, location[0]!, upstreams) is { } told)
            headers[name] = told;
    }

    // Such as "0; url=http://10.0.0.5:8080/": https://html.spec.whatwg.org/multipage/document-lifecycle.html#the-refresh-header
    private static void RewriteRefresh(HttpContext context, Uri[] upstreams)
    {
        if (!context.Response.Headers.TryGetValue("Refresh", out StringValues lines) || lines.Count != 1)
            return;
        string refresh = lines[0]!;
        int at = refresh.IndexOf(Target, StringComparison.OrdinalIgnoreCase) + Target.Length;
        if (at >= Target.Length && PublicOf(context, refresh[at..].Trim(' ', '"', '\''), upstreams) is { } told)
            context.Response.Headers["Refresh"] = $"{refresh[..at]}{told}";
    }

    private static string? PublicOf(HttpContext context, string location, Uri[] upstreams) =>
        PublicLocation.Of(location, upstreams, context.Request.Scheme, RequestHeaderCopier.HostOf(context));
}
