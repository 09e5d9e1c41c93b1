using System.Net;
using Microsoft.AspNetCore.Connections;
using ProxyGuard.Core.Requests;
using ProxyGuard.Ground.Hosting;

namespace ProxyGuard.Tests.Ground.Hosting;

/// <summary>Whose connections are counted together, and whose are not counted at all.</summary>
public sealed class AddressTests
{
    [Theory]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("10.0.0.1", "10.0.0.2", false)]
    [InlineData("10.0.0.1", "::a00:1", false)]
    public void Connections_are_counted_per_IPv4_address_and_per_IPv6_prefix(string first, string second, bool together)
    {
        var counts = new AddressCounts();
        Assert.True(counts.TryAcquire(IPAddress.Parse(first), most: 1));
        Assert.False(counts.TryAcquire(IPAddress.Parse(first), most: 1));

        Assert.Equal(!together, counts.TryAcquire(IPAddress.Parse(second), most: 1));
    }

    [Fact]
    public void A_closed_connection_frees_its_slot_and_leaves_no_entry()
    {
        var counts = new AddressCounts();
        IPAddress address = IPAddress.Parse("192.0.2.1");
        Assert.Equal([true, true, false], Enumerable.Range(0, 3).Select(_ => counts.TryAcquire(address, most: 2)));

        counts.Release(address);
        Assert.True(counts.TryAcquire(address, most: 2));
        counts.Release(address);
        counts.Release(address);
        Assert.Equal(0, counts.Addresses);
    }

    [Theory]
    [InlineData("10.1.2.3", true)] // known
    [InlineData("::ffff:10.1.2.3", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("::1", true)]
    [InlineData("127.0.0.2", false)]
    [InlineData("192.0.2.1", false)]
    public void Trusted_proxies_and_loopback_are_exempt_from_the_address_limit(string address, bool bringsMany)
    {
        var connection = new DefaultConnectionContext { RemoteEndPoint = new IPEndPoint(IPAddress.Parse(address), 40_000) };

        Assert.Equal(bringsMany, Peer.Of(connection, new TrustedProxies([IPNetwork.Parse("10.0.0.0/8")])).IsExemptFromAddressLimit);
    }
}
