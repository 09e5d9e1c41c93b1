using System.Text;
using Microsoft.Net.Http.Headers;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Guarding;

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

    // Revalidated, not cached by age: after an update members must not run last week's script against this week's JSON.
    private static Task AssetAsync(HttpContext context, Pages.PageAsset asset)
    {
        string tag = $"\"{asset.Version}\"";
        context.Response.Headers.ETag = tag;
        if (context.Request.Headers.IfNoneMatch.Contains(tag))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        return WriteAsync(context, asset.ContentType, asset.Bytes, "no-cache");
    }

    private static Task WriteAsync(HttpContext context, string contentType, ReadOnlyMemory<byte> body, string cacheControl)
    {
        context.Response.ContentType = contentType;
        context.Response.Headers[HeaderNames.CacheControl] = cacheControl;
        context.Response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }
}
