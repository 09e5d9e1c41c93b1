using Microsoft.AspNetCore.Http.Features;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Requests;
using ProxyGuard.Deciding.Guarding;
using ProxyGuard.Ground.Telemetry;
using ProxyGuard.Routing.Rehearsal;
using ProxyGuard.Telling.Public;
using ProxyGuard.Telling.Refusals;
using ProxyGuard.Telling.Status;

namespace ProxyGuard.Routing.Requests;

/// <summary>
/// Every request of a member passes here first: own pages are answered, everything else gets its verdict. No lock, no wait and no allocation of ours on the way
/// of a request that is let through.
/// </summary>
internal sealed class GuardMiddleware(RequestDelegate next, GuardBoard board, GuardRules rules, ReservedPrefix prefix, PublicPages pages, Refusals refusals, RehearsalLog rehearsal, GuardMetrics metrics, TrafficCounts traffic)
{
    public Task InvokeAsync(HttpContext context)
    {
        ReadOnlySpan<char> path = RawPath.Of(context.Features.Get<IHttpRequestFeature>()!.RawTarget);
        switch (prefix.Compare(path))
        {
            case PrefixMatch.Own:
                StatusHeaders.SetMode(context.Response.Headers, board.View.Mode);
                return pages.AnswerAsync(context, prefix.Rest(path).ToString());
            case PrefixMatch.OtherSpelling:
                metrics.PathConfused();
                StatusHeaders.SetMode(context.Response.Headers, board.View.Mode);
                context.Response.StatusCode = StatusCodes.Status400BadRequest;
                return Task.CompletedTask;
            case PrefixMatch.None:
            default:
                break;
        }

        RequestKind kind = RequestReading.KindOf(context, rules.Requests, path);
        GuardDecision decision = board.Decide(kind, context.Request.Method);
        // In normal mode a request goes where its plain reading says; nobody asks for the others then.
        bool refusesWrites = decision.View.Mode != SiteMode.Normal;
        if ((refusesWrites || rules.Requests.Rehearses) && kind != RequestKind.Write && RequestReading.MayWrite(context, rules.Requests, path))
        {
            kind = RequestKind.Write;
            if (refusesWrites)
                decision = board.Decide(kind, context.Request.Method);
        }

        if (rules.Requests.Rehearses && kind == RequestKind.Write)
            rehearsal.Add(Rehearsed.Write, context.Request.Method, path, decision.View.Incident is not null);
        StatusHeaders.SetMode(context.Response.Headers, decision.View.Mode);
        if (decision.Verdict == Verdict.Refuse)
            return refusals.AnswerAsync(context, decision.View);

        if (decision.Verdict == Verdict.Read && decision.View.Mode != SiteMode.Normal)
            traffic.ReadWhileClosed();
        context.Features.Set(decision);
        return next(context);
    }
}
