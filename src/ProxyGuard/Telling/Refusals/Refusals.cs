using System.Globalization;
using System.IO.Pipelines;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Requests;
using ProxyGuard.Ground.Hosting;
using ProxyGuard.Ground.Telemetry;
using ProxyGuard.Telling.Pages;
using ProxyGuard.Telling.Status;

namespace ProxyGuard.Telling.Refusals;

/// <summary>Answers what is not forwarded: 503, never a lie. Sets no cookie and changes nothing.</summary>
internal sealed class Refusals(
    StatusFeed feed, RefusalPages pages, SubmittedForms forms, TimeProvider time, RejectedRequests rejected) : IDisposable
{
    // Two: one core stays free for everybody else, or they take turns with one.
    private const int MostTurns = 2;

    // What is written in one turn; it takes some ten microseconds.
    private const int BytesPerTurn = 16 * 1024;

    // So many before one that some thousand forms are being handed back: then the page comes without the text.
    private static readonly TimeSpan TurnTimeout = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _turns = new(MostTurns);

    /// <summary>To be called before a write is forwarded: see <see cref="SubmittedForms.KeepAsync"/>.</summary>
    public ValueTask<bool> KeepAsync(HttpContext context) => forms.KeepAsync(context);

    public async Task AnswerAsync(HttpContext context, GuardView view, RefusalReason why)
    {
        rejected.Add(why, context);
        StatusDocument status = feed.Edition(view).Document;
        TimeSpan retryAfter = RetryAdvice.Spread(status.RetryAfter ?? RetryAdvice.Unknown, Random.Shared.NextDouble());
        HttpResponse response = context.Response;
        response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        // A forwarding attempt that failed may have taken the headers along.
        StatusHeaders.SetMode(response.Headers, view.Mode);
        response.Headers.RetryAfter = Math.Ceiling(retryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        pages.SetHeaders(context);

        var refusal = new Refusal(why, status, retryAfter, []);
        if (AudienceOf(context.Request) == Audience.Program)
        {
            response.ContentType = "application/problem+json";
            await ResponseBody.WriteAsync(context, pages.Problem(refusal, context.Request)).ConfigureAwait(false);
        }
        else
        {
            response.ContentType = "text/html; charset=utf-8";
            await WritePageAsync(context, refusal).ConfigureAwait(false);
        }

        await UnwantedBody.DrainAsync(context).ConfigureAwait(false);
    }

    public void Dispose() => _turns.Dispose();

    private async Task WritePageAsync(HttpContext context, Refusal refusal)
    {
        using SubmittedForm form = await forms.ReadAsync(context).ConfigureAwait(false);
        if (form.IsEmpty)
            await ResponseBody.WriteAsync(context, pages.Render(refusal, context.Request).ToBytes()).ConfigureAwait(false);
        else if (form.IsLost || !await TryHandBackAsync(context, refusal, form).ConfigureAwait(false))
            await ResponseBody.WriteAsync(context, pages.Render(refusal with { IsLost = true }, context.Request).ToBytes())
                .ConfigureAwait(false);
    }

    /// <summary>
    /// What takes a processor's time is done in turns and away from the socket's thread; no turn is held while waiting for the network.
    /// False, with nothing written, when there was none to be had in good time.
    /// </summary>
    private async Task<bool> TryHandBackAsync(HttpContext context, Refusal refusal, SubmittedForm form)
    {
        CancellationToken aborted = context.RequestAborted;
        if (!await _turns.WaitAsync(TurnTimeout, aborted).ConfigureAwait(false))
            return false;

        RenderedPage page;
        try
        {
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            page = pages.Render(refusal with { Typed = form.Fields() }, context.Request);
        }
        finally
        {
            _turns.Release();
        }

        // Who reads slower than that would hold what was kept for others.
        using var patience = new CancellationTokenSource(UnwantedBody.DrainTimeout, time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(aborted, patience.Token);
        try
        {
            await WriteInTurnsAsync(page, context.Response.BodyWriter, deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            context.Abort();
        }

        return true;
    }

    private async Task WriteInTurnsAsync(RenderedPage page, PipeWriter output, CancellationToken stop)
    {
        bool hasMore = true;
        while (hasMore)
        {
            await _turns.WaitAsync(stop).ConfigureAwait(false);
            try
            {
                await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
                hasMore = page.WriteNext(output, BytesPerTurn);
            }
            finally
            {
                _turns.Release();
            }

            FlushResult written = await output.FlushAsync(stop).ConfigureAwait(false);
            if (written.IsCompleted)
                return;
        }
    }

    private static Audience AudienceOf(HttpRequest request) => Audiences.Of(
        request.Headers.Accept.Count == 0 ? null : request.Headers.Accept.ToString(),
        request.Headers.XRequestedWith,
        request.Headers["Sec-Fetch-Dest"],
        request.ContentType);
}
