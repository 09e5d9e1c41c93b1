using ProxyGuard.Core.Replication;
using ProxyGuard.Deciding.Guarding;
using ProxyGuard.Ground.Texts;
using ProxyGuard.Ground.Time;

namespace ProxyGuard.Telling.Admin;

/// <summary>GET /api/v1/writes.</summary>
internal sealed class WritesApi(InFlightWrites writes, GuardClock clock)
{
    /// <summary>Everything that may still write, the oldest first. No query, no body, no member.</summary>
    public Task GetAsync(HttpContext context) => AdminJson.WriteAsync(context, StatusCodes.Status200OK, json =>
    {
        MonotonicInstant now = clock.Now;
        json.WriteStartArray("writes");
        foreach (InFlightWrite write in writes.All)
        {
            json.WriteStartObject();
            json.WriteString("kind", write.IsTunnel ? "websocket" : "write");
            json.WriteString("method", write.Method);
            json.WriteString("path", write.Path);
            json.WriteString("route", write.Route);
            json.WriteNumberOrNull("ageSeconds", (now - write.Began).TotalSeconds, digits: 1);
            json.WriteNumberOrNull(
                "endsInSeconds", writes.EndsIn(write, now) is { } left ? Math.Max(0, left.TotalSeconds) : null, digits: 1);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });
}
