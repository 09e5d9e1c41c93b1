using ProxyGuard.Telling.Refusals;

namespace ProxyGuard.Routing.Forwarding;

/// <summary>
/// A member whose upload was answered before its end has the answer at once; the rest is read and thrown away, as that of a refused one.
/// Around all others: the write is over for them, and counted no longer.
/// </summary>
internal sealed class EarlyAnswerMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context) => Upload.Of(context) is { } upload ? RelayAsync(context, upload) : next(context);

    private async Task RelayAsync(HttpContext context, Upload upload)
    {
        context.Features.Set(upload);
        await next(context).ConfigureAwait(false);
        if (upload.IsAnswered)
            await UnwantedBody.DrainAsync(context, upload.Waiting).ConfigureAwait(false);
    }
}
