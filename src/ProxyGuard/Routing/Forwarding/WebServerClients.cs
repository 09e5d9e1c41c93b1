using System.Net;
using System.Text;
using Yarp.ReverseProxy.Forwarder;

namespace ProxyGuard.Routing.Forwarding;

/// <summary>
/// The HTTP clients that requests are forwarded with: one for a cluster, with connections of their own for requests with a body
/// (<see cref="UploadConnection"/>), so that all others pay nothing for it.
/// </summary>
internal sealed class WebServerClients(ILogger<ForwarderHttpClientFactory> log) : ForwarderHttpClientFactory(log)
{
    protected override void ConfigureHandler(ForwarderHttpClientContext context, SocketsHttpHandler handler)
    {
        base.ConfigureHandler(context, handler);
        handler.RequestHeaderEncodingSelector = static (_, _) => Encoding.Latin1;
        handler.ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1;
        // The trace headers of the member's request pass as they are; we add none.
        handler.ActivityHeadersPropagator = null;
        // A web server in the next rack takes milliseconds; one that is gone must not hold a member up for fifteen seconds.
        handler.ConnectTimeout = TimeSpan.FromSeconds(5);
    }

    protected override HttpMessageHandler WrapHandler(ForwarderHttpClientContext context, HttpMessageHandler handler)
    {
        // What YARP sets before it asks for the configuration.
        var uploads = new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
        };
        ConfigureHandler(context, uploads);
        // HTTP/2 has answers of its own beside the request.
        uploads.PlaintextStreamFilter = static (made, _) => ValueTask.FromResult(
            made.NegotiatedHttpVersion.Major == 1 ? new UploadConnection(made.PlaintextStream) : made.PlaintextStream);
        return new ByBody(handler, uploads);
    }

    private sealed class ByBody(HttpMessageHandler others, HttpMessageHandler uploads) : DelegatingHandler(others)
    {
        private readonly Inner _uploads = new(uploads);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Upload.Current is null ? base.SendAsync(request, cancellationToken) : _uploads.SendAsync(request, cancellationToken);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _uploads.Dispose();
            base.Dispose(disposing);
        }
    }

    /// <summary>A handler is only called through one of these, or through an invoker, which would count the request once more.</summary>
    private sealed class Inner(HttpMessageHandler handler) : DelegatingHandler(handler)
    {
        public new Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            base.SendAsync(request, cancellationToken);
    }
}
