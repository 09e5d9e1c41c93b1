using ProxyGuard.Core.Replication;
using ProxyGuard.Core.Routing;

namespace ProxyGuard.Core.Guarding;

/// <summary>A time in which writes are refused because of what the probes see.</summary>
/// <param name="Cause">Why, at this moment.</param>
/// <param name="Since">When it began.</param>
/// <param name="SawFault">Whether anything but ignorance was ever its cause; ignorance alone needs no quiet time to end.</param>
/// <param name="CalmSince">Since when everything is well again; null while it is not.</param>
public sealed record Incident(Cause Cause, MonotonicInstant Since, bool SawFault, MonotonicInstant? CalmSince)
{
    /// <summary>
    /// How far the catch-up was told to be, at the most, since the incident began; 0 to 100. Null before anything was told.
    /// </summary>
    public double? FarthestPercent { get; init; }
}

/// <summary>
/// Everything a request needs to know, in one immutable object that is replaced whole. Readers ask <see cref="AsOf"/> and never use a view
/// directly: one that stopped being renewed turns into its <see cref="WhenExpired"/> form by itself.
/// </summary>
public sealed record GuardView
{
    /// <summary>The tick that made it.</summary>
    public required MonotonicInstant At { get; init; }

    /// <summary>From this moment on the view is too old to be trusted.</summary>
    public required MonotonicInstant ExpiresAt { get; init; }

    public required FleetSnapshot Fleet { get; init; }

    /// <summary>What it was derived by. Who goes by the view goes by these, so that a request never meets half of a change.</summary>
    public required GuardRules Rules { get; init; }

    public required SiteMode Mode { get; init; }

    /// <summary>Null in normal mode.</summary>
    public required Cause? Cause { get; init; }

    /// <summary>Since when <see cref="Mode"/> is what it is.</summary>
    public required MonotonicInstant Since { get; init; }

    /// <summary>What the probes alone make of it, also while a hold overrides it. Null when they see nothing wrong.</summary>
    public required Incident? Incident { get; init; }

    public required Hold? Hold { get; init; }

    /// <summary>
    /// Why writes would stall as far as known, also while a hold says what happens to them; <see cref="Cause"/> itself where no
    /// hold is in force. Null when nothing is wrong, and in rehearsal, which changes nothing.
    /// </summary>
    public Cause? Observed { get; init; }

    /// <summary>Whether writes hang in the primary.</summary>
    public StallWatch Stalls { get; init; } = StallWatch.Start;

    /// <summary>What is written to the primary although no write is let through.</summary>
    public OutsideWritesWatch Outside { get; init; } = OutsideWritesWatch.Start;

    public required ReadRoute Reads { get; init; }

    /// <summary>How far the catch-up is. Null when the site is not waiting for replicas.</summary>
    public required CatchUp? CatchUp { get; init; }

    /// <summary>What a refused member is told to wait, without jitter.</summary>
    public required TimeSpan RetryAfter { get; init; }

    /// <summary>
    /// The same view after it was not renewed: writes are refused, reads go where they went, and nothing is called current.
    /// </summary>
    public GuardView? WhenExpired { get; init; }

    /// <summary>
    /// Whether a page has to say something: the site is not normal, what it shows is not current, or writes are let through although they
    /// may stall.
    /// </summary>
    public bool HasNews => Mode != SiteMode.Normal || !Reads.IsCurrent || Observed is not null;

    /// <summary>Whether one write now and then may try if the primary still stalls: nothing else would show that it does not.</summary>
    public bool LetsTrialsIn =>
        Hold is null && Mode == SiteMode.ReadOnly && Cause == Guarding.Cause.PrimaryStalled && Stalls.Stall is not null;

    /// <summary>
    /// Whether the primary is known to serve no member: it is silent, or its writes stall. Not while it is merely unknown, nor
    /// where an operator or a rehearsal keeps the site open: they answer for it.
    /// </summary>
    public bool IsPrimaryGone => Mode != SiteMode.Normal && (Fleet.Primary.Health == NodeHealth.Silent || Stalls.Stall is not null);

    /// <summary>What is true of this view at <paramref name="now"/>.</summary>
    public GuardView AsOf(MonotonicInstant now) => now < ExpiresAt ? this : WhenExpired ?? this;
}
