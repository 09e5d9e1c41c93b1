using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Net.Http.Headers;
using ProxyGuard.Ground.Settings;

namespace ProxyGuard.Ground.Hosting;

/// <summary>
/// How the listeners behave, in one place. Connections are counted by <see cref="ConnectionLimiter"/>, which leaves the management listener
/// out.
/// </summary>
internal static class KestrelLimits
{
    // Each holds two connections and is never idle to Kestrel.
    private const int MostWebSockets = 5_000;

    public static void Apply(KestrelServerOptions kestrel, LimitSettings settings)
    {
        kestrel.AddServerHeader = false;
        KestrelServerLimits limits = kestrel.Limits;
        limits.MaxConcurrentConnections = null;
        limits.MaxConcurrentUpgradedConnections = MostWebSockets;
        limits.MaxRequestLineSize = settings.MaxRequestLineBytes;
        limits.MaxRequestHeadersTotalSize = settings.MaxHeaderBytes;
        limits.MaxRequestHeaderCount = settings.MaxHeaders;
        limits.MaxRequestBodySize = settings.MaxBodyBytes;
        limits.RequestHeadersTimeout = settings.HeadersTimeout;
        limits.KeepAliveTimeout = settings.KeepAliveTimeout;
        limits.MinRequestBodyDataRate = new MinDataRate(settings.MinBytesPerSecond, settings.MinRateGracePeriod);
        limits.MinResponseDataRate = new MinDataRate(settings.MinBytesPerSecond, settings.MinRateGracePeriod);
        limits.Http2.MaxStreamsPerConnection = settings.MaxStreamsPerConnection;
        limits.Http2.MaxRequestHeaderFieldSize = settings.MaxHeaderBytes;
        // What one connection may send before it is read; enough for a fast upload over a long way.
        limits.Http2.InitialConnectionWindowSize = 1024 * 1024;
        limits.Http2.InitialStreamWindowSize = 768 * 1024;
        // A line ends with CR and LF. A parser that takes LF alone finds other lines than one that does not: RFC 9112, section 2.2.
        AppContext.SetSwitch("Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators", true);
        // Old sites send and expect bytes, not UTF-8: Latin-1 passes every one of them unchanged.
        kestrel.RequestHeaderEncodingSelector = static name => name == HeaderNames.ContentLength ? DigitsOnly.Instance : Encoding.Latin1;
        kestrel.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;
    }
}
