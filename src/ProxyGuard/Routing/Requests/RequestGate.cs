using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using ProxyGuard.Core.Requests;
using ProxyGuard.Ground.Hosting;
using ProxyGuard.Ground.Telemetry;

namespace ProxyGuard.Routing.Requests;

/// <summary>
/// The first that sees a member's request: what two readers could understand differently ends here. Known headers only, each one look; a request that is let
/// through costs no allocation and no wait.
/// </summary>
internal sealed class RequestGate(RequestDelegate next, AdmissionRules rules, GuardMetrics metrics)
{
    // Where Kestrel puts a Content-Length that came beside a Transfer-Encoding.
    private const string LengthTakenAway = "X-Content-Length";
    private const string Allowed = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
    private const int ProtocolError = 1;

    public Task InvokeAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        Admission admission = rules.Judge(HeadOf(context, request));
        if (admission != Admission.Admitted)
            return AnswerAsync(context, admission);

        if (request.Headers.TryGetValue("X-Forwarded-Proto", out StringValues scheme) && context.Features.Get<Peer>() is { IsKnownProxy: true })
            Believe(request, scheme);
        return next(context);
    }

    private static RequestHead HeadOf(HttpContext context, HttpRequest request)
    {
        IHeaderDictionary headers = request.Headers;
        bool isMultiplexed = request.Protocol is not ("HTTP/1.1" or "HTTP/1.0");
        StringValues coding = headers.TransferEncoding;
        StringValues via = headers.Via;
        return new RequestHead
        {
            Method = request.Method,
            Target = context.Features.Get<IHttpRequestFeature>()!.RawTarget,
            Host = headers.Host.ToString(),
            IsMultiplexed = isMultiplexed,
            IsWebSocketTunnel = isMultiplexed && context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true, Protocol: "websocket" },
            TransferEncoding = coding.Count == 0 ? null : coding.ToString(),
            HasLengthToo = coding.Count > 0 && (request.ContentLength is not null || headers.ContainsKey(LengthTakenAway)),
            ContentLength = request.ContentLength,
            HasConnectionHeaders = isMultiplexed && (headers.KeepAlive.Count > 0 || headers.ContainsKey("Proxy-Connection") || headers.Upgrade.Count > 0),
            Via = via.Count == 0 ? null : via.ToString(),
        };
    }

    private Task AnswerAsync(HttpContext context, Admission admission)
    {
        if (admission != Admission.ForUs)
            metrics.RequestNotAdmitted();
        if (admission == Admission.ForeignToHttp2 && context.Features.Get<IHttpResetFeature>() is { } stream)
        {
            stream.Reset(ProtocolError);
            return Task.CompletedTask;
        }

        HttpResponse response = context.Response;
        response.StatusCode = StatusOf(admission);
        response.ContentLength = 0;
        if (admission is Admission.MethodRefused or Admission.ForUs)
            response.Headers.Allow = Allowed;
        // What follows on this connection may be the rest of what was not understood.
        if (admission != Admission.ForUs && response.HttpContext.Request.Protocol is "HTTP/1.1" or "HTTP/1.0")
            response.Headers.Connection = "close";
        return Task.CompletedTask;
    }

    private static int StatusOf(Admission admission) => admission switch
    {
        Admission.Malformed or Admission.ForeignToHttp2 => StatusCodes.Status400BadRequest,
        Admission.MethodRefused => StatusCodes.Status405MethodNotAllowed,
        Admission.CodingRefused => StatusCodes.Status501NotImplemented,
        Admission.Misdirected => StatusCodes.Status421MisdirectedRequest,
        Admission.Looping => StatusCodes.Status508LoopDetected,
        Admission.TooLarge => StatusCodes.Status413PayloadTooLarge,
        Admission.ForUs => StatusCodes.Status200OK,
        Admission.Admitted or _ => throw new System.Diagnostics.UnreachableException($"admission {admission}"),
    };

    /// <summary>The proxy in front of us ended the member's TLS; everything that depends on it goes by what the member has.</summary>
    private static void Believe(HttpRequest request, StringValues scheme)
    {
        if (scheme.Count == 1 && scheme[0] is "https" or "http")
            request.Scheme = scheme[0]!;
    }
}
