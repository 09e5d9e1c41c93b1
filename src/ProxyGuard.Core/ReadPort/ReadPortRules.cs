namespace ProxyGuard.Core.ReadPort;

/// <summary>
/// How many connections the read port carries, and how long those may go on whose node reads must no longer be served from.
/// </summary>
public sealed record ReadPortRules
{
    /// <summary>At once; at least 1. A client above it is told "Too many connections", as by MySQL.</summary>
    public required int MaxConnections { get; init; }

    /// <summary>From then on such a connection ends as soon as it is idle.</summary>
    public required TimeSpan DrainAfter { get; init; }

    /// <summary>From then on it ends whatever it carries; not below <see cref="DrainAfter"/>.</summary>
    public required TimeSpan EndAfter { get; init; }

    /// <summary>Whether a connection ends now.</summary>
    /// <param name="left">How long its node has not been one to read from; null while it is.</param>
    /// <param name="halfClosed">Whether one side has said that it sends nothing more.</param>
    /// <param name="quiet">How long neither side has sent anything.</param>
    public bool Ends(Conversation talk, TimeSpan? left, bool halfClosed, TimeSpan quiet)
    {
        ArgumentNullException.ThrowIfNull(talk);
        // The other side need not notice by itself: a frozen server, a pool that never looks.
        if (halfClosed && quiet >= EndAfter)
            return true;
        return left >= EndAfter || (left >= DrainAfter && talk.IsIdle && quiet >= talk.QuietUntilIdle);
    }
}
