using System.Collections.Immutable;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Core.Routing;

namespace ProxyGuard.Telling.Status;

/// <summary>
/// Everything that is said to members, in one place: JSON, status page, refusals and banner all tell it, stamped with the same revision.
/// No host names, no versions, no error texts.
/// </summary>
internal sealed record StatusDocument
{
    public required string Site { get; init; }

    public required SiteMode Mode { get; init; }

    /// <summary>Null when everything works.</summary>
    public required Cause? Cause { get; init; }

    /// <summary>What the web servers let members do, whatever the mode is.</summary>
    public SiteReach Reach { get; init; } = SiteReach.Full;

    /// <summary>Whether pages can be had. Null while nobody knows.</summary>
    public bool? CanRead => Mode == SiteMode.Maintenance || Reach == SiteReach.None ? false : Reach == SiteReach.Unknown ? null : true;

    /// <summary>Whether something new is accepted. Null while nobody knows.</summary>
    public bool? CanPost => Mode != SiteMode.Normal || Reach == SiteReach.ReadsOnly ? false : CanRead;

    /// <summary>What is wrong as far as anybody knows, whatever an operator has ordered. Null when nothing is.</summary>
    public Cause? Observed { get; init; }

    /// <summary>Since when that is so: the mode, or that web servers do not answer.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>The moment whose data pages show. Null when they are up to date, and when it is not known (<see cref="IsCurrent"/> tells which).</summary>
    public required DateTimeOffset? AsOf { get; init; }

    /// <summary>Whether pages show up-to-date data.</summary>
    public required bool IsCurrent { get; init; }

    /// <summary>Null when the site is not waiting for replicas.</summary>
    public required CatchUp? CatchUp { get; init; }

    /// <summary>The operator's words, by language; may be empty.</summary>
    public required ImmutableSortedDictionary<string, string> Message { get; init; }

    /// <summary>When the operator's hold ends by itself; null when there is none, or no end.</summary>
    public required DateTimeOffset? EndsAt { get; init; }

    /// <summary>Null when everything works.</summary>
    public required TimeSpan? RetryAfter { get; init; }

    /// <summary>Grows with every change of what is said.</summary>
    public required long Revision { get; init; }

    /// <summary>When this was true.</summary>
    public required DateTimeOffset At { get; init; }
}
