using ProxyGuard.Core.Guarding;
using ProxyGuard.Deciding.Guarding;
using ProxyGuard.Routing.WriteMarks;
using ProxyGuard.Telling.Refusals;
using Yarp.ReverseProxy.Model;

namespace ProxyGuard.Routing.Forwarding;

/// <summary>First step of YARP's own pipeline: only what the verdict allows is left to choose from.</summary>
internal sealed class DestinationFilterMiddleware(
    RequestDelegate next, EligibleDestinations eligible, ReadYourWrites writes, PrimaryReadLimiter limiter, Refusals refusals)
{
    public Task InvokeAsync(HttpContext context)
    {
        GuardDecision decision = GuardDecision.Of(context);
        if (decision.Verdict == Verdict.Read)
            decision = decision.Along(writes.RouteOf(context, decision.View));
        return decision.Verdict == Verdict.Read && decision.Route.IsLimited
            ? AskPrimaryAsync(context, decision)
            : ForwardAsync(context, decision);
    }

    private async Task AskPrimaryAsync(HttpContext context, GuardDecision toPrimary)
    {
        using IDisposable? lease = limiter.TryAcquire(context);
        GuardDecision? other = toPrimary.Route.AboveLimit is { } above ? toPrimary.Along(above) : null;
        Task forwarded = lease is not null ? ForwardAsync(context, toPrimary, other)
            : other is not null ? ForwardAsync(context, other)
            : RefuseAsync(context, toPrimary);
        await forwarded.ConfigureAwait(false);
    }

    /// <summary>A web server that is out is asked only when no other is left: it may be back, and no other could answer.</summary>
    /// <param name="otherwise">When no web server may have it on this route.</param>
    private Task ForwardAsync(HttpContext context, GuardDecision decision, GuardDecision? otherwise = null)
    {
        IReverseProxyFeature proxy = context.GetReverseProxyFeature();
        IReadOnlyList<DestinationState> available = proxy.AvailableDestinations;
        IReadOnlyList<DestinationState> all = proxy.AllDestinations;
        return To(available) ?? (available.Count < all.Count ? To(all) : null) ?? RefuseAsync(context, decision);

        Task? To(IReadOnlyList<DestinationState> destinations) =>
            ForwardOrNull(context, decision, destinations) ?? (otherwise is null ? null : ForwardOrNull(context, otherwise, destinations));
    }

    /// <summary>Null when none of them may have it.</summary>
    private Task? ForwardOrNull(HttpContext context, GuardDecision decision, IReadOnlyList<DestinationState> destinations)
    {
        IReverseProxyFeature proxy = context.GetReverseProxyFeature();
        if (eligible.For(proxy.Cluster.Config.ClusterId, destinations, decision) is not { All.Count: > 0 } shares)
            return null;

        context.Features.Set(decision);
        proxy.AvailableDestinations = shares.For(Random.Shared.NextDouble());
        return next(context);
    }

    private Task RefuseAsync(HttpContext context, GuardDecision decision) =>
        refusals.AnswerAsync(context, decision.View, RefusalReason.NoUpstream);
}
