using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using ProxyGuard.Core.Requests;
using ProxyGuard.Ground.Hosting;
using Yarp.ReverseProxy.Transforms;

namespace ProxyGuard.Routing.Forwarding;

/// <summary>No member is sent to an address of a web server: see <see cref="PublicLocation"/>.</summary>
/// <param name="upstreams">Of the cluster.</param>
internal sealed class PublicLocations(IReadOnlyList<Uri> upstreams) : ResponseTransform
{
    private const string Target = "url=";

    public override ValueTask ApplyAsync(ResponseTransformContext context)
    {
        IHeaderDictionary headers = context.HttpContext.Response.Headers;
        Rewrite(context.HttpContext, headers, HeaderNames.Location);
        Rewrite(context.HttpContext, headers, HeaderNames.ContentLocation);
        if (headers.TryGetValue("Refresh", out StringValues refresh) && refresh.Count == 1)
            RewriteRefresh(context.HttpContext, headers, refresh[0]!);
        return ValueTask.CompletedTask;
    }

    private void Rewrite(HttpContext context, IHeaderDictionary headers, string name)
    {
        if (headers.TryGetValue(name, out StringValues location) && location.Count == 1 && PublicOf(context, location[0]!) is { } told)
            headers[name] = told;
    }

    // Such as "0; url=http://10.0.0.5:8080/": https://html.spec.whatwg.org/multipage/document-lifecycle.html#the-refresh-header
    private void RewriteRefresh(HttpContext context, IHeaderDictionary headers, string refresh)
    {
        int at = refresh.IndexOf(Target, StringComparison.OrdinalIgnoreCase) + Target.Length;
        if (at >= Target.Length && PublicOf(context, refresh[at..].Trim(' ', '"', '\'')) is { } told)
            headers["Refresh"] = $"{refresh[..at]}{told}";
    }

    private string? PublicOf(HttpContext context, string location)
    {
        string? host = context.Features.Get<Peer>() is { IsTrustedProxy: true }
            ? ForwardedValues.First(context.Request.Headers["X-Forwarded-Host"])
            : null;
        return PublicLocation.Of(location, upstreams, context.Request.Scheme, host ?? context.Request.Host.Value ?? "");
    }
}
