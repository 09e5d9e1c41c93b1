using System.Net;

namespace ProxyGuard.Core.Requests;

/// <summary>What the addresses by which members come in tell of a proxy in front that ends TLS, and that is not trusted.</summary>
public enum TlsInFront
{
    /// <summary>Nothing to say: TLS ends here, or a proxy is trusted.</summary>
    Settled,

    /// <summary>All of the network can connect, by http: the site has no TLS, or a proxy ends it.</summary>
    Possible,

    /// <summary>Only programs on this machine can connect: a proxy is one of them.</summary>
    OnThisMachine,

    /// <summary>A Unix socket: who connects has no address, so that none can be trusted.</summary>
    Nameless,
}

/// <summary>Tells it (<see cref="TlsInFront"/>) from the configuration alone, before anybody has asked.</summary>
public static class TlsInFrontOf
{
    /// <param name="addresses">As Urls and Kestrel:Endpoints have them, such as <c>http://*:80</c>.</param>
    public static TlsInFront Addresses(IReadOnlyCollection<string> addresses, TrustedProxies trusted)
    {
        if (addresses.Any(address => address.StartsWith("http://unix:", StringComparison.OrdinalIgnoreCase)))
            return TlsInFront.Nameless;
        if (!trusted.IsEmpty || addresses.Any(address => address.StartsWith("https:", StringComparison.OrdinalIgnoreCase)))
            return TlsInFront.Settled;
        return addresses.All(IsOnThisMachine) ? TlsInFront.OnThisMachine : TlsInFront.Possible;
    }

    // "*" and "+" are no hosts of a URI, and every address of this machine.
    private static bool IsOnThisMachine(string address) => Uri.TryCreate(address, UriKind.Absolute, out Uri? uri)
        && (uri.Host == "localhost" || IPAddress.TryParse(uri.Host, out IPAddress? ip) && IPAddress.IsLoopback(ip));
}
