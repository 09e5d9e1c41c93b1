using ProxyGuard.Core.Replication;

namespace ProxyGuard.Seeing.Probing;

/// <summary>Asks one node how it is. Never throws for what a node does or does not do: that is a reading. One question at a time.</summary>
internal interface INodeProbe : IAsyncDisposable
{
    /// <summary>
    /// Whether the next reading also says what the server works on: <see cref="NodeReading.Answered.Activity"/>. It goes back to false with
    /// each reading.
    /// </summary>
    bool AsksForActivity { set; }

    /// <summary>Answers within the probe's own deadline; throws only when <paramref name="stop"/> is cancelled.</summary>
    Task<NodeReading> ReadAsync(MonotonicInstant askedAt, CancellationToken stop);

    /// <summary>
    /// Asks for the head alone, over the connection of the last reading, and waits for nothing: what is answered is in the next reading.
    /// Does nothing before the first reading and while the last such question is still open.
    /// </summary>
    void SampleHead(MonotonicInstant askedAt);
}

/// <summary>Makes the probe of one node; its connection string is the one at the same index in the settings.</summary>
internal delegate INodeProbe NodeProbeFactory(NodeRules node, string connection);
