using System.Buffers;

namespace ProxyGuard.Telling.Refusals;

/// <summary>
/// The rest of an upload that was refused, or answered early. A browser sends all of it before it looks at the answer, and a connection
/// that is closed meanwhile takes the answer with it; so it is read and thrown away, within bounds. Kestrel itself would have patience for
/// five seconds.
/// </summary>
internal static class UnwantedBody
{
    /// <summary>How much of a body that is not forwarded is read.</summary>
    public const long MostBytes = 1L << 30;

    /// <summary>How long a body that is not forwarded is read.</summary>
    public static readonly TimeSpan DrainTimeout = TimeSpan.FromMinutes(2);

    /// <summary>To be called when the answer is written.</summary>
    /// <param name="waiting">A wait for the body's next bytes that is under way already; null for none.</param>
    public static async Task DrainAsync(HttpContext context, Task? waiting = null)
    {
        // A client that asked before sending has not begun; a stream of HTTP/2 ends without the others.
        if (context.Request.Headers.Expect.Count > 0 || context.Request.Protocol is not "HTTP/1.1" || context.Request.ContentLength is 0)
            return;

        await context.Response.CompleteAsync().ConfigureAwait(false);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        deadline.CancelAfter(DrainTimeout);
        try
        {
            if (waiting is not null)
                await waiting.WaitAsync(deadline.Token).ConfigureAwait(false);
            for (long bytes = 0; bytes < MostBytes;)
            {
                // Thousands may wait; a buffer is for what has come.
                await context.Request.Body.ReadAsync(Memory<byte>.Empty, deadline.Token).ConfigureAwait(false);
                int read = await ReadAsync(context.Request.Body, deadline.Token).ConfigureAwait(false);
                if (read == 0)
                    return;
                bytes += read;
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or BadHttpRequestException or InvalidOperationException)
        {
            // Gone, too slow or no body at all: there is no client left to answer. A body that a reader has given up waiting for cannot be
            // read any more (Kestrel: "Reading is already in progress").
        }
    }

    private static async ValueTask<int> ReadAsync(Stream body, CancellationToken deadline)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            return await body.ReadAsync(buffer, deadline).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
