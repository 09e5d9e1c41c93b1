using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using ProxyGuard.Core.Html;
using ProxyGuard.Core.Routing;
using ProxyGuard.Deciding.Guarding;
using ProxyGuard.Ground.Settings;
using ProxyGuard.Ground.Time;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace ProxyGuard.Routing.Forwarding;

/// <summary>While pages are late, no cache on their way keeps them longer than <see cref="CacheLifetime.Most"/>.</summary>
internal sealed class CacheLifetimes(LiveSettings settings, GuardClock clock) : ITransformProvider
{
    // The fields that networks and nginx read before Cache-Control, or in its place.
    private static readonly string[] OfNetworks =
    [
        "CDN-Cache-Control", "Cloudflare-CDN-Cache-Control", "Vercel-CDN-Cache-Control", "Netlify-CDN-Cache-Control", "Surrogate-Control",
        "Edge-Control",
    ];

    public void ValidateRoute(TransformRouteValidationContext context)
    {
    }

    public void ValidateCluster(TransformClusterValidationContext context)
    {
    }

    public void Apply(TransformBuilderContext context)
    {
        // As long as none says where it reads, all may: the application decides for itself.
        string? cluster = context.Cluster?.ClusterId;
        Derived<bool> isWithoutDatabase = settings.Derive(current => current.WebServers.Any(Reads)
            && !current.WebServers.Any(server => server.Cluster == cluster && Reads(server)));
        context.AddResponseTransform(transform =>
        {
            HttpContext http = transform.HttpContext;
            if (transform.ProxyResponse is not null && http.Features.Get<GuardDecision>() is { Route.IsCurrent: false }
                && !isWithoutDatabase.Value
                && !CacheLifetime.IsLeftAlone(http.Response.StatusCode, http.Response.ContentType, http.Request.Headers["Sec-Fetch-Dest"]))
                Shorten(http.Response.Headers);
            return ValueTask.CompletedTask;
        });
    }

    private static bool Reads(WebServerSettings server) =>
        server.Metadata.ContainsKey(ReadMetadata.ReadsFrom) || server.Metadata.ContainsKey(ReadMetadata.ReadsVia);

    private void Shorten(IHeaderDictionary headers)
    {
        Cut(headers, HeaderNames.CacheControl);
        foreach (string name in OfNetworks)
            Cut(headers, name);
        // A moment, or seconds: https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_cache_valid
        if (headers.TryGetValue("X-Accel-Expires", out StringValues accel) && CacheLifetime.Cut($"max-age={accel}") is not null)
            headers["X-Accel-Expires"] = $"{CacheLifetime.Most.TotalSeconds:0}";
        DateTimeOffset latest = clock.UtcNow + CacheLifetime.Most;
        bool hasExpires = headers.TryGetValue(HeaderNames.Expires, out StringValues expires);
        if (hasExpires && HeaderUtilities.TryParseDate(expires.ToString(), out DateTimeOffset at) && at > latest)
            headers.Expires = HeaderUtilities.FormatDate(latest);
        // Where nothing is said, a cache may guess from how old the page is (RFC 9111, section 4.2.2): days, for an old one.
        if (!hasExpires && !CacheLifetime.IsSaidIn(headers.CacheControl.ToString()))
            headers.Append(HeaderNames.CacheControl, "no-cache");
    }

    private static void Cut(IHeaderDictionary headers, string name)
    {
        if (headers.TryGetValue(name, out StringValues value) && CacheLifetime.Cut(value.ToString()) is { } cut)
            headers[name] = cut;
    }
}
