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

    public ReadPortNode Of(NodeRules rules) =>
        _nodes.GetOrAdd((rules.Name, rules.Host, rules.Port), static (_, rules) => new ReadPortNode(rules), rules);

    /// <summary>The nodes of a fleet that have a connection, or are just being connected to.</summary>
    public NodeSet Open(FleetRules fleet)
    {
        NodeSet open = NodeSet.None;
        if (_nodes.IsEmpty)
            return open;
        for (int node = 0; node < fleet.Nodes.Length; node++)
        {
            NodeRules rules = fleet.Nodes[node];
            if (_nodes.TryGetValue((rules.Name, rules.Host, rules.Port), out ReadPortNode? met) && met.Open > 0)
                open = open.With(node);
        }

        return open;
    }

    /// <summary>A node that the fleet has no more, once nothing leads to it.</summary>
    public void Forget(ReadPortNode node)
    {
        NodeRules rules = node.Rules;
        _nodes.TryRemove(new KeyValuePair<(string, string, int), ReadPortNode>((rules.Name, rules.Host, rules.Port), node));
    }

    public void HasCarried() => Interlocked.Increment(ref _carried);

    public void HasPassedOver() => Interlocked.Increment(ref _passedOver);

    public void HasRefused() => Interlocked.Increment(ref _refused);
}
