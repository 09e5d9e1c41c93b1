using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Requests;
using ProxyGuard.Guarding;
using ProxyGuard.Probing;
using ProxyGuard.Public;
using ProxyGuard.WriteMarks;
using Yarp.ReverseProxy.Model;

namespace ProxyGuard.Forwarding;

/// <summary>First step of YARP's own pipeline: only what the verdict allows is left to choose from.</summary>
internal sealed class NarrowingMiddleware(
    RequestDelegate next, EligibleDestinations eligible, ReadYourWrites writes, PrimaryRoom room, GuardRules rules, Refusals refusals, GuardClock clock)
{
    public Task InvokeAsync(HttpContext context)
    {
        GuardDecision decision = DecisionOf(context);
        if (decision.Verdict != Verdict.Read)
            return ForwardAsync(context, decision, decision.View.Reads) ?? RefuseAsync(context, decision);

        ReadRoute route = rules.Reads.OwnWrites ? writes.RouteOf(context, decision.View, rules.Reads) : decision.View.Reads;
        return route.IsLimited ? AskPrimaryAsync(context, decision, route) : ReadAsync(context, decision, route);
    }

    /// <summary>Where this request's pages come from: the view's own route, unless it has one of its own.</summary>
    public static ReadRoute RouteOf(HttpContext context, GuardDecision decision) => context.Features.Get<ReadRoute>() ?? decision.View.Reads;

    public static GuardDecision DecisionOf(HttpContext context) => context.Features.Get<GuardDecision>() ?? throw new InvalidOperationException("the request has no verdict");

    private Task ReadAsync(HttpContext context, GuardDecision decision, ReadRoute route)
    {
        if (!ReferenceEquals(route, decision.View.Reads))
            context.Features.Set(route);
        if (!route.IsCurrent)
            Label(context, route);
        return ForwardAsync(context, decision, route) ?? RefuseAsync(context, decision);
    }

    private async Task AskPrimaryAsync(HttpContext context, GuardDecision decision, ReadRoute favour)
    {
        if (room.TryEnter())
        {
            try
            {
                context.Features.Set(favour);
                if (ForwardAsync(context, decision, favour) is { } forwarded)
                {
                    await forwarded.ConfigureAwait(false);
                    return;
                }
            }
            finally
            {
                room.Leave();
            }
        }

        await (favour.AboveLimit is { } other ? ReadAsync(context, decision, other) : RefuseAsync(context, decision)).ConfigureAwait(false);
    }

    /// <summary>Null when no destination may have it. One that is out is asked only when no other is left: it may be back, and nobody else could answer.</summary>
    private Task? ForwardAsync(HttpContext context, GuardDecision decision, ReadRoute route)
    {
        IReverseProxyFeature proxy = context.GetReverseProxyFeature();
        string cluster = proxy.Cluster.Config.ClusterId;
        Shares<DestinationState> shares = eligible.For(cluster, proxy.AvailableDestinations, decision, route);
        if (shares.All.Count == 0 && proxy.AvailableDestinations.Count < proxy.AllDestinations.Count)
            shares = eligible.For(cluster, proxy.AllDestinations, decision, route);
        if (shares.All.Count == 0)
            return null;

        proxy.AvailableDestinations = shares.For(Random.Shared.NextDouble());
        return next(context);
    }

    private Task RefuseAsync(HttpContext context, GuardDecision decision) => refusals.AnswerAsync(context, decision.View, RefusalReason.NoUpstream);

    private void Label(HttpContext context, ReadRoute reads)
    {
        if (reads.AsOf is { } asOf)
            context.Response.Headers[GuardMiddleware.AsOfHeader] = PublicNames.Of(clock.ToUtc(asOf));
    }
}
