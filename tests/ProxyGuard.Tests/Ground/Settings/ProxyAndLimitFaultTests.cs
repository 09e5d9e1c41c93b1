using System.Text.Json.Nodes;
using ProxyGuard.Ground.Settings;

namespace ProxyGuard.Tests.Ground.Settings;

public class ProxyAndLimitFaultTests
{
    [Theory]
    [InlineData("everybody", "is everybody but must be a network such as 10.0.0.0/8, or an address")]
    [InlineData("10.0.0.0/33", "is 10.0.0.0/33 but must be a network such as 10.0.0.0/8, or an address")]
    [InlineData("0.0.0.0/0", "is 0.0.0.0/0, which is everybody: then any member could claim any address")]
    [InlineData("::/0", "is ::/0, which is everybody: then any member could claim any address")]
    public async Task An_invalid_or_all_inclusive_trusted_network_is_rejected(string network, string problem)
    {
        JsonObject json = Configured.Sample();
        json.Put("ProxyGuard:Proxies:Trusted", new JsonArray("10.0.0.0/8", network));

        ConfigurationError fault = Assert.Single(await Configured.FaultsAsync(json));

        Assert.Equal(("ProxyGuard:Proxies:Trusted:1", problem), (fault.Path, fault.Problem));
    }

    [Theory]
    [InlineData("10.0.0.0/8")]
    [InlineData("192.0.2.7")]
    [InlineData("2001:db8::/32")]
    [InlineData("::1")]
    public async Task Networks_and_addresses_are_accepted_as_trusted_proxies(string network)
    {
        JsonObject json = Configured.Sample();
        json.Put("ProxyGuard:Proxies:Trusted", new JsonArray(network));

        Assert.Empty(await Configured.FaultsAsync(json));
    }
}
