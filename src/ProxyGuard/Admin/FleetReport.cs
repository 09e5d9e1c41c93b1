using System.Text.Json;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Guarding;
using ProxyGuard.Probing;
using ProxyGuard.Public;

namespace ProxyGuard.Admin;

/// <summary>GET /api/v1/fleet: every node as the probes see it. For operators only: it names hosts, versions and error texts.</summary>
internal sealed class FleetReport(GuardBoard board, GuardClock clock)
{
    public void Write(Utf8JsonWriter json)
    {
        GuardView view = board.View;
        Moment now = clock.Now;
        json.WriteString("mode", PublicNames.Of(view.Mode));
        json.WriteString("cause", view.Cause is { } cause ? PublicNames.Of(cause) : null);
        json.WriteString("at", PublicNames.Of(clock.ToUtc(view.At)));
        json.WriteStartArray("nodes");
        foreach (NodeState node in view.Fleet.Nodes)
            Write(json, view, node, now);
        json.WriteEndArray();
    }

    private void Write(Utf8JsonWriter json, GuardView view, NodeState node, Moment now)
    {
        json.WriteStartObject();
        json.WriteString("name", node.Rules.Name);
        json.WriteString("role", PublicNames.Of(node.Role));
        json.WriteString("server", node.LastAnswer?.Version.ToString());
        json.WriteString("source", node.Source is { } source ? view.Fleet.Nodes[source].Rules.Name : null);
        json.WriteString("state", PublicNames.Of(node.Health));
        json.WriteString("since", PublicNames.Of(clock.ToUtc(node.Since)));
        WriteNumber(json, "lagSeconds", node.LagAt(now) is { } lag ? Math.Round(lag.TotalSeconds, 3) : null);
        json.WriteBoolean("lagIsEstimated", node.IsEstimated);
        json.WriteString("asOf", node.ContentTime is { } content ? PublicNames.Of(clock.ToUtc(content)) : null);
        WriteNumber(json, "queueBytes", node.QueueBytes);
        WriteFindings(json, node, now);
        json.WriteEndObject();
    }

    /// <summary>What the server itself says is wrong; what to do about it is the diagnosis' part.</summary>
    private static void WriteFindings(Utf8JsonWriter json, NodeState node, Moment now)
    {
        json.WriteStartArray("findings");
        if (node.Health is not NodeHealth.Fresh)
            json.WriteStringValue(NodeWords.Why(node, now));
        json.WriteEndArray();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
            json.WriteNumber(name, number);
        else
            json.WriteNull(name);
    }
}
