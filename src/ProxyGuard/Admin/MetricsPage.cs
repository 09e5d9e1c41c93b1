using System.Globalization;
using System.Text;
using ProxyGuard.Core.Forwarding;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Forwarding;
using ProxyGuard.Guarding;
using ProxyGuard.Operations;
using ProxyGuard.Probing;
using ProxyGuard.Public;
using ProxyGuard.ReadPort;
using ProxyGuard.Requests;

namespace ProxyGuard.Admin;

/// <summary>
/// /metrics in the Prometheus text format (https://prometheus.io/docs/instrumenting/exposition_formats/). Series of a broken node stay: an alarm on a number
/// that disappeared never rings. What is not known is said by proxyguard_replica_lag_known, not by a sentinel.
/// </summary>
internal sealed class MetricsPage(GuardBoard board, GuardClock clock, GuardMetrics metrics, ReadPortNodes readPort, WebServers web, WebServersBoard webBoard,
    KeptBudget kept)
{
    public string Render()
    {
        GuardView view = board.View;
        Moment now = clock.Now;
        var text = new StringBuilder();
        Family(text, "proxyguard_mode", "gauge", "1 for the site's mode", Enum.GetValues<SiteMode>().Select(mode => ($"mode=\"{PublicNames.Of(mode)}\"", Flag(mode == view.Mode))));
        Family(text, "proxyguard_incident_open", "gauge", "1 while the probes see a fault, also under a hold", [("", Flag(view.Incident is not null))]);
        Family(text, "proxyguard_node_state", "gauge", "1 for the node's state", view.Fleet.Nodes.SelectMany(node =>
            Enum.GetValues<NodeHealth>().Select(health => ($"node=\"{node.Rules.Name}\",state=\"{PublicNames.Of(health)}\"", Flag(health == node.Health)))));
        SiteReach reach = webBoard.Seen.Reach;
        Family(text, "proxyguard_reach", "gauge", "1 for what members can do as far as the web servers go", Enum.GetValues<SiteReach>().Select(one => ($"reach=\"{PublicNames.Of(one)}\"", Flag(one == reach))));
        WebServer[] servers = [.. web.All];
        Family(text, "proxyguard_web_server_state", "gauge", "1 for the web server's state", servers.SelectMany(server =>
            Enum.GetValues<WebServerHealth>().Select(health => ($"{Label(server.State)},state=\"{PublicNames.Of(health)}\"", Flag(health == server.State.Health)))));
        Family(text, "proxyguard_web_server_failures_total", "counter", "requests that the web server did not answer, whoever was to blame", servers.Select(server => (Label(server.State), (double)server.Failures)));
        NodeState[] replicas = [.. view.Fleet.Nodes.Where(node => node.Role == NodeRole.Replica)];
        Family(text, "proxyguard_replica_lag_known", "gauge", "1 when the lag is known", replicas.Select(node => (Label(node), Flag(node.LagAt(now) is not null))));
        Family(text, "proxyguard_replica_lag_seconds", "gauge", "age of the data the replica shows", replicas.Where(node => node.LagAt(now) is not null)
            .Select(node => (Label(node), node.LagAt(now)!.Value.TotalSeconds)));
        Family(text, "proxyguard_replica_queue_bytes", "gauge", "bytes of binlog not applied yet", replicas.Where(node => node.QueueBytes is not null)
            .Select(node => (Label(node), (double)node.QueueBytes!.Value)));
        Family(text, "proxyguard_writes_under_way", "gauge", "writes that a web server has not answered yet, and open WebSockets", [("", metrics.WritesUnderWay)]);
        Family(text, "proxyguard_event_streams", "gauge", "status pages that listen to server-sent events", [("", metrics.EventStreams)]);
        Family(text, "proxyguard_kept_bytes", "gauge", "bytes of forms kept in memory", [("", kept.Used)]);
        Family(text, "proxyguard_forms_not_kept_total", "counter", "forms there was no room for in Limits:MaxKeptBytes", [("", metrics.FormsNotKept)]);
        Family(text, "proxyguard_refused_writes_total", "counter", "requests refused because the site was read-only", [("", metrics.RefusedWrites)]);
        Family(text, "proxyguard_refused_others_total", "counter", "requests refused in maintenance, or for want of an upstream", [("", metrics.RefusedOthers)]);
        Family(text, "proxyguard_node_reading_failures_total", "counter", "readings of one node that failed in a way nobody expects", [("", metrics.FailedReadings)]);
        Family(text, "proxyguard_probe_tick_failures_total", "counter", "probe ticks that failed as a whole", [("", metrics.FailedTicks)]);
        Family(text, "proxyguard_confused_paths_total", "counter", "requests refused for another spelling of the reserved prefix", [("", metrics.ConfusedPaths)]);
        Family(text, "proxyguard_retries_total", "counter", "reads tried once more because a web server failed", [("", metrics.Retries)]);
        Family(text, "proxyguard_not_admitted_total", "counter", "requests refused as malformed, dangerous, too large or going round", [("", metrics.NotAdmitted)]);
        Family(text, "proxyguard_refused_connections_total", "counter", "connections closed at once, because there were as many as may be", [("", metrics.RefusedConnections)]);
        Family(text, "proxyguard_read_port_connections", "gauge", "open connections from the read port to the node", view.Fleet.Nodes.Select((node, place) => (Label(node), (double)readPort.CountOf(place))));
        Family(text, "proxyguard_read_port_carried_total", "counter", "connections of the read port that reached a node", [("", readPort.Carried)]);
        Family(text, "proxyguard_read_port_passed_over_total", "counter", "times a node did not take a connection of the read port", [("", readPort.PassedOver)]);
        Family(text, "proxyguard_read_port_refused_total", "counter", "connections that the read port answered with an error", [("", readPort.Refused)]);
        return text.ToString();
    }

    private static string Label(NodeState node) => $"node=\"{node.Rules.Name}\"";

    private static string Label(WebServerState server) => $"cluster=\"{Escaped(server.Cluster)}\",web_server=\"{Escaped(server.Name)}\"";

    // Names of web servers are anything; those of nodes are checked.
    private static string Escaped(string value) => value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static double Flag(bool value) => value ? 1 : 0;

    private static void Family(StringBuilder text, string name, string type, string help, IEnumerable<(string Labels, double Value)> samples)
    {
        text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {type}\n");
        foreach ((string labels, double value) in samples)
            text.Append(CultureInfo.InvariantCulture, $"{name}{(labels.Length == 0 ? "" : $"{{{labels}}}")} {value}\n");
    }
}
