using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Guarding;
using ProxyGuard.Operations;
using ProxyGuard.Probing;
using ProxyGuard.Settings;

namespace ProxyGuard.Public;

/// <summary>
/// Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html): the newest edition at once and at every change, a comment while nothing
/// changes, with the time after which to come back should the stream break: each page's own. A slow reader misses editions, never the newest. Beyond the limit the page is sent away, and asks for the status instead. Ends at shutdown, or the stream would hold it up.
/// </summary>
internal sealed class EventStream(StatusFeed feed, GuardBoard board, GuardClock clock, LimitSettings limits, GuardMetrics metrics, IHostApplicationLifetime lifetime)
{
    private static readonly TimeSpan CommentEvery = TimeSpan.FromSeconds(10);

    // A page that does not hear asks by itself meanwhile; who comes back later may find room.
    private static readonly StringValues RetryAfter = "30";

    public async Task RunAsync(HttpContext context)
    {
        try
        {
            if (metrics.EventStreamBegan() <= limits.MaxEventStreams)
                await TellAsync(context).ConfigureAwait(false);
            else
                Refuse(context.Response);
        }
        finally
        {
            metrics.EventStreamEnded();
        }
    }

    private static void Refuse(HttpResponse response)
    {
        response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        response.Headers.RetryAfter = RetryAfter;
        response.Headers.CacheControl = "no-store";
        response.ContentLength = 0;
    }

    private async Task TellAsync(HttpContext context)
    {
        HttpResponse response = context.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-cache, no-transform";
        response.Headers["X-Accel-Buffering"] = "no";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            await response.Body.WriteAsync(Retry(), ended.Token).ConfigureAwait(false);
            long told = 0;
            while (true)
            {
                Task next = feed.Next;
                StatusEdition edition = feed.Edition(board.View);
                bool isNew = edition.Document.Revision != told;
                told = edition.Document.Revision;
                await response.Body.WriteAsync(isNew ? edition.Event : Retry(), ended.Token).ConfigureAwait(false);
                await response.Body.FlushAsync(ended.Token).ConfigureAwait(false);
                await WaitAsync(next, ended.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The reader left, or we do: both are how a stream ends.
        }
    }

    // Said anew in place of a comment: meanwhile more may listen.
    private byte[] Retry() =>
        Encoding.ASCII.GetBytes($": still here\nretry: {RetryAdvice.Reconnect(metrics.EventStreams, Random.Shared.NextDouble()).TotalMilliseconds:0}\n\n");

    private async Task WaitAsync(Task next, CancellationToken ended)
    {
        try
        {
            await next.WaitAsync(CommentEvery, clock.Time, ended).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Nothing new for a while: a comment keeps the connection known to be alive.
        }
    }
}
