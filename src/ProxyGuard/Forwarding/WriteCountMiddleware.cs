using Microsoft.AspNetCore.Http.Features;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Requests;
using ProxyGuard.Guarding;
using ProxyGuard.Operations;

namespace ProxyGuard.Forwarding;

/// <summary>
/// Counts the writes that are on their way to a web server, so that whoever closes the site knows when the last of them has been answered. Reads pass as if this were
/// not here.
/// </summary>
internal sealed class WriteCountMiddleware(RequestDelegate next, GuardBoard board, GuardRules rules, Refusals refusals, GuardMetrics metrics)
{
    public Task InvokeAsync(HttpContext context) => NarrowingMiddleware.DecisionOf(context).Verdict == Verdict.Write ? CountAsync(context) : next(context);

    private async Task CountAsync(HttpContext context)
    {
        GuardDecision decision;
        metrics.WriteBegan();
        try
        {
            // Counted first, decided then: once the site is closed and the count has been zero, no write gets through any more.
            decision = DecideAgain(context);
            if (decision.Verdict != Verdict.Refuse)
            {
                await next(context).ConfigureAwait(false);
                return;
            }
        }
        finally
        {
            metrics.WriteEnded();
        }

        context.Response.Headers[GuardMiddleware.ModeHeader] = GuardMiddleware.HeaderOf(decision.View.Mode);
        await refusals.AnswerAsync(context, decision.View).ConfigureAwait(false);
    }

    private GuardDecision DecideAgain(HttpContext context)
    {
        // A trial was let in because the site is closed; what ends it is another reason to be closed, or the reopening.
        if (NarrowingMiddleware.DecisionOf(context) is { IsTrial: true } trial && board.View.LetsTrialsIn)
            return trial;
        ReadOnlySpan<char> path = RawPath.Of(context.Features.Get<IHttpRequestFeature>()!.RawTarget);
        GuardDecision decision = board.Decide(RequestReading.KindOf(context, rules.Requests, path), context.Request.Method);
        context.Features.Set(decision);
        return decision;
    }
}
