using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Ground.Telemetry;
using ProxyGuard.Seeing.Probing;

namespace ProxyGuard.Routing.ReadPort;

/// <summary>
/// Number of connections of the read port to each node, by the node's index in the fleet. Lock-free: readers get what was true a moment
/// ago.
/// </summary>
internal sealed class ReadPortNodes(GuardRules rules, NodeRefusals refusals, ILogger<ReadPortNodes> log) : IMetricSource
{
    private readonly int[] _open = new int[rules.Fleet.Nodes.Length];
    private readonly bool[] _isMissed = new bool[rules.Fleet.Nodes.Length];
    private long _carried;
    private long _passedOver;
    private long _refused;

    /// <summary>What nodes told us instead of a greeting.</summary>
    public NodeRefusals Refusals => refusals;

    /// <summary>The nodes that have at least one; also one that is just being connected to.</summary>
    public NodeSet Open
    {
        get
        {
            NodeSet open = NodeSet.None;
            for (int node = 0; node < _open.Length; node++)
            {
                if (CountOf(node) > 0)
                    open = open.With(node);
            }

            return open;
        }
    }

    /// <summary>Connections that reached a node, since the start.</summary>
    public long Carried => Interlocked.Read(ref _carried);

    /// <summary>How often a node did not take a connection, which then went to the next.</summary>
    public long PassedOver => Interlocked.Read(ref _passedOver);

    /// <summary>Connections that were told an error of ours.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    public IEnumerable<MetricFamily> Families =>
    [
        MetricFamily.Gauge("proxyguard_read_port_connections", "open connections from the read port to the node",
            rules.Fleet.Nodes.Select((node, index) => MetricFamily.Sample(CountOf(index), ("node", node.Name)))),
        MetricFamily.Counter("proxyguard_read_port_carried_total", "connections of the read port that reached a node", Carried),
        MetricFamily.Counter(
            "proxyguard_read_port_passed_over_total", "times a node did not take a connection of the read port", PassedOver),
        MetricFamily.Counter("proxyguard_read_port_refused_total", "connections that the read port answered with an error", Refused),
    ];

    public int CountOf(int node) => Volatile.Read(ref _open[node]);

    /// <summary>Whether there was room. Before the connection is made, so that there is never one that is not counted.</summary>
    /// <param name="most">So many it may have, with this one.</param>
    public bool TryAcquire(int node, int most)
    {
        if (Interlocked.Increment(ref _open[node]) <= most)
            return true;
        Release(node);
        return false;
    }

    public void Release(int node) => Interlocked.Decrement(ref _open[node]);

    public void HasCarried() => Interlocked.Increment(ref _carried);

    public void HasPassedOver() => Interlocked.Increment(ref _passedOver);

    public void HasRefused() => Interlocked.Increment(ref _refused);

    /// <summary>Whether it took a connection. Told are transitions only: a node that is gone fails once for every client.</summary>
    public void Note(int node, bool isTaken, string why)
    {
        bool wasMissed = Volatile.Read(ref _isMissed[node]);
        if (wasMissed == !isTaken)
            return;
        Volatile.Write(ref _isMissed[node], !isTaken);
        if (isTaken)
            log.ReadPortReached(rules.Fleet.Nodes[node].Name);
        else
            log.ReadPortMissed(rules.Fleet.Nodes[node].Name, why);
    }
}
