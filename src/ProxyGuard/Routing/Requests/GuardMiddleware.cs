using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Requests;
using ProxyGuard.Deciding.Guarding;
using ProxyGuard.Routing.Rehearsal;
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
        bool refusesWrites = decision.View.Mode != SiteMode.Normal;
        if ((refusesWrites || reading.IsDryRun) && kind != RequestKind.Write && reading.MayWrite(context))
        {
            kind = RequestKind.Write;
            if (refusesWrites)
                decision = board.Decide(kind, context.Request.Method);
        }

        if (reading.IsDryRun && kind == RequestKind.Write)
            reading.NoteDryRun(context, Rehearsed.Write, decision.View);
        return decision;
    }
}
