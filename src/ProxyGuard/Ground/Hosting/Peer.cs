using System.Net;
using Microsoft.AspNetCore.Connections;
using ProxyGuard.Core.Requests;

namespace ProxyGuard.Ground.Hosting;

/// <summary>Who is at the other end of a connection. Made once for it, so that a request costs nothing.</summary>
/// <param name="Address">Null when it is no network address, as for a Unix socket.</param>
/// <param name="Text">The address for X-Forwarded-For; null as the address is.</param>
/// <param name="IsTrustedProxy">What it says about the client is trusted.</param>
internal sealed record Peer(IPAddress? Address, string? Text, bool IsTrustedProxy)
{
    public static Peer Of(ConnectionContext connection, TrustedProxies known)
    {
        if ((connection.RemoteEndPoint as IPEndPoint)?.Address is not { } address)
            return new Peer(null, null, IsTrustedProxy: false);
        // A listener for both kinds of addresses writes the old kind in the new one's words.
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return new Peer(address, address.ToString(), known.Contains(address));
    }

    /// <summary>A proxy in front of us brings many members from one address; on the machine itself it comes from this one.</summary>
    public bool IsExemptFromAddressLimit =>
        IsTrustedProxy || Address is null || Address.Equals(IPAddress.Loopback) || Address.Equals(IPAddress.IPv6Loopback);

    /// <summary>On this machine, or in a network that is not routed on the internet (RFC 1918, RFC 4193, RFC 3927).</summary>
    public bool IsInside => Address is not null && (IPAddress.IsLoopback(Address) || Inside.Any(network => network.Contains(Address)));

    private static readonly IPNetwork[] Inside =
    [
        IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.168.0.0/16"),
        IPNetwork.Parse("169.254.0.0/16"), IPNetwork.Parse("fc00::/7"), IPNetwork.Parse("fe80::/10"),
    ];
}
