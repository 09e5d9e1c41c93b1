using System.Collections.Immutable;
using ProxyGuard.Core.Replication;
using ProxyGuard.Core.Requests;

namespace ProxyGuard.Core.Guarding;

/// <summary>Everything that was configured, checked, and never changed again.</summary>
public sealed record GuardRules
{
    public required SiteRules Site { get; init; }

    public required FleetRules Fleet { get; init; }

    public required ProbeRules Probe { get; init; }

    public required ReadOnlyRules ReadOnly { get; init; }

    public ReadRules Reads { get; init; } = new();

    public required RequestRules Requests { get; init; }
}

/// <param name="Name">What members call the site.</param>
/// <param name="Languages">Two-letter codes; the first is for those who ask for none of them. At least one.</param>
public sealed record SiteRules(string Name, ImmutableArray<string> Languages);

/// <summary>How often and how patiently the nodes are asked.</summary>
public sealed record ProbeRules
{
    public required TimeSpan Interval { get; init; }

    /// <summary>Deadline of one probe of one node; shorter than <see cref="Interval"/>, so that ticks never overlap.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>"database.table" in pt-heartbeat's format. Null: no second witness is asked.</summary>
    public string? HeartbeatTable { get; init; }

    /// <summary>How often the primary's head is sampled between two ticks: the content clock cannot be finer. Each sample costs as much as one of ten nodes' readings.</summary>
    public TimeSpan HeadEvery => Interval / 5;

    /// <summary>How soon a bad sign is checked again: the confirmation must fit into the second we promise.</summary>
    public TimeSpan ConfirmAfter { get; } = TimeSpan.FromMilliseconds(100);

    /// <summary>A view that was not renewed for this long is no longer believed: two missed ticks and some patience.</summary>
    public TimeSpan ViewExpiresAfter => Interval * 2 + Timeout;
}

/// <summary>When writes are refused, and when they are let through again.</summary>
public sealed record ReadOnlyRules
{
    /// <summary>Writes need at least this many fresh replicas that serve reads; at least 1, and at most as many as there are.</summary>
    public required int MinFreshReplicas { get; init; }

    /// <summary>Whether writes go on to the primary while another node accepts writes and is followed, as in a fleet that is meant to have two.</summary>
    public bool AllowTwoPrimaries { get; init; }

    /// <summary>
    /// How long a WebSocket may go on after the site was closed to what it is: in maintenance each, while read-only those that a rule calls
    /// a write. Zero: not at all.
    /// </summary>
    public TimeSpan EndWebSocketsAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a write that is under way may go on after the site was closed. Null: until it is done.</summary>
    public TimeSpan? EndWritesAfter { get; init; }

    /// <summary>The quiet time: everything must have been well for this long before writes are let through again.</summary>
    public required TimeSpan ReopenAfter { get; init; }
}

/// <summary>Where reads go while no replica is fresh.</summary>
public enum AllBehindPolicy
{
    /// <summary>To the freshest replicas, with a label that says how old their pages are.</summary>
    ServeStale,

    /// <summary>To the primary's web servers, as long as those have room.</summary>
    ReadFromPrimary,
}

/// <summary>How reads are spread. The defaults are what the configuration has without a word.</summary>
public sealed record ReadRules
{
    public AllBehindPolicy AllBehind { get; init; }

    /// <summary>
    /// Most reads at once that the primary gets as a favour: those of members whose own write no replica shows yet, and under
    /// <see cref="AllBehindPolicy.ReadFromPrimary"/>. At least 0. Without a measure of what the primary can bear: what two busy web servers would ask.
    /// </summary>
    public int PrimaryLimit { get; init; } = 32;

    /// <summary>
    /// Whether one more read fits in. One address may go on while half of the room is free, and has its quarter always: a stranger cannot take it all, and a site whose
    /// members all come from one address keeps half.
    /// </summary>
    /// <param name="taken">Reads that the primary has as a favour, with this one.</param>
    /// <param name="ofAddress">Those of the same address, with this one; null where an address says nothing about who asks.</param>
    public bool HasRoomFor(int taken, int? ofAddress) =>
        taken <= PrimaryLimit && (ofAddress is not { } own || own <= Math.Max(1, PrimaryLimit / 4) || taken <= Math.Max(1, PrimaryLimit / 2));

    /// <summary>Whether those above the limit are refused; else they get the freshest replica's page, with its label.</summary>
    public bool RefuseAboveLimit { get; init; }

    /// <summary>Whether members read only where their own writes are shown.</summary>
    public bool OwnWrites { get; init; } = true;

    /// <summary>How long a replica that came back takes until it has its whole share of the reads; its caches are cold. Zero: none.</summary>
    public TimeSpan RampUp { get; init; } = TimeSpan.FromSeconds(20);
}
