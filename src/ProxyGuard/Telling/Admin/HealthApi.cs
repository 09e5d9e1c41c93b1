using ProxyGuard.Core.Guarding;
using ProxyGuard.Deciding.Guarding;
using ProxyGuard.Ground.Hosting;
using ProxyGuard.Seeing.Upstreams;
using ProxyGuard.Telling.Status;

namespace ProxyGuard.Telling.Admin;

/// <summary>/alive, /ready and /health: for service managers, load balancers and monitoring. None needs a key.</summary>
internal sealed class HealthApi(GuardBoard board, GuardState state, WebServersBoard web, StatusFeed feed, Draining draining)
{
    public static Task AliveAsync(HttpContext context) => AdminJson.TextAsync(context, StatusCodes.Status200OK, "alive\n");

    /// <summary>Whether members may be sent here: something is known of the fleet, and we are not about to stop.</summary>
    public Task ReadyAsync(HttpContext context)
    {
        bool isReady = board.View.WhenExpired is not null && !draining.HasBegun;
        return AdminJson.TextAsync(
            context, isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, isReady ? "ready\n" : "not ready\n");
    }

    /// <summary>Whether ProxyGuard itself does its work; a broken replica or web server is no reason to take the proxy out.</summary>
    public Task HealthAsync(HttpContext context)
    {
        GuardView view = board.View;
        bool isWatching = view.WhenExpired is not null;
        return AdminJson.WriteAsync(context, isWatching ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, json =>
        {
            json.WriteString("status", isWatching ? "healthy" : "unhealthy");
            StatusJson.WriteFacts(json, feed.Edition(view).Document);
            json.WriteString("reach", PublicNames.Of(web.Seen.Reach));
            HoldReport.WriteStorage(json, state);
            if (!isWatching)
                json.WriteString("why", "the probes have not renewed what is known");
        });
    }
}
