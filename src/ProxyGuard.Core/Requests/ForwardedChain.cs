using System.Collections.Immutable;
using System.Net;

namespace ProxyGuard.Core.Requests;

/// <summary>The proxies in front of us that are trusted, and what they say about the client.</summary>
/// <param name="networks">Empty: no proxy is trusted.</param>
public sealed class TrustedProxies(ImmutableArray<IPNetwork> networks)
{
    public bool IsEmpty => networks.IsEmpty;

    public bool Contains(IPAddress address)
    {
        foreach (IPNetwork network in networks)
        {
            if (network.Contains(address))
                return true;
        }

        return false;
    }

    /// <summary>
    /// X-Forwarded-For for the web server, when a known proxy sent the request: from the right, the addresses that known proxies vouch for,
    /// and the first that is none of them, which is the member. What stands left of it may be forged.
    /// </summary>
    /// <param name="sent">X-Forwarded-For as the proxy sent it, all lines joined with commas; null when it did not.</param>
    /// <param name="peer">The proxy.</param>
    public string Chain(string? sent, IPAddress peer) => string.Join(", ", Trusted(sent, peer));

    /// <summary>The member: the first of <see cref="Chain"/>; the proxy itself when it does not say.</summary>
    /// <param name="peer">A known proxy.</param>
    /// <param name="sent">As in <see cref="Chain"/>.</param>
    public IPAddress MemberBehind(IPAddress peer, string? sent) => Trusted(sent, peer)[0];

    private List<IPAddress> Trusted(string? sent, IPAddress peer)
    {
        var trusted = new List<IPAddress> { peer };
        foreach (string entry in (sent ?? "").Split(',', StringSplitOptions.TrimEntries).Reverse())
        {
            if (!TryParse(entry, out IPAddress? address))
                break;
            trusted.Insert(0, address);
            if (!Contains(address))
                break;
        }

        return trusted;
    }

    // Some proxies write the port too.
    private static bool TryParse(string entry, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out IPAddress? address)
    {
        if (!IPAddress.TryParse(entry, out address) && IPEndPoint.TryParse(entry, out IPEndPoint? endPoint))
            address = endPoint.Address;
        if (address is { IsIPv4MappedToIPv6: true })
            address = address.MapToIPv4();
        return address is not null;
    }
}
