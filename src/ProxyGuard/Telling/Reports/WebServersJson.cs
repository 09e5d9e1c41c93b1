using System.Text.Json;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Core.Routing;

namespace ProxyGuard.Telling.Reports;

/// <summary>What is known of the web servers, as members of a JSON object. For operators only.</summary>
internal static class WebServersJson
{
    public static void Write(Utf8JsonWriter json, WebServersSeen seen, Func<MonotonicInstant, DateTimeOffset> toUtc)
    {
        json.WriteString("reach", PublicNames.Of(seen.Reach));
        json.WriteStartArray("webServers");
        foreach (WebServerState server in seen.Servers)
        {
            json.WriteStartObject();
            json.WriteString("name", server.Name);
            json.WriteString("cluster", server.Cluster);
            json.WriteString("address", server.Address);
            json.WriteString("reads", server.Reads);
            json.WriteString("state", PublicNames.Of(server.Health));
            json.WriteString("since", server.Since is { } since ? PublicNames.Of(toUtc(since)) : null);
            json.WriteString("why", server.Why.Length > 0 ? server.Why : null);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
