using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Core.Routing;

namespace ProxyGuard.Deciding.Guarding;

/// <summary>
/// What one request goes by, from its first byte to its last: the view of its moment, the verdict, why, and where its pages come from. A
/// feature of the request. One is made for each view, and another only for a request with a route of its own.
/// </summary>
internal sealed class GuardDecision
{
    private GuardDecision(GuardView view, Verdict verdict, ReadRoute route) => (View, Verdict, Route) = (view, verdict, route);

    public GuardView View { get; }

    public Verdict Verdict { get; }

    /// <summary>Null when it is let through.</summary>
    public RefusalReason? Reason { get; private init; }

    /// <summary>Where a read's pages come from. Of no meaning for a write.</summary>
    public ReadRoute Route { get; }

    /// <summary>Whether it is the one write that may try if the primary still stalls.</summary>
    public bool IsTrial { get; private init; }

    /// <summary>The moment whose data a read's page shows, where that is known and not now; else null.</summary>
    public MonotonicInstant? AsOf => Verdict == Verdict.Read && !Route.IsCurrent ? Route.AsOf : null;

    public static GuardDecision Read(GuardView view) => new(view, Verdict.Read, view.Reads);

    public static GuardDecision Write(GuardView view) => new(view, Verdict.Write, view.Reads);

    public static GuardDecision Trial(GuardView view) => new(view, Verdict.Write, view.Reads) { IsTrial = true };

    public static GuardDecision Refuse(GuardView view, RefusalReason reason) => new(view, Verdict.Refuse, view.Reads) { Reason = reason };

    /// <summary>That of a request which the guard has let through.</summary>
    /// <exception cref="InvalidOperationException">It has none.</exception>
    public static GuardDecision Of(HttpContext context) =>
        context.Features.Get<GuardDecision>() ?? throw new InvalidOperationException("the request has no verdict");

    /// <summary>The same with another route; itself when it has that one.</summary>
    public GuardDecision Along(ReadRoute route) =>
        ReferenceEquals(route, Route) ? this : new GuardDecision(View, Verdict, route) { Reason = Reason, IsTrial = IsTrial };
}
