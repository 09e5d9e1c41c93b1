using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using ProxyGuard.Core.Requests;

namespace ProxyGuard.Ground.Hosting;

/// <summary>An IPv4 address, or an IPv6 network of 64 bits: a client that has one of its addresses has all of them.</summary>
internal readonly record struct AddressKey(ulong Network, AddressFamily Family)
{
    public static AddressKey Of(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int length);
        return new AddressKey(
            length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt64BigEndian(bytes), address.AddressFamily);
    }

    /// <summary>
    /// The member's who sent a request, also behind a known proxy. Null where one address brings many members and does not say which.
    /// </summary>
    public static AddressKey? OfMember(HttpContext context, TrustedProxies known)
    {
        if (context.Features.Get<Peer>() is not { Address: { } address } peer)
            return null;
        if (!peer.IsExemptFromAddressLimit)
            return Of(address);
        string? forwarded = peer.IsTrustedProxy && context.Request.Headers["X-Forwarded-For"] is { Count: > 0 } lines
            ? lines.ToString()
            : null;
        IPAddress member = known.MemberBehind(address, forwarded);
        return member.Equals(address) ? null : Of(member);
    }
}
