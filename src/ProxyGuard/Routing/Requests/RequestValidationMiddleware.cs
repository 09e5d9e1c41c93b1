using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using ProxyGuard.Core.Requests;
using ProxyGuard.Ground.Hosting;
using ProxyGuard.Ground.Settings;
using ProxyGuard.Ground.Telemetry;

namespace ProxyGuard.Routing.Requests;

/// <summary>
/// The first that sees a member's request: what two readers could understand differently ends here. Known headers only, each one look; a
/// request that is let through costs no allocation and no wait.
/// </summary>
internal sealed class RequestValidationMiddleware(
    RequestDelegate next, Derived<RequestValidation> rules, RejectedRequests rejected, ILogger<RequestValidationMiddleware> log)
{
    // Where Kestrel puts a Content-Length that came beside a Transfer-Encoding.
    private const string LengthTakenAway = "X-Content-Length";
    private const string Allowed = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
    private const int ProtocolError = 1;

    private bool _hasSaid;

    public Task InvokeAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        ValidationResult result = rules.Value.Validate(HeadOf(context, request));
        if (result != ValidationResult.Valid)
            return AnswerAsync(context, result);

        if (request.Headers.TryGetValue("X-Forwarded-Proto", out StringValues scheme) && context.Features.Get<Peer>() is { } peer)
        {
            if (peer.IsTrustedProxy)
                TrustScheme(request, scheme);
            else if (!_hasSaid && peer.IsInside && ForwardedValues.SchemeOf(scheme) == "https")
                SayOnce(peer);
        }

        return next(context);
    }

    // Anybody can send the header, but only from the inside does it look like a proxy that was forgotten: and then pages redirect for ever.
    private void SayOnce(Peer peer)
    {
        if (!Interlocked.Exchange(ref _hasSaid, true))
            log.UntrustedTlsProxy(peer.Text!);
    }

    private static RequestHead HeadOf(HttpContext context, HttpRequest request)
    {
        IHeaderDictionary headers = request.Headers;
        bool isMultiplexed = request.Protocol is not ("HTTP/1.1" or "HTTP/1.0");
        StringValues coding = headers.TransferEncoding;
        StringValues ours = headers[Pseudonym.HeaderName];
        return new RequestHead
        {
            Method = request.Method,
            Target = context.Features.Get<IHttpRequestFeature>()!.RawTarget,
            Host = headers.Host.ToString(),
            HasEmptyHost = headers.Host is { Count: > 0 } host && string.IsNullOrWhiteSpace(host[0]),
            IsMultiplexed = isMultiplexed,
            IsWebSocketTunnel = isMultiplexed
                && context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true, Protocol: "websocket" },
            TransferEncoding = coding.Count == 0 ? null : coding.ToString(),
            HasLengthToo = coding.Count > 0 && (request.ContentLength is not null || headers.ContainsKey(LengthTakenAway)),
            ContentLength = request.ContentLength,
            HasConnectionHeaders = isMultiplexed
                && (headers.KeepAlive.Count > 0 || headers.ContainsKey("Proxy-Connection") || headers.Upgrade.Count > 0),
            Passed = ours.Count == 0 ? null : ours.ToString(),
        };
    }

    private Task AnswerAsync(HttpContext context, ValidationResult result)
    {
        if (result != ValidationResult.ForUs)
            rejected.Add(result, context);
        if (result == ValidationResult.ForeignToHttp2 && context.Features.Get<IHttpResetFeature>() is { } stream)
        {
            stream.Reset(ProtocolError);
            return Task.CompletedTask;
        }

        HttpResponse response = context.Response;
        response.StatusCode = StatusOf(result);
        response.ContentLength = 0;
        if (result is ValidationResult.MethodRefused or ValidationResult.ForUs)
            response.Headers.Allow = Allowed;
        // What follows on this connection may be the rest of what was not understood.
        if (result != ValidationResult.ForUs && response.HttpContext.Request.Protocol is "HTTP/1.1" or "HTTP/1.0")
            response.Headers.Connection = "close";
        return Task.CompletedTask;
    }

    private static int StatusOf(ValidationResult result) => result switch
    {
        ValidationResult.Malformed or ValidationResult.ForeignToHttp2 => StatusCodes.Status400BadRequest,
        ValidationResult.MethodRefused => StatusCodes.Status405MethodNotAllowed,
        ValidationResult.CodingRefused => StatusCodes.Status501NotImplemented,
        ValidationResult.Misdirected => StatusCodes.Status421MisdirectedRequest,
        ValidationResult.Looping => StatusCodes.Status508LoopDetected,
        ValidationResult.TooLarge => StatusCodes.Status413PayloadTooLarge,
        ValidationResult.ForUs => StatusCodes.Status200OK,
        ValidationResult.Valid or _ => throw new System.Diagnostics.UnreachableException($"result {result}"),
    };

    /// <summary>The proxy in front of us ended the member's TLS; everything that depends on it goes by what the member has.</summary>
    private static void TrustScheme(HttpRequest request, StringValues scheme)
    {
        if (ForwardedValues.SchemeOf(scheme) is { } sent)
            request.Scheme = sent;
    }
}
