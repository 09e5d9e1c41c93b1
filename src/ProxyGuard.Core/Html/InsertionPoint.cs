namespace ProxyGuard.Core.Html;

public enum InsertionPointKind
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
public readonly record struct InsertionPoint(InsertionPointKind Kind, long Offset, SkipReason? Reason)
{
    public static InsertionPoint Undecided(long safe) => new(InsertionPointKind.Undecided, safe, null);

    public static InsertionPoint Insert(long at) => new(InsertionPointKind.Insert, at, null);

    public static InsertionPoint Refuse(SkipReason why) => new(InsertionPointKind.Refuse, 0, why);
}
