using System.Net;
using System.Text.Json.Nodes;
using ProxyGuard.Core.ReadPort;
using ProxyGuard.Ground.Settings;
using ProxyGuard.Tests.Ground.Settings;

namespace ProxyGuard.Tests.Routing.ReadPort;

public sealed class ReadPortSettingsTests
{
    [Fact]
    public async Task The_read_port_is_off_without_a_listen_address() =>
        Assert.Null((await Configured.ReadAsync(Configured.Sample())).ReadPort);

    [Theory]
    [InlineData("tcp://127.0.0.1:3310", "127.0.0.1:3310")]
    [InlineData("127.0.0.1:3310", "127.0.0.1:3310")]
    [InlineData("localhost:3310", "127.0.0.1:3310")]
    [InlineData("tcp://10.0.0.2:3310", "10.0.0.2:3310")]
    [InlineData("tcp://[::1]:3310", "[::1]:3310")]
    [InlineData("*:3310", "[::]:3310")]
    public async Task The_read_port_listens_on_the_configured_address(string listen, string endPoint)
    {
        var expected =
            new ReadPortRules { MaxConnections = 1000, DrainAfter = TimeSpan.FromSeconds(30), EndAfter = TimeSpan.FromMinutes(5) };

        Assert.Equal(new ReadPortSettings(IPEndPoint.Parse(endPoint), expected), (await ReadAsync(listen)).ReadPort);
    }

    [Fact]
    public async Task The_read_port_makes_every_replica_serve_reads_even_without_a_web_server()
    {
        JsonObject json = Configured.Sample();
        json.Put("ReverseProxy:Clusters:site:Destinations:web3", null);
        Assert.False((await Configured.ReadAsync(json)).Rules.Fleet.Nodes.Single(node => node.Name == "db3").ServesReads);

        json.Put("ProxyGuard:ReadPort:Listen", "tcp://127.0.0.1:3310");
        Assert.True((await Configured.ReadAsync(json)).Rules.Fleet.Nodes.Single(node => node.Name == "db3").ServesReads);
    }

    private static Task<GuardSettings> ReadAsync(string listen)
    {
        JsonObject json = Configured.Sample();
        json.Put("ProxyGuard:ReadPort:Listen", listen);
        return Configured.ReadAsync(json);
    }
}
