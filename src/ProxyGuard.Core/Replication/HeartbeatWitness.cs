using System.Buffers;

namespace ProxyGuard.Core.Replication;

/// <summary>
/// What a heartbeat table says, as a second witness beside the content clock. The replica's row is compared with the primary's, never with
/// our own clock: so neither clocks that differ nor a site that may not be written to look like lag.
/// </summary>
public sealed record HeartbeatWitness
{
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$");

    /// <summary>
    /// pt-heartbeat writes once a second and both rows are read at different instants; further apart than this they disagree.
    /// </summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(3);

    /// <summary>The newest heartbeat of the primary that the node holds, by the primary's own clock.</summary>
    public required DateTime Newest { get; init; }

    /// <summary>When a reading first showed <see cref="Newest"/>; only kept for the primary.</summary>
    public required MonotonicInstant SeenFirst { get; init; }

    /// <summary>
    /// How much later the replica is than its primary, by their heartbeats. Null for the primary, and while no heartbeats are written.
    /// </summary>
    public TimeSpan? Lag { get; init; }

    /// <summary>
    /// Whether the heartbeat and the content clock say different things: lag by heartbeat minus lag by positions, beyond the tolerance.
    /// Null when they agree.
    /// </summary>
    public TimeSpan? Disagreement { get; init; }

    /// <summary>Whether it is "database.table", each of letters, digits, _ and $ and at most 64 long: it goes into a statement.</summary>
    public static bool IsTable(string text)
    {
        string[] parts = text.Split('.');
        return parts.Length == 2 && parts.All(part => part.Length is > 0 and <= 64 && part.AsSpan().IndexOfAnyExcept(NameCharacters) < 0);
    }

    /// <summary>What the primary's own row says. Null when it has none.</summary>
    internal static HeartbeatWitness? After(HeartbeatWitness? before, NodeReading.Answered answer)
    {
        if (NewestOf(answer, answer.Server.Id) is not { } newest)
            return null;
        return before?.Newest == newest ? before : new HeartbeatWitness { Newest = newest, SeenFirst = answer.AskedAt };
    }

    /// <summary>What a replica's row says, held against the primary's of the same tick. Null without either of them.</summary>
    internal static HeartbeatWitness? Of(NodeReading.Answered replica, NodeReading.Answered? primary, HeartbeatWitness? primaryBefore)
    {
        if (primary is null || NewestOf(primary, primary.Server.Id) is not { } head
            || NewestOf(replica, primary.Server.Id) is not { } shown)
            return null;
        // A heartbeat that is not written any more says nothing about lag.
        bool isWritten = primaryBefore is null || primaryBefore.Newest != head || primary.AskedAt - primaryBefore.SeenFirst < Tolerance;
        return new HeartbeatWitness { Newest = shown, SeenFirst = replica.AskedAt, Lag = isWritten && head >= shown ? head - shown : null };
    }

    /// <summary>Held against what the positions say. Nothing to compare is no disagreement.</summary>
    internal HeartbeatWitness Against(MonotonicInstant? content, MonotonicInstant askedAt)
    {
        TimeSpan? difference = content is { } known ? Lag - (askedAt - known) : null;
        return this with { Disagreement = difference?.Duration() > Tolerance ? difference : null };
    }

    private static DateTime? NewestOf(NodeReading.Answered answer, long server)
    {
        foreach (HeartbeatRow row in answer.Heartbeats)
        {
            if (row.ServerId == server)
                return row.WrittenAt;
        }

        return null;
    }
}
