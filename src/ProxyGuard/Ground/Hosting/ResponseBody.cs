namespace ProxyGuard.Ground.Hosting;

/// <summary>Writes a whole body of ours.</summary>
internal static class ResponseBody
{
    /// <summary>With its length. To HEAD the length is the whole answer (RFC 9110, section 9.3.2).</summary>
    public static Task WriteAsync(HttpContext context, ReadOnlyMemory<byte> body)
    {
        context.Response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }
}
