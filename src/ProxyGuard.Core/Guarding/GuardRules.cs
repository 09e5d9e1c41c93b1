using System.Collections.Immutable;
using ProxyGuard.Core.Replication;
using ProxyGuard.Core.Requests;
using ProxyGuard.Core.Routing;

namespace ProxyGuard.Core.Guarding;

/// <summary>Everything that was configured, checked and unchangeable: another configuration is another one of these.</summary>
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

    /// <summary>
    /// How often the primary's head is sampled between two ticks: the content clock cannot be finer. Each sample costs as much as one of
    /// ten nodes' readings.
    /// </summary>
    public TimeSpan HeadInterval => Interval / 5;

    /// <summary>How soon a bad sign is checked again: the confirmation must fit into the second we promise.</summary>
    public TimeSpan ConfirmAfter { get; } = TimeSpan.FromMilliseconds(100);

    /// <summary>A view that was not renewed for this long is no longer trusted: two missed ticks and some patience.</summary>
    public TimeSpan ViewExpiresAfter => Interval * 2 + Timeout;
}

/// <summary>When writes are refused, and when they are let through again.</summary>
public sealed record ReadOnlyRules
{
    /// <summary>Writes need at least this many fresh replicas that serve reads; at least 1, and at most as many as there are.</summary>
    public required int MinFreshReplicas { get; init; }

    /// <summary>
    /// Whether writes go on to the primary while another node accepts writes and is followed, as in a fleet that is meant to have two.
    /// </summary>
    public bool AllowTwoPrimaries { get; init; }

    /// <summary>
    /// How long a WebSocket may go on after the site was closed to what it is: in maintenance each, while read-only those that a rule calls
    /// a write. Zero: not at all.
    /// </summary>
    public TimeSpan EndWebSocketsAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long an in-flight write may go on after the site was closed. Null: until it is done.</summary>
    public TimeSpan? EndWritesAfter { get; init; }

    /// <summary>The quiet time: everything must have been well for this long before writes are let through again.</summary>
    public required TimeSpan ReopenAfter { get; init; }
}
