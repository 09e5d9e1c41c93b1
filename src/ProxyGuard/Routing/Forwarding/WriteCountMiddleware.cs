using ProxyGuard.Core.Guarding;
using ProxyGuard.Deciding.Guarding;
using ProxyGuard.Routing.Requests;
using ProxyGuard.Telling.Refusals;
using Yarp.ReverseProxy.Forwarder;

namespace ProxyGuard.Routing.Forwarding;

/// <summary>
/// Counts the writes that are on their way to a web server, so that it is known after closing the site when the last of them has been
/// answered; and WebSockets, whose frames cannot be read. Other reads pass as if this were not here.
/// </summary>
internal sealed class WriteCountMiddleware(
    RequestDelegate next, GuardBoard board, RequestReading reading, Refusals refusals, InFlightWrites writes)
{
    public Task InvokeAsync(HttpContext context) =>
        GuardDecision.Of(context).Verdict == Verdict.Write || InFlightWrite.IsTunnelOf(context) ? CountAsync(context) : next(context);

    private async Task CountAsync(HttpContext context)
    {
        GuardDecision decision;
        RefusalReason why;
        CancellationToken member = context.RequestAborted;
        InFlightWrite write = writes.Begin(context);
        try
        {
            // Counted first, decided then: once the site is closed and the count has been zero, no write gets through any more.
            decision = DecideAgain(context, write);
            if (decision.Reason is { } refused)
            {
                why = refused;
            }
            else
            {
                context.RequestAborted = write.Ended;
                await next(context).ConfigureAwait(false);
                bool isAnswered = context.Response.HasStarted || context.Features.Get<IForwarderErrorFeature>() is null;
                if (!write.WasEnded || isAnswered || member.IsCancellationRequested)
                    return;
                // Of a tunnel that was not there yet nothing has arrived.
                why = write.IsTunnel ? RefusalReason.WriteRefused : RefusalReason.WriteInterrupted;
            }
        }
        finally
        {
            context.RequestAborted = member;
            writes.End(write);
        }

        await refusals.AnswerAsync(context, decision.View, why).ConfigureAwait(false);
    }

    private GuardDecision DecideAgain(HttpContext context, InFlightWrite write)
    {
        // A trial was let in because the site is closed; what ends it is another reason to be closed, or the reopening.
        if (GuardDecision.Of(context) is { IsTrial: true } trial && board.View.LetsTrialsIn)
            return trial;
        write.Kind = reading.KindOf(context);
        GuardDecision decision = board.Decide(write.Kind, context.Request.Method);
        context.Features.Set(decision);
        return decision;
    }
}
