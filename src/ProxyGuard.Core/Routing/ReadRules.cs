namespace ProxyGuard.Core.Routing;

/// <summary>How reads are spread. The defaults are what the configuration has without a word.</summary>
public sealed record ReadRules
{
    public AllBehindPolicy AllBehind { get; init; }

    /// <summary>
    /// Most reads at once that the primary gets as a favour: those of members whose own write no replica shows yet, and under
    /// <see cref="AllBehindPolicy.ReadFromPrimary"/>. At least 0. Without a measure of what the primary can bear: what two busy web servers
    /// would ask.
    /// </summary>
    public int MaxPrimaryReads { get; init; } = 32;

    /// <summary>
    /// Whether one more read fits in. One address may go on while half of the room is free, and has its quarter always: a stranger cannot
    /// take it all, and a site whose members all come from one address keeps half.
    /// </summary>
    /// <param name="taken">Reads that the primary has as a favour, with this one.</param>
    /// <param name="ofAddress">Those of the same address, with this one; null where an address says nothing about the client.</param>
    public bool HasRoomFor(int taken, int? ofAddress) =>
        taken <= MaxPrimaryReads
            && (ofAddress is not { } own || own <= Math.Max(1, MaxPrimaryReads / 4) || taken <= Math.Max(1, MaxPrimaryReads / 2));

    /// <summary>Whether those above the limit are refused; else they get the freshest replica's page, with its label.</summary>
    public bool RefuseAboveLimit { get; init; }

    /// <summary>Whether members read only where their own writes are shown.</summary>
    public bool ReadYourWrites { get; init; } = true;

    /// <summary>
    /// How long a replica that came back takes until it has its whole share of the reads; its caches are cold. Zero: none.
    /// </summary>
    public TimeSpan RampUp { get; init; } = TimeSpan.FromSeconds(20);
}
