using System.Collections.Frozen;
using System.Text;
using Microsoft.Net.Http.Headers;
using ProxyGuard.Ground.Hosting;
using ProxyGuard.Ground.Settings;
using ProxyGuard.Ground.Texts;
using ProxyGuard.Telling.Pages;
using ProxyGuard.Telling.Status;

namespace ProxyGuard.Telling.Public;

/// <summary>Everything below the reserved prefix. It needs no database, no Redis and no network.</summary>
internal sealed class PublicPages
{
    private readonly StatusFeed _feed;
    private readonly EventStream _events;
    private readonly Derived<FrozenDictionary<string, PageAsset>> _assets;
    private readonly Derived<PageSite> _site;

    /// <param name="assets">Every file that a page needs, as its room registered it.</param>
    public PublicPages(StatusFeed feed, EventStream events, IEnumerable<Func<PageAsset>> assets, LiveSettings settings)
    {
        (_feed, _events, _site) = (feed, events, settings.Derive(PageSite.Of));
        _assets = settings.Derive(
            _ => assets.Select(asset => asset()).ToFrozenDictionary(asset => asset.FileName, StringComparer.Ordinal));
    }

    public Task AnswerAsync(HttpContext context, string page)
    {
        HttpResponse response = context.Response;
        PageHeaders.Protect(response);
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            response.Headers.Allow = "GET, HEAD";
            response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            return Task.CompletedTask;
        }

        if (page == "events" && HttpMethods.IsGet(context.Request.Method))
            return _events.RunAsync(context);
        if (page == "status.json")
            return WriteAsync(context, "application/json", _feed.Current.Json, "no-cache");
        if (page.Length == 0)
            return StatusPageAsync(context);
        if (_assets.Value.TryGetValue(page, out PageAsset? asset))
            return AssetAsync(context, asset);

        response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    /// <summary>With <c>?lang=</c> and an offered language, that is the member's choice from now on, for all our pages.</summary>
    private Task StatusPageAsync(HttpContext context)
    {
        context.Response.Headers.Vary = "Accept-Language, Cookie";
        string asked = context.Request.Query["lang"].ToString();
        PageSite site = _site.Value;
        string? chosen = site.Languages.FirstOrDefault(language => language == asked);
        if (chosen is not null)
            LanguageCookie.Set(context, chosen);
        Wording wording = chosen is null ? LanguageChoice.WordingFor(context.Request, site.Languages) : Wording.For(chosen);
        string page = StatusPage.Render(_feed.Current.Document, wording, site);
        return WriteAsync(context, "text/html; charset=utf-8", Encoding.UTF8.GetBytes(page), "private, no-cache");
    }

    /// <summary>
    /// Our pages and the banner's tag name the version they were made with: such an answer never changes. Without the version it is
    /// revalidated.
    /// </summary>
    private static Task AssetAsync(HttpContext context, PageAsset asset)
    {
        bool isVersioned = context.Request.Query["v"] == asset.Version;
        HttpResponse response = context.Response;
        response.Headers.Vary = "Accept-Encoding";
        bool isGzip = context.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase);
        if (isGzip)
            response.Headers.ContentEncoding = "gzip";
        return WriteAsync(
            context, asset.ContentType, isGzip ? asset.GzipBytes : asset.Bytes,
            isVersioned ? "public, max-age=31536000, immutable" : "no-cache");
    }

    private static Task WriteAsync(HttpContext context, string contentType, ReadOnlyMemory<byte> body, string cacheControl)
    {
        context.Response.ContentType = contentType;
        context.Response.Headers[HeaderNames.CacheControl] = cacheControl;
        return ResponseBody.WriteAsync(context, body);
    }
}
