using ProxyGuard.Core.Requests;
using ProxyGuard.Deciding.Guarding;
using ProxyGuard.Ground.Telemetry;
using ProxyGuard.Telling.Public;
using ProxyGuard.Telling.Status;

namespace ProxyGuard.Routing.Requests;

/// <summary>What is below the reserved prefix is answered by us and never forwarded; another spelling of it is neither.</summary>
internal sealed class OwnPagesMiddleware(
    RequestDelegate next, GuardBoard board, ReservedPrefix prefix, PublicPages pages, RejectedRequests rejected)
{
    public Task InvokeAsync(HttpContext context)
    {
        ReadOnlySpan<char> path = RequestReading.PathOf(context);
        PrefixMatch match = prefix.Compare(path);
        if (match == PrefixMatch.None)
            return next(context);

        StatusHeaders.SetMode(context.Response.Headers, board.View.Mode);
        if (match == PrefixMatch.Own)
            return pages.AnswerAsync(context, prefix.Rest(path).ToString());
        rejected.AddReservedPath();
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        return Task.CompletedTask;
    }
}
