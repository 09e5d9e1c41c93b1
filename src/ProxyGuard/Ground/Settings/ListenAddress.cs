using System.Net;

namespace ProxyGuard.Ground.Settings;

/// <summary>An address to listen on, as in Urls and Admin:Listen.</summary>
internal static class ListenAddress
{
    public const string Allowed = "http:// with an IP address, localhost or * and a port, such as http://127.0.0.1:8080";

    /// <summary>Null when it is none. "*" and "+" are every address of this machine; host names are not looked up.</summary>
    public static IPEndPoint? TryParse(string url)
    {
        const string Scheme = "http://";
        if (!url.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return null;

        string authority = url[Scheme.Length..].TrimEnd('/');
        int colon = authority.LastIndexOf(':');
        if (colon < 0 || !ushort.TryParse(authority.AsSpan(colon + 1), out ushort port))
            return null;

        return authority[..colon] switch
        {
            "*" or "+" => new IPEndPoint(IPAddress.IPv6Any, port),
            "localhost" => new IPEndPoint(IPAddress.Loopback, port),
            var host => IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address) ? new IPEndPoint(address, port) : null,
        };
    }
}
