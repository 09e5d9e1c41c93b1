using System.Text.Json.Nodes;
using ProxyGuard.Tests.Ground.Settings;
using ProxyGuard.Tests.Routing.Forwarding;

namespace ProxyGuard.Tests.Routing.Requests;

/// <summary>A site that says what it is called.</summary>
public sealed class NamedSite : RawSite
{
    internal override void Change(JsonObject json) => json.Put("ProxyGuard:Site:Hosts", new JsonArray("club.example", "*.club.example"));
}

public class HostTests(NamedSite raw) : IClassFixture<NamedSite>
{
    [Theory]
    [InlineData("club.example")]
    [InlineData("CLUB.example:8080")]
    [InlineData("photos.club.example")]
    public async Task A_request_for_the_site_is_forwarded_with_its_original_Host(string host)
    {
        RawRequest seen = await raw.ForwardedAsync($"GET /a HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");

        Assert.Equal([host], seen.Header("Host"));
    }

    [Theory]
    [InlineData("GET /a HTTP/1.1\r\nHost: other.example\r\n\r\n")]
    [InlineData("GET /_proxyguard/status.json HTTP/1.1\r\nHost: other.example\r\n\r\n")]
    [InlineData("GET http://other.example/a HTTP/1.1\r\nHost: other.example\r\n\r\n")]
    [InlineData("GET /a HTTP/1.1\r\nHost: \r\n\r\n")]
    [InlineData("GET /a HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")]
    [InlineData("GET /a HTTP/1.1\r\nHost: club.example.other.example\r\n\r\n")]
    [InlineData("GET /a HTTP/1.1\r\nHost: other.example\r\nX-Forwarded-Host: club.example\r\n\r\n")]
    [InlineData("POST /a HTTP/1.1\r\nHost: other.example\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData("GET /a HTTP/1.0\r\n\r\n")]
    public Task A_request_for_a_foreign_host_is_misdirected(string request) => raw.RefusedAsync(request, 421);

    [Theory]
    [InlineData("localhost", System.Net.HttpStatusCode.OK)]
    [InlineData("127.0.0.1", System.Net.HttpStatusCode.OK)]
    // The site's names are not the operators': a page of a stranger may let its own name point here.
    [InlineData("club.example", System.Net.HttpStatusCode.MisdirectedRequest)]
    [InlineData("other.example", System.Net.HttpStatusCode.MisdirectedRequest)]
    public async Task The_management_listener_accepts_only_its_own_host_names(string host, System.Net.HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/fleet") { Headers = { Host = host } };

        using HttpResponseMessage answer = await raw.Site.Management.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(status, answer.StatusCode);
    }
}
