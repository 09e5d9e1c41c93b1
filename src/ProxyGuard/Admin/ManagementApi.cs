using ProxyGuard.Core.Forwarding;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Forwarding;
using ProxyGuard.Guarding;
using ProxyGuard.Operations;
using ProxyGuard.Probing;
using ProxyGuard.Public;

namespace ProxyGuard.Admin;

/// <summary>Everything the management listener answers, and nothing of it anywhere else.</summary>
internal sealed class ManagementApi(AdminKeys keys, MaintenanceApi maintenance, FleetReport fleet, DiagnosisApi diagnosis, RehearsalApi rehearsal, MetricsPage metrics, Draining draining, GuardBoard board,
    WebServersBoard web, WritesUnderWay writes, GuardClock clock, ManagementHosts hosts)
{
    public async Task AnswerAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        if (!hosts.Contains(context.Request.Host))
        {
            await AdminJson.ProblemAsync(context, StatusCodes.Status421MisdirectedRequest, ManagementHosts.Refusal).ConfigureAwait(false);
            return;
        }

        string path = context.Request.Path.Value ?? "";
        switch (path)
        {
            case "/alive":
                await AdminJson.TextAsync(context, StatusCodes.Status200OK, "alive\n").ConfigureAwait(false);
                return;
            case "/ready":
                bool isReady = board.View.WhenExpired is not null && !draining.HasBegun;
                await AdminJson.TextAsync(context, isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, isReady ? "ready\n" : "not ready\n").ConfigureAwait(false);
                return;
            case "/health":
                await HealthAsync(context).ConfigureAwait(false);
                return;
            case "/metrics":
                await AdminJson.TextAsync(context, StatusCodes.Status200OK, metrics.Render()).ConfigureAwait(false);
                return;
            default:
                break;
        }

        if (!path.StartsWith("/api/", StringComparison.Ordinal))
        {
            await AdminJson.ProblemAsync(context, StatusCodes.Status404NotFound, "Nothing is here; the API is below /api/v1/.").ConfigureAwait(false);
            return;
        }

        if (keys.NameOf(context.Request.Headers.Authorization, HttpMethods.IsGet(context.Request.Method)) is not { } who)
        {
            // A browser asks its user; the key is the password.
            context.Response.Headers.WWWAuthenticate = new Microsoft.Extensions.Primitives.StringValues(["Bearer", "Basic realm=\"ProxyGuard\", charset=\"UTF-8\""]);
            await AdminJson.ProblemAsync(context, StatusCodes.Status401Unauthorized, "Send a configured key as: Authorization: Bearer KEY").ConfigureAwait(false);
            return;
        }

        await ApiAsync(context, path, who).ConfigureAwait(false);
    }

    private Task ApiAsync(HttpContext context, string path, string who) => (path, context.Request.Method) switch
    {
        ("/api/v1/maintenance", "GET") => maintenance.GetAsync(context),
        ("/api/v1/maintenance", "PUT") => maintenance.PutAsync(context, who),
        ("/api/v1/maintenance", "DELETE") => maintenance.DeleteAsync(context, who),
        ("/api/v1/maintenance", _) => NotAllowedAsync(context, "GET, PUT, DELETE"),
        ("/api/v1/fleet", "GET") => fleet.GetAsync(context),
        ("/api/v1/fleet", _) => NotAllowedAsync(context, "GET"),
        ("/api/v1/diagnosis", "GET") => diagnosis.GetAsync(context),
        ("/api/v1/diagnosis", _) => NotAllowedAsync(context, "GET"),
        ("/api/v1/rehearsal", "GET") => rehearsal.GetAsync(context),
        ("/api/v1/writes", "GET") => WritesAsync(context),
        ("/api/v1/writes", _) => NotAllowedAsync(context, "GET"),
        ("/api/v1/rehearsal", _) => NotAllowedAsync(context, "GET"),
        _ => AdminJson.ProblemAsync(context, StatusCodes.Status404NotFound, "There are /api/v1/maintenance, /api/v1/fleet, /api/v1/diagnosis, /api/v1/writes and /api/v1/rehearsal."),
    };

    /// <summary>Everything that may still write, the oldest first. No query, no body, no member.</summary>
    private Task WritesAsync(HttpContext context) => AdminJson.WriteAsync(context, StatusCodes.Status200OK, json =>
    {
        Moment now = clock.Now;
        json.WriteStartArray("writes");
        foreach (WriteUnderWay write in writes.All)
        {
            json.WriteStartObject();
            json.WriteString("kind", write.IsTunnel ? "websocket" : "write");
            json.WriteString("method", write.Method);
            json.WriteString("path", write.Path);
            json.WriteString("route", write.Route);
            json.WriteNumber("ageSeconds", Math.Round((now - write.Began).TotalSeconds, 1));
            if (writes.EndsIn(write, now) is { } left)
                json.WriteNumber("endsInSeconds", Math.Round(Math.Max(0, left.TotalSeconds), 1));
            else
                json.WriteNull("endsInSeconds");
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    /// <summary>Whether ProxyGuard itself does its work; a broken replica or web server is no reason to take the proxy out.</summary>
    private Task HealthAsync(HttpContext context)
    {
        GuardView view = board.View;
        bool isWatching = view.WhenExpired is not null;
        return AdminJson.WriteAsync(context, isWatching ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, json =>
        {
            json.WriteString("status", isWatching ? "healthy" : "unhealthy");
            json.WriteString("mode", PublicNames.Of(view.Mode));
            WebServersSeen seen = web.Seen;
            json.WriteString("cause", seen.CauseOf(view.Mode, view.Cause) is { } cause ? PublicNames.Of(cause) : null);
            json.WriteString("reach", PublicNames.Of(seen.Reach));
            if (!isWatching)
                json.WriteString("why", "the probes have not renewed what is known");
        });
    }

    private static Task NotAllowedAsync(HttpContext context, string allow)
    {
        context.Response.Headers.Allow = allow;
        return AdminJson.ProblemAsync(context, StatusCodes.Status405MethodNotAllowed, $"Allowed here: {allow}.");
    }
}
