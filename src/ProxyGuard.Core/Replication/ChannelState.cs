using System.Collections.Immutable;

namespace ProxyGuard.Core.Replication;

/// <summary>
/// One source of a replica after the last reading: what the replica said of it, and what the content clock makes of that.
/// </summary>
public sealed record ChannelState
{
    public required ReplicationStatus Status { get; init; }

    /// <summary>The index in the fleet of the node it follows. Null when that is none of ours.</summary>
    public int? Source { get; init; }

    /// <summary>The moment of the primary whose data came through this channel. Null when unknown.</summary>
    public MonotonicInstant? ContentTime { get; init; }

    /// <summary>Whether <see cref="ContentTime"/> is the replica's own report, because the content clock could not answer.</summary>
    public bool IsEstimated { get; init; }

    /// <summary>Bytes of the source's binlog between the executed position and the source's head. Null when unknown.</summary>
    public long? QueueBytes { get; init; }

    /// <summary>How late the data is on purpose: this channel's SQL_Delay and that of every source above it.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Whether what the site writes comes this way: the source is the primary, or gets it from there.</summary>
    public bool LeadsToPrimary { get; init; }

    /// <summary>What is missing on the way from the primary through this channel, the links nearest to the primary first.</summary>
    public ImmutableArray<MissingEvidence> Missing { get; init; } = [];

    /// <summary>
    /// Whether the source has stopped applying and the replica has as good as all that it has: nothing more comes until the source is
    /// mended.
    /// </summary>
    public bool IsBelowStopped { get; init; }

    /// <summary>
    /// Whether the replica stands where its source has never been: the source's binlog was reset, or lost its end in a crash. Its positions
    /// then mean nothing.
    /// </summary>
    public bool IsAheadOfSource { get; init; }

    /// <summary>The same of a fleet whose nodes have other indexes.</summary>
    internal ChannelState Renumbered(int?[] indexes) => this with
    {
        Source = Source is { } source ? indexes[source] : null,
        Missing = MissingEvidence.Renumbered(Missing, indexes),
    };

    /// <summary>
    /// Of several channels the one that holds the data back counts: one that does not run, then one of unknown state, then the latest.
    /// </summary>
    internal static readonly Comparison<ChannelState> WorstFirst = (one, other) =>
    {
        int running = one.Status.IsRunning.CompareTo(other.Status.IsRunning);
        return running != 0 ? running : Nullable.Compare(one.ContentTime + one.Delay, other.ContentTime + other.Delay);
    };
}
