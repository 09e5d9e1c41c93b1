using System.Globalization;
using System.Text;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Requests;
using ProxyGuard.Operations;
using ProxyGuard.Public;
using ProxyGuard.Requests;

namespace ProxyGuard.Guarding;

/// <summary>Answers what is not forwarded: 503, never a lie. Sets no cookie and changes nothing.</summary>
internal sealed class Refusals(StatusFeed feed, MemberPages pages, GuardMetrics metrics)
{
    /// <summary>The policy refused it.</summary>
    public Task AnswerAsync(HttpContext context, GuardView view)
    {
        bool isClosedToReaders = view.Mode == SiteMode.Maintenance && RequestRules.IsSafe(context.Request.Method);
        return AnswerAsync(context, view, isClosedToReaders ? RefusalReason.Maintenance : RefusalReason.WriteRefused);
    }

    public async Task AnswerAsync(HttpContext context, GuardView view, RefusalReason why)
    {
        if (why == RefusalReason.WriteRefused)
            metrics.WriteRefused();
        else
            metrics.OtherRefused();

        StatusDocument status = feed.Edition(view).Document;
        TimeSpan retryAfter = RetryAdvice.Spread(status.RetryAfter ?? RetryAdvice.Unknown, Random.Shared.NextDouble());
        HttpResponse response = context.Response;
        response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        response.Headers.RetryAfter = Math.Ceiling(retryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        response.Headers.CacheControl = "no-store";
        response.Headers.Vary = "Accept, Accept-Language";
        PageHeaders.Protect(response);

        if (AudienceOf(context.Request) == Audience.Program)
        {
            response.ContentType = "application/problem+json";
            await WriteAsync(context, pages.Problem(new Refusal(why, status, retryAfter, []), context.Request)).ConfigureAwait(false);
            await UnwantedBody.ReadAwayAsync(context).ConfigureAwait(false);
            return;
        }

        var refusal = new Refusal(why, status, retryAfter, await TypedForm.ReadAsync(context).ConfigureAwait(false));
        response.ContentType = "text/html; charset=utf-8";
        await WriteAsync(context, Encoding.UTF8.GetBytes(pages.Refusal(refusal, context.Request))).ConfigureAwait(false);
        await UnwantedBody.ReadAwayAsync(context).ConfigureAwait(false);
    }

    private static Task WriteAsync(HttpContext context, byte[] body)
    {
        context.Response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    private static Audience AudienceOf(HttpRequest request) => Audiences.Of(
        request.Headers.Accept.Count == 0 ? null : request.Headers.Accept.ToString(),
        request.Headers.XRequestedWith,
        request.Headers["Sec-Fetch-Dest"],
        request.ContentType);
}
