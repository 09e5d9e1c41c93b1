using System.Text;
using Microsoft.Net.Http.Headers;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Guarding;
using ProxyGuard.Public.Pages;

namespace ProxyGuard.Public;

/// <summary>Everything below the reserved prefix. It needs no database, no Redis and no network.</summary>
internal sealed class PublicPages(StatusFeed feed, GuardBoard board, EventStream events, MemberPages pages)
{
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
            return events.RunAsync(context);
        if (page == "status.json")
            return WriteAsync(context, "application/json", feed.Edition(board.View).Json, "no-cache");
        if (page.Length == 0)
            return StatusPageAsync(context);
        if (pages.Asset(page) is { } asset)
            return AssetAsync(context, asset);

        response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private Task StatusPageAsync(HttpContext context)
    {
        GuardView view = board.View;
        context.Response.Headers.Vary = "Accept-Language";
        return WriteAsync(context, "text/html; charset=utf-8", Encoding.UTF8.GetBytes(pages.Status(feed.Edition(view).Document, context.Request)), "no-cache");
    }

    /// <summary>Our pages and the banner's tag name the version they were made with: such an answer never changes. Whoever asks without it asks again.</summary>
    private static Task AssetAsync(HttpContext context, PageAsset asset)
    {
        bool isVersioned = context.Request.Query["v"] == asset.Version;
        HttpResponse response = context.Response;
        response.Headers.Vary = "Accept-Encoding";
        bool isGzip = context.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase);
        if (isGzip)
            response.Headers.ContentEncoding = "gzip";
        return WriteAsync(context, asset.ContentType, isGzip ? asset.GzipBytes : asset.Bytes, isVersioned ? "public, max-age=31536000, immutable" : "no-cache");
    }

    private static Task WriteAsync(HttpContext context, string contentType, ReadOnlyMemory<byte> body, string cacheControl)
    {
        context.Response.ContentType = contentType;
        context.Response.Headers[HeaderNames.CacheControl] = cacheControl;
        context.Response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }
}
