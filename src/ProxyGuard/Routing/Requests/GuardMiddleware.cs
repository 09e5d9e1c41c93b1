using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Requests;
using ProxyGuard.Deciding.Guarding;
using ProxyGuard.Telling.Refusals;
using ProxyGuard.Telling.Status;

namespace ProxyGuard.Routing.Requests;

/// <summary>
/// Every request of a member gets its verdict here. No lock, no wait and no allocation of ours on the way of one that is let through.
/// </summary>
internal sealed class GuardMiddleware(
    RequestDelegate next, GuardBoard board, RequestReading reading, Refusals refusals, TrafficCounts traffic)
{
    public Task InvokeAsync(HttpContext context)
    {
        GuardDecision decision = Decide(context);
        return decision.Reason == RefusalReason.WriteRefused && reading.DependsOnBody(context)
            ? DecideWholeAsync(context)
            : GoOnAsync(context, decision);
    }

    private Task GoOnAsync(HttpContext context, GuardDecision decision)
    {
        StatusHeaders.SetMode(context.Response.Headers, decision.View.Mode);
        if (decision.Reason is { } reason)
            return refusals.AnswerAsync(context, decision.View, reason);

        if (decision.Verdict == Verdict.Read && decision.View.Mode != SiteMode.Normal)
            traffic.ReadWhileClosed();
        context.Features.Set(decision);
        return next(context);
    }

    private GuardDecision Decide(HttpContext context)
    {
        RequestKind kind = reading.KindOf(context);
        GuardDecision decision = board.Decide(kind, context.Request.Method);
        // In normal mode a request goes where its plain reading says; the other readings are not needed then.
        bool isWrite = decision.View.Mode != SiteMode.Normal && kind != RequestKind.Write && reading.MayWrite(context);
        return isWrite ? board.Decide(RequestKind.Write, context.Request.Method) : decision;
    }

    /// <summary>It would be refused by its head; what its form says may make another thing of it.</summary>
    private async Task DecideWholeAsync(HttpContext context)
    {
        RequestKind kind = await reading.KindOfWholeAsync(context).ConfigureAwait(false);
        await GoOnAsync(context, board.Decide(kind, context.Request.Method)).ConfigureAwait(false);
    }
}
