using System.Collections.Immutable;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Core.Routing;
using ProxyGuard.Ground.Time;

namespace ProxyGuard.Telling.Status;

/// <summary>
/// What is known of the site, once: status.json, banner, status page, refusal and maintenance page, problem+json, doctor and the management
/// API all tell this, and nothing else about mode, cause, times and catch-up. No host names, no versions, no error texts.
/// </summary>
internal sealed record StatusDocument
{
    public required string Site { get; init; }

    public required SiteMode Mode { get; init; }

    /// <summary>Null when everything works.</summary>
    public required Cause? Cause { get; init; }

    /// <summary>What the web servers let members do, whatever the mode is.</summary>
    public SiteReach Reach { get; init; } = SiteReach.Full;

    /// <summary>Whether pages can be had. Null while unknown.</summary>
    public bool? CanRead => Mode == SiteMode.Maintenance || Reach == SiteReach.None ? false : Reach == SiteReach.Unknown ? null : true;

    /// <summary>Whether something new is accepted. Null while unknown.</summary>
    public bool? CanPost => Mode != SiteMode.Normal || Reach == SiteReach.ReadsOnly ? false : CanRead;

    /// <summary>What is wrong as far as known, whatever an operator has ordered. Null when nothing is.</summary>
    public Cause? Observed { get; init; }

    /// <summary>Since when that is so: the mode, or that web servers do not answer. Null where that began before it was observed.</summary>
    public required DateTimeOffset? Since { get; init; }

    /// <summary>
    /// The moment whose data pages show. Null when they are up to date, and when it is not known (<see cref="IsCurrent"/> tells which).
    /// </summary>
    public required DateTimeOffset? AsOf { get; init; }

    /// <summary>Whether pages show up-to-date data.</summary>
    public required bool IsCurrent { get; init; }

    /// <summary>The same with what is not known. Null: pages may be old, and how old is unknown.</summary>
    public bool? Currency => IsCurrent ? true : AsOf is null ? null : false;

    /// <summary>Null when the site is not waiting for replicas.</summary>
    public required CatchUp? CatchUp { get; init; }

    /// <summary>The operator's words, by language; may be empty.</summary>
    public required ImmutableSortedDictionary<string, string> Message { get; init; }

    /// <summary>When the operator's hold ends by itself; null when there is none, or no end.</summary>
    public required DateTimeOffset? EndsAt { get; init; }

    /// <summary>The same while it is still to come: an end that has passed promises nothing.</summary>
    public DateTimeOffset? End => EndsAt is { } end && end > At ? end : null;

    /// <summary>Null when everything works.</summary>
    public required TimeSpan? RetryAfter { get; init; }

    /// <summary>Grows with every change of what members are told; 0 where members are not told.</summary>
    public required long Revision { get; init; }

    /// <summary>When this was true.</summary>
    public required DateTimeOffset At { get; init; }

    /// <param name="view">As of now.</param>
    public static StatusDocument Of(string site, GuardView view, WebServersSeen web, GuardClock clock)
    {
        DateTimeOffset utcNow = clock.UtcNow;
        Cause? cause = web.CauseOf(view.Mode, view.Cause);
        DateTimeOffset? endsAt = view.Mode == SiteMode.Normal ? null : view.Hold?.EndsAt;
        return new StatusDocument
        {
            Site = site,
            Mode = view.Mode,
            Cause = cause,
            Observed = view.Observed,
            Reach = web.Reach,
            Since = Earlier(clock.ToUtc(web.SinceOf(view)), cause == Core.Guarding.Cause.Operator ? view.Hold?.Since : null),
            AsOf = !view.Reads.IsCurrent && view.Reads.AsOf is { } asOf ? clock.ToUtc(asOf) : null,
            IsCurrent = view.Reads.IsCurrent,
            CatchUp = view.CatchUp,
            Message = view.Hold?.Message ?? ImmutableSortedDictionary<string, string>.Empty,
            EndsAt = endsAt,
            RetryAfter = (view.Mode, endsAt) switch
            {
                (SiteMode.Normal, _) => web.IsNews ? RetryAdvice.WebServers : null,
                (_, { } end) => RetryAdvice.Until(end, utcNow),
                (_, null) => view.RetryAfter,
            },
            Revision = 0,
            At = utcNow,
        };
    }

    // After a restart the hold is older than the view.
    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset? other) => other < one ? other.Value : one;
}
