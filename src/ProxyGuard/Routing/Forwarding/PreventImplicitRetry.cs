using Microsoft.Net.Http.Headers;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Deciding.Guarding;
using Yarp.ReverseProxy.Transforms;

namespace ProxyGuard.Routing.Forwarding;

/// <summary>
/// Where a connection ends without a byte of an answer, .NET's HTTP client sends a request up to three times more by itself, also a DELETE:
/// it has no switch for that, but what has a body, be it empty, it sends once. So a write without a body gets one:
/// <c>Content-Length: 0</c>.
/// https://github.com/dotnet/runtime/blob/v10.0.0/src/libraries/System.Net.Http/src/System/Net/Http/SocketsHttpHandler/HttpConnection.cs
/// (_canRetry)
/// </summary>
internal sealed class PreventImplicitRetry : RequestTransform
{
    public override ValueTask ApplyAsync(RequestTransformContext context)
    {
        if (context.ProxyRequest.Content is null && GuardDecision.Of(context.HttpContext).Verdict == Verdict.Write
            && !InFlightWrite.IsTunnelOf(context.HttpContext))
            AddHeader(context, HeaderNames.ContentLength, "0");
        return ValueTask.CompletedTask;
    }
}
