using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ProxyGuard.Ground.Settings;
using ProxyGuard.Telling.Admin;
using ProxyGuard.Testing;
using ProxyGuard.Tests.Ground.Settings;

namespace ProxyGuard.Tests.Telling.Admin;

/// <summary>A name that a stranger lets point to this machine (DNS rebinding) reads nothing of the management listener.</summary>
public sealed class ManagementHostTests
{
    [Theory]
    [InlineData("/metrics")]
    [InlineData("/health")]
    [InlineData("/ready")]
    [InlineData("/alive")]
    [InlineData("/api/v1/fleet")]
    [InlineData("/nothing")]
    public async Task The_management_listener_rejects_foreign_host_names(string path)
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync(
            json => json["ProxyGuard"]!["Admin"]!["Hosts"] = new JsonArray("guard.internal.example"));

        using HttpResponseMessage refused = await AskAsync(site, path, "rebound.example:8081");
        string said = await refused.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.MisdirectedRequest, refused.StatusCode);
        Assert.Contains("ProxyGuard:Admin:Hosts", said, StringComparison.Ordinal);
        Assert.DoesNotContain("db1", said, StringComparison.Ordinal);
        foreach (string host in (string[])["localhost", "localhost:8081", "127.0.0.1", "[::1]:8081", "guard.internal.example:9090"])
        {
            using HttpResponseMessage answered = await AskAsync(site, path, host);
            Assert.NotEqual(HttpStatusCode.MisdirectedRequest, answered.StatusCode);
        }
    }

    [Theory]
    [InlineData("127.0.0.1", "", true)] // HTTP/1.0, as checks of load balancers have it
    [InlineData("127.0.0.1", "10.0.0.5", false)]
    [InlineData("127.0.0.1", "localhost.rebound.example", false)]
    [InlineData("127.0.0.1", "127.0.0.1.rebound.example", false)]
    [InlineData("127.0.0.1", "2130706433.rebound.example", false)]
    [InlineData("10.0.0.5", "10.0.0.5:8081", true)]
    [InlineData("10.0.0.5", "10.0.0.6:8081", false)]
    [InlineData("0.0.0.0", "10.0.0.6:8081", true)]
    [InlineData("::", "[2001:db8::1]:8081", true)]
    [InlineData("0.0.0.0", "rebound.example", false)]
    public async Task The_management_listener_accepts_its_own_IP_address_but_no_name_resembling_it(string listen, string host, bool isAnswered)
    {
        GuardSettings settings = await Configured.ReadAsync(Configured.Sample());
        var hosts = new ManagementHosts(
            new LiveSettings(settings with { Admin = settings.Admin with { Listen = new IPEndPoint(IPAddress.Parse(listen), 8081) } }));

        Assert.Equal(isAnswered, hosts.Contains(host.Length == 0 ? default : new HostString(host)));
    }

    [Fact]
    public async Task A_management_host_with_a_port_is_a_configuration_fault()
    {
        JsonObject json = Configured.Sample();
        json.Put("ProxyGuard:Admin:Hosts", new JsonArray("guard.internal.example:8081"));

        Assert.Equal(
            [
                "ProxyGuard:Admin:Hosts has guard.internal.example:8081 but each must be a host without a port, such as proxyguard.internal.example.",
            ],
            (await Configured.FaultsAsync(json)).Select(fault => fault.ToString()));
    }

    private static Task<HttpResponseMessage> AskAsync(GuardedSite site, string path, string host) =>
        site.Management.SendAsync(new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Host = host } });
}
