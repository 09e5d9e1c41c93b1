using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Ground.Telemetry;
using ProxyGuard.Ground.Time;

namespace ProxyGuard.Deciding.Guarding;

/// <summary>
/// What is known of the site and its nodes, as metrics. Series of a broken node stay: an alarm on a number that disappeared never rings.
/// What is not known is said by proxyguard_replica_lag_known, not by a sentinel.
/// </summary>
internal sealed class SiteMetrics(GuardBoard board, GuardClock clock) : IMetricSource
{
    public IEnumerable<MetricFamily> Families
    {
        get
        {
            GuardView view = board.View;
            MonotonicInstant now = clock.Now;
            NodeState[] replicas = [.. view.Fleet.Nodes.Where(node => node.Role == NodeRole.Replica)];
            return
            [
                MetricFamily.Gauge("proxyguard_mode", "1 for the site's mode", MetricFamily.OneOf("mode", view.Mode, PublicNames.Of)),
                MetricFamily.Gauge(
                    "proxyguard_incident_open", "1 while the probes see a fault, also under a hold", view.Incident is not null ? 1 : 0),
                MetricFamily.Gauge("proxyguard_node_state", "1 for the node's state",
                    view.Fleet.Nodes.SelectMany(node => MetricFamily.OneOf("state", node.Health, PublicNames.Of, LabelOf(node)))),
                MetricFamily.Gauge(
                    "proxyguard_replica_lag_known", "1 when the lag is known",
                    replicas.Select(node => MetricFamily.Sample(node.LagAt(now) is null ? 0 : 1, LabelOf(node)))),
                MetricFamily.Gauge("proxyguard_replica_lag_seconds", "age of the data the replica shows",
                    replicas.Where(node => node.LagAt(now) is not null)
                        .Select(node => MetricFamily.Sample(node.LagAt(now)!.Value.TotalSeconds, LabelOf(node)))),
                MetricFamily.Gauge("proxyguard_replica_queue_bytes", "bytes of binlog not applied yet",
                    replicas.Where(node => node.QueueBytes is not null)
                        .Select(node => MetricFamily.Sample(node.QueueBytes!.Value, LabelOf(node)))),
            ];
        }
    }

    private static (string, string) LabelOf(NodeState node) => ("node", node.Rules.Name);
}
