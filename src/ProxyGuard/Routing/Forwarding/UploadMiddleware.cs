namespace ProxyGuard.Routing.Forwarding;

/// <summary>Gives the HTTP client a body that ends with an early answer, and the connection to know whose it sends.</summary>
internal sealed class UploadMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context) =>
        context.Features.Get<Upload>() is { } upload ? SendAsync(context, upload) : next(context);

    private async Task SendAsync(HttpContext context, Upload upload)
    {
        Stream body = context.Request.Body;
        await using var sent = new UploadBody(body, upload, context.Request.ContentLength);
        context.Request.Body = sent;
        Upload.Current = upload;
        try
        {
            await next(context).ConfigureAwait(false);
        }
        finally
        {
            upload.Complete();
            context.Request.Body = body;
        }
    }
}
