using ProxyGuard.Core.Replication;

namespace ProxyGuard.Core.Tests.Replication;

/// <summary>Readings that say something more, or something else.</summary>
internal static class Readings
{
    /// <summary>The same reading, changed.</summary>
    public static Func<MonotonicInstant, NodeReading> With(
        this Func<MonotonicInstant, NodeReading> reading, Func<NodeReading.Answered, NodeReading.Answered> change) =>
        askedAt => change((NodeReading.Answered)reading(askedAt));

    /// <summary>The same reading with something else to say of its first channel.</summary>
    public static Func<MonotonicInstant, NodeReading> Saying(
        this Func<MonotonicInstant, NodeReading> reading, Func<ReplicationStatus, ReplicationStatus> change) =>
        reading.With(answer => answer with { Channels = answer.Channels.SetItem(0, change(answer.Channels[0])) });
}
