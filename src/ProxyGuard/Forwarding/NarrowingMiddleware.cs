using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Requests;
using ProxyGuard.Guarding;
using ProxyGuard.Probing;
using ProxyGuard.Public;
using Yarp.ReverseProxy.Model;

namespace ProxyGuard.Forwarding;

/// <summary>First step of YARP's own pipeline: only what the verdict allows is left to choose from.</summary>
internal sealed class NarrowingMiddleware(RequestDelegate next, EligibleDestinations eligible, Refusals refusals, GuardClock clock)
{
    public Task InvokeAsync(HttpContext context)
    {
        GuardDecision decision = context.Features.Get<GuardDecision>() ?? throw new InvalidOperationException("the request has no verdict");
        IReverseProxyFeature proxy = context.GetReverseProxyFeature();
        IReadOnlyList<DestinationState> destinations = eligible.For(proxy.Cluster.Config.ClusterId, proxy.AvailableDestinations, decision);
        if (destinations.Count == 0)
            return refusals.AnswerAsync(context, decision.View, RefusalReason.NoUpstream);

        proxy.AvailableDestinations = destinations;
        if (decision.Verdict == Verdict.Read && !decision.View.Reads.IsCurrent)
            Label(context, decision.View.Reads);
        return next(context);
    }

    private void Label(HttpContext context, ReadRoute reads)
    {
        if (reads.AsOf is { } asOf)
            context.Response.Headers[GuardMiddleware.AsOfHeader] = PublicNames.Of(clock.ToUtc(asOf));
    }
}
