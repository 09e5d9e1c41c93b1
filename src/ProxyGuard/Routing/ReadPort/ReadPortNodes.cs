using System.Collections.Concurrent;
using ProxyGuard.Core.Replication;
using ProxyGuard.Ground.Telemetry;

namespace ProxyGuard.Routing.ReadPort;

/// <summary>The nodes as the read port meets them, and what it has done with its clients. Lock-free.</summary>
internal sealed class ReadPortNodes : IMetricSource
{
    private readonly ConcurrentDictionary<(string Name, string Host, int Port), ReadPortNode> _nodes = new();
    private long _carried;
    private long _passedOver;
    private long _refused;

    /// <summary>All that were met and are not forgotten, in no order.</summary>
    public IEnumerable<ReadPortNode> Met => _nodes.Values;

    /// <summary>Connections that reached a node, since the start.</summary>
    public long Carried => Interlocked.Read(ref _carried);

    /// <summary>How often a node did not take a connection, which then went to the next.</summary>
    public long PassedOver => Interlocked.Read(ref _passedOver);

    /// <summary>Connections that were told an error of ours.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    public IEnumerable<MetricFamily> Families =>
    [
        MetricFamily.Gauge("proxyguard_read_port_connections", "open connections from the read port to the node",
            Met.GroupBy(node => node.Rules.Name).OrderBy(name => name.Key, StringComparer.Ordinal)
                .Select(name => MetricFamily.Sample(name.Sum(node => node.Open), ("node", name.Key)))),
        MetricFamily.Counter("proxyguard_read_port_carried_total", "connections of the read port that reached a node", Carried),
        MetricFamily.Counter(
            "proxyguard_read_port_passed_over_total", "times a node did not take a connection of the read port", PassedOver),
        MetricFamily.Counter("proxyguard_read_port_refused_total", "connections that the read port answered with an error", Refused),
    ];

    /// <summary>Null where it was never met.</summary>
    public ReadPortNode? Find(NodeRules rules) => _nodes.GetValueOrDefault(KeyOf(rules));

    /// <summary>
    /// The nodes of a fleet that have a connection, or are just being connected to. Every one while a connection leads to a node that the
    /// fleet has no more: what comes through it is not known.
    /// </summary>
    public NodeSet Open(FleetRules fleet)
    {
        NodeSet open = NodeSet.None;
        if (_nodes.IsEmpty)
            return open;
        int known = 0;
        for (int node = 0; node < fleet.Nodes.Length; node++)
        {
            if (_nodes.TryGetValue(KeyOf(fleet.Nodes[node]), out ReadPortNode? met) && met.Open > 0)
                (open, known) = (open.With(node), known + 1);
        }

        return Met.Count(node => node.Open > 0) > known ? NodeSet.Every : open;
    }

    /// <summary>Takes room on a node, before the connection is made, so that there is never one that is not counted.</summary>
    /// <param name="most">So many it may have, with this one.</param>
    /// <returns>Null when there was no room.</returns>
    public ReadPortNode? TryAcquire(NodeRules rules, int most)
    {
        while (true)
        {
            ReadPortNode node = _nodes.GetOrAdd(KeyOf(rules), static (_, rules) => new ReadPortNode(rules), rules);
            if (!node.TryAcquire(most))
                return null;
            // It may have been forgotten just now: then nobody would end what is counted on it.
            if (_nodes.TryGetValue(KeyOf(rules), out ReadPortNode? met) && met == node)
                return node;
            node.Release();
        }
    }

    /// <summary>A node that the fleet has no more, once nothing leads to it.</summary>
    public void Forget(ReadPortNode node)
    {
        _nodes.TryRemove(new KeyValuePair<(string, string, int), ReadPortNode>(KeyOf(node.Rules), node));
    }

    public void HasCarried() => Interlocked.Increment(ref _carried);

    public void HasPassedOver() => Interlocked.Increment(ref _passedOver);

    public void HasRefused() => Interlocked.Increment(ref _refused);

    private static (string Name, string Host, int Port) KeyOf(NodeRules rules) => (rules.Name, rules.Host, rules.Port);
}
