using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ProxyGuard.Operations;

/// <summary>How the listeners behave, in one place.</summary>
internal static class KestrelLimits
{
    public static void Apply(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        // How large an upload may be is the application's decision; nothing of it is kept here.
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.MaxConcurrentConnections = 20_000;
        kestrel.Limits.MaxConcurrentUpgradedConnections = 5_000;
        // Old sites send and expect bytes, not UTF-8: Latin-1 passes every one of them unchanged.
        kestrel.RequestHeaderEncodingSelector = static _ => Encoding.Latin1;
        kestrel.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;
    }
}
