using System.Collections.Immutable;

namespace ProxyGuard.Core.Guarding;

/// <summary>What a hold does to the site.</summary>
public enum HoldMode
{
    ReadOnly,
    Maintenance,

    /// <summary>Writes are let through whatever the probes say: the operator knows better, and answers for it.</summary>
    Open,
}

/// <summary>An operator's decision that overrides the automatic mode, until it is released or ends.</summary>
public sealed record Hold
{
    public required HoldMode Mode { get; init; }

    /// <summary>For operators: why. "" when none was given.</summary>
    public required string Reason { get; init; }

    /// <summary>For members, by language ("de"). May be empty.</summary>
    public required ImmutableSortedDictionary<string, string> Message { get; init; }

    /// <summary>The name of the key that set it.</summary>
    public required string By { get; init; }

    /// <summary>Time of day, in UTC, when it was first set.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Time of day, in UTC, at which it releases itself. Null: it stays until it is released.</summary>
    public required DateTimeOffset? EndsAt { get; init; }

    /// <summary>Whether it no longer holds at <paramref name="utcNow"/>; the end itself is already over.</summary>
    public bool IsOverAt(DateTimeOffset utcNow) => EndsAt <= utcNow;
}
