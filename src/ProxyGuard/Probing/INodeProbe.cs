using ProxyGuard.Core.Replication;

namespace ProxyGuard.Probing;

/// <summary>Asks one node how it is. Never throws for what a node does or does not do: that is a reading. One question at a time.</summary>
internal interface INodeProbe : IAsyncDisposable
{
    /// <summary>Answers within the probe's own deadline; throws only when <paramref name="stop"/> is cancelled.</summary>
    Task<NodeReading> ReadAsync(Moment askedAt, CancellationToken stop);

    /// <summary>
    /// Only the head, over the connection of the last reading. Null when anything goes wrong, when the node writes no binlog, and before the first reading;
    /// throws only when <paramref name="stop"/> is cancelled.
    /// </summary>
    ValueTask<BinlogHead?> HeadAsync(CancellationToken stop);
}

/// <summary>Makes the probe of one node; its connection string is the one at the same place in the settings.</summary>
internal delegate INodeProbe NodeProbeFactory(NodeRules node, string connection);
