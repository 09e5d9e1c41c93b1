using System.Net;
using ProxyGuard.Core.Requests;

namespace ProxyGuard.Core.Tests.Requests;

public class TlsInFrontTests
{
    [Theory]
    [InlineData("http://*:80", TlsInFront.Possible)]
    [InlineData("http://10.0.0.1:80", TlsInFront.Possible)]
    [InlineData("http://127.0.0.1:8080 http://10.0.0.1:80", TlsInFront.Possible)]
    [InlineData("http://127.0.0.1:8080", TlsInFront.OnThisMachine)]
    [InlineData("http://localhost:8080 http://[::1]:8080", TlsInFront.OnThisMachine)]
    [InlineData("http://unix:/run/proxyguard.sock", TlsInFront.Nameless)]
    [InlineData("https://*:443 http://*:80", TlsInFront.Settled)]
    [InlineData("HTTPS://127.0.0.1:8443", TlsInFront.Settled)]
    public void The_addresses_tell_whether_TLS_ends_in_front(string addresses, TlsInFront seen) =>
        Assert.Equal(seen, TlsInFrontOf.Addresses(addresses.Split(' '), new TrustedProxies([])));

    [Theory]
    [InlineData("http://*:80", TlsInFront.Settled)]
    [InlineData("http://127.0.0.1:8080", TlsInFront.Settled)]
    [InlineData("http://unix:/run/proxyguard.sock", TlsInFront.Nameless)]
    public void With_a_trusted_proxy_only_a_socket_without_addresses_is_left_to_tell(string address, TlsInFront seen) =>
        Assert.Equal(seen, TlsInFrontOf.Addresses([address], new TrustedProxies([IPNetwork.Parse("10.0.0.0/8")])));
}
