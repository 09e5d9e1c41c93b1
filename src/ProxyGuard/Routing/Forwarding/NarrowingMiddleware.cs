using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Routing;
using ProxyGuard.Deciding.Guarding;
using ProxyGuard.Ground.Time;
using ProxyGuard.Routing.WriteMarks;
using ProxyGuard.Telling.Refusals;
using ProxyGuard.Telling.Status;
using Yarp.ReverseProxy.Model;

namespace ProxyGuard.Routing.Forwarding;

/// <summary>First step of YARP's own pipeline: only what the verdict allows is left to choose from.</summary>
internal sealed class NarrowingMiddleware(
    RequestDelegate next, EligibleDestinations eligible, ReadYourWrites writes, PrimaryRoom room, GuardRules rules, Refusals refusals, GuardClock clock)
{
    public Task InvokeAsync(HttpContext context)
    {
        GuardDecision decision = DecisionOf(context);
        ReadRoute route = decision.Verdict == Verdict.Read && rules.Reads.OwnWrites ? writes.RouteOf(context, decision.View, rules.Reads) : decision.View.Reads;
        return decision.Verdict == Verdict.Read && route.IsLimited ? AskPrimaryAsync(context, decision, route) : ForwardAsync(context, decision, route);
    }

    /// <summary>Where this request's pages come from: the view's own route, unless it has one of its own.</summary>
    public static ReadRoute RouteOf(HttpContext context, GuardDecision decision) => context.Features.Get<ReadRoute>() ?? decision.View.Reads;

    /// <summary>From now on this read's pages come from there, and say so when they are not current.</summary>
    public static void Take(HttpContext context, GuardDecision decision, ReadRoute route, GuardClock clock)
    {
        if (!ReferenceEquals(route, RouteOf(context, decision)))
            context.Features.Set(route);
        if (route is { IsCurrent: false, AsOf: { } asOf })
            StatusHeaders.SetAsOf(context.Response.Headers, clock.ToUtc(asOf));
    }

    public static GuardDecision DecisionOf(HttpContext context) => context.Features.Get<GuardDecision>() ?? throw new InvalidOperationException("the request has no verdict");

    private async Task AskPrimaryAsync(HttpContext context, GuardDecision decision, ReadRoute favour)
    {
        using IDisposable? place = room.TryEnter(context);
        Task forwarded = place is not null ? ForwardAsync(context, decision, favour, favour.AboveLimit)
            : favour.AboveLimit is { } other ? ForwardAsync(context, decision, other)
            : RefuseAsync(context, decision);
        await forwarded.ConfigureAwait(false);
    }

    /// <summary>A web server that is out is asked only when no other is left: it may be back, and nobody else could answer.</summary>
    /// <param name="otherwise">When no web server may have it on this route.</param>
    private Task ForwardAsync(HttpContext context, GuardDecision decision, ReadRoute route, ReadRoute? otherwise = null)
    {
        IReverseProxyFeature proxy = context.GetReverseProxyFeature();
        IReadOnlyList<DestinationState> available = proxy.AvailableDestinations;
        IReadOnlyList<DestinationState> all = proxy.AllDestinations;
        return To(available) ?? (available.Count < all.Count ? To(all) : null) ?? RefuseAsync(context, decision);

        Task? To(IReadOnlyList<DestinationState> destinations) =>
            ForwardOrNull(context, decision, route, destinations) ?? ForwardOrNull(context, decision, otherwise, destinations);
    }

    /// <summary>Null when none of them may have it.</summary>
    private Task? ForwardOrNull(HttpContext context, GuardDecision decision, ReadRoute? route, IReadOnlyList<DestinationState> destinations)
    {
        IReverseProxyFeature proxy = context.GetReverseProxyFeature();
        if (route is null || eligible.For(proxy.Cluster.Config.ClusterId, destinations, decision, route) is not { All.Count: > 0 } shares)
            return null;

        if (decision.Verdict == Verdict.Read)
            Take(context, decision, route, clock);
        proxy.AvailableDestinations = shares.For(Random.Shared.NextDouble());
        return next(context);
    }

    private Task RefuseAsync(HttpContext context, GuardDecision decision) => refusals.AnswerAsync(context, decision.View, RefusalReason.NoUpstream);
}
