using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Ground.Settings;
using ProxyGuard.Ground.Telemetry;
using ProxyGuard.Ground.Time;
using ProxyGuard.Telling.Status;

namespace ProxyGuard.Telling.Public;

/// <summary>
/// Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html): the newest edition at once and at every change, a
/// comment while nothing changes, with the time after which to come back should the stream break: each page's own. A slow reader misses
/// editions, never the newest. Beyond the limit the page is sent away, and asks for the status instead. Ends at shutdown, or the stream
/// would hold it up.
/// </summary>
internal sealed class EventStream(
    StatusFeed feed, GuardClock clock, LiveSettings settings, IHostApplicationLifetime lifetime) : IMetricSource
{
    private static readonly TimeSpan CommentEvery = TimeSpan.FromSeconds(10);

    // A page that does not hear asks by itself meanwhile; who comes back later may find room.
    private static readonly StringValues RetryAfter = "30";

    private long _open;

    public IEnumerable<MetricFamily> Families =>
        [MetricFamily.Gauge("proxyguard_event_streams", "status pages that listen to server-sent events", Interlocked.Read(ref _open))];

    public async Task RunAsync(HttpContext context)
    {
        try
        {
            if (Interlocked.Increment(ref _open) <= settings.Current.Limits.MaxEventStreams)
                await TellAsync(context).ConfigureAwait(false);
            else
                Refuse(context.Response);
        }
        finally
        {
            Interlocked.Decrement(ref _open);
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
                StatusEdition edition = feed.Current;
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

    // Repeated in place of a comment: meanwhile more clients may listen.
    private byte[] Retry() =>
        Encoding.ASCII.GetBytes(
            $": still here\nretry: {RetryAdvice.Reconnect(Interlocked.Read(ref _open), Random.Shared.NextDouble()).TotalMilliseconds:0}\n\n");

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
