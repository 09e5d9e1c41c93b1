using Microsoft.AspNetCore.Http.Features;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Routing;
using ProxyGuard.Deciding.Guarding;
using ProxyGuard.Seeing.Upstreams;
using ProxyGuard.Telling.Refusals;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace ProxyGuard.Routing.Forwarding;

/// <summary>
/// One attempt to forward a request, and what follows when it fails: the web server is taken out, a GET or HEAD without a body is tried
/// once more elsewhere, and who still has no answer gets an honest page. Nothing else is ever sent twice, and nothing after the first byte
/// of an answer.
/// </summary>
internal sealed class RetryMiddleware(
    RequestDelegate next, EligibleDestinations eligible, UpstreamFailures failures, RetryBudget budget, Refusals refusals)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (GuardDecision.Of(context).Verdict == Verdict.Write && !IsTooLarge(context)
            && !await refusals.KeepAsync(context).ConfigureAwait(false))
            return;
        await next(context).ConfigureAwait(false);
        budget.Save();
        IForwarderErrorFeature? error = Outcome(context);
        if (error is not null && CanBeAnswered(context) && GoElsewhere(context, error.Error))
        {
            await next(context).ConfigureAwait(false);
            error = Outcome(context);
        }

        if (error is not null && CanBeAnswered(context) && IsOfTheUpstream(error.Error))
            await refusals.AnswerAsync(context, GuardDecision.Of(context).View, ReasonOf(context, error)).ConfigureAwait(false);
    }

    /// <summary>Null when it was answered.</summary>
    private IForwarderErrorFeature? Outcome(HttpContext context)
    {
        IForwarderErrorFeature? error = context.Features.Get<IForwarderErrorFeature>();
        IReverseProxyFeature proxy = context.GetReverseProxyFeature();
        if (error is null)
            failures.Answered(context);
        else if (proxy.ProxiedDestination is { } failed)
            failures.Failed(context, proxy.Route.Cluster!, failed, error);
        return error;
    }

    /// <summary>Whether it says itself that it is larger than its route allows: YARP refuses it, and it need not begin for that.</summary>
    private static bool IsTooLarge(HttpContext context) =>
        context.GetReverseProxyFeature().Route.Config.MaxRequestBodySize is { } most && most >= 0 && context.Request.ContentLength > most;

    private static bool CanBeAnswered(HttpContext context) =>
        !context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested;

    /// <summary>Whether it may be tried once more, and there is somewhere else: then that is where it goes next.</summary>
    private bool GoElsewhere(HttpContext context, ForwarderError error)
    {
        IReverseProxyFeature proxy = context.GetReverseProxyFeature();
        if (!CanBeRepeated(context, error) || Others(context, proxy) is not { } others || !budget.TrySpend())
            return false;
        context.Features.Set(others.Decision);
        context.Features.Set<IForwarderErrorFeature>(null);
        context.Response.StatusCode = StatusCodes.Status200OK;
        proxy.AvailableDestinations = others.Destinations;
        proxy.ProxiedDestination = null;
        return true;
    }

    /// <summary>Whether the web server failed, and not the member's own connection.</summary>
    private static bool IsOfTheUpstream(ForwarderError error) => error is
        ForwarderError.Request or ForwarderError.RequestCreation or ForwarderError.RequestTimedOut or ForwarderError.RequestBodyDestination
        or ForwarderError.NoAvailableDestinations or ForwarderError.ResponseHeaders or ForwarderError.ResponseBodyDestination
        or ForwarderError.UpgradeActivityTimeout;

    private static bool CanBeRepeated(HttpContext context, ForwarderError error) =>
        error == ForwarderError.Request
        && (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
        && GuardDecision.Of(context).Verdict == Verdict.Read
        && context.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: true };

    /// <summary>
    /// Those that may have the request beside the one that failed: on its own route, else where those go who find no room there. Null when
    /// there are none.
    /// </summary>
    private (GuardDecision Decision, IReadOnlyList<DestinationState> Destinations)? Others(HttpContext context, IReverseProxyFeature proxy)
    {
        DestinationState? failed = proxy.ProxiedDestination;
        DestinationState[] left =
            [.. proxy.Route.Cluster!.DestinationsState.AvailableDestinations.Where(destination => destination != failed)];
        GuardDecision decision = GuardDecision.Of(context);
        return On(decision) ?? (decision.Route.AboveLimit is { } otherwise ? On(decision.Along(otherwise)) : null);

        (GuardDecision, IReadOnlyList<DestinationState>)? On(GuardDecision other) =>
            eligible.For(proxy.Cluster.Config.ClusterId, left, other).All is { Count: > 0 } others ? (other, others) : null;
    }

    private static RefusalReason ReasonOf(HttpContext context, IForwarderErrorFeature error) =>
        GuardDecision.Of(context).Verdict == Verdict.Write && !IsUnsent(error) ? RefusalReason.WriteInterrupted : RefusalReason.NoUpstream;

    /// <summary>There was never a connection to send it over.</summary>
    private static bool IsUnsent(IForwarderErrorFeature error) =>
        error.Exception is HttpRequestException { HttpRequestError: var what } && WebServerQuestion.IsRefusal(what);
}
