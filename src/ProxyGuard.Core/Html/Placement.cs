namespace ProxyGuard.Core.Html;

public enum PlacementKind
{
    Undecided,
    Insert,
    Refuse,
}

/// <summary>Where the tag goes, as far as the bytes seen so far tell. A decision stays.</summary>
/// <param name="Kind">What is known.</param>
/// <param name="Offset">
/// A number of bytes from the body's start. Undecided: all before it may be sent on, the rest must be held.
/// Insert: the tag goes exactly there, which may be before or at the end of what was seen. Refuse: without meaning.
/// </param>
/// <param name="Reason">Only for Refuse.</param>
public readonly record struct Placement(PlacementKind Kind, long Offset, SkipReason? Reason)
{
    public static Placement Undecided(long safe) => new(PlacementKind.Undecided, safe, null);

    public static Placement Insert(long at) => new(PlacementKind.Insert, at, null);

    public static Placement Refuse(SkipReason why) => new(PlacementKind.Refuse, 0, why);
}
