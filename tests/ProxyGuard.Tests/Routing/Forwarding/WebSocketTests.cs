using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using ProxyGuard.Testing;
using ProxyGuard.Tests.Ground.Hosting;
using ProxyGuard.Tests.Ground.Settings;

namespace ProxyGuard.Tests.Routing.Forwarding;

/// <summary>A site over TLS, in both versions of HTTP, in front of a web server that says back what it hears.</summary>
public sealed class TlsSite : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("proxyguard-tls-").FullName;
    private EchoServer _echo = null!;

    internal GuardedSite Site { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        using RSA key = RSA.Create(2048);
        JsonObject certificate =
            new() { ["Path"] = Path.Combine(_directory, "site.pem"), ["KeyPath"] = Path.Combine(_directory, "site.key") };
        await File.WriteAllTextAsync(certificate["KeyPath"]!.ToString(), key.ExportPkcs8PrivateKeyPem());
        await File.WriteAllTextAsync(certificate["Path"]!.ToString(), CertificateTests.SelfSigned("club", key).ExportCertificatePem());
        _echo = await EchoServer.StartAsync();
        Site = await GuardedSite.StartWellAsync(json =>
        {
            json.AsObject().Put("Kestrel:Endpoints:Web", new JsonObject { ["Url"] = "https://127.0.0.1:0", ["Certificate"] = certificate });
            json.AsObject().Put(
                "ReverseProxy:Clusters:chat", JsonNode.Parse($$"""{ "Destinations": { "chat": { "Address": "{{_echo.Address}}" } } }"""));
            json.AsObject().Put("ReverseProxy:Routes:chat", JsonNode.Parse("""{ "ClusterId": "chat", "Match": { "Path": "/chat" } }"""));
        });
    }

    public async ValueTask DisposeAsync()
    {
        await Site.DisposeAsync();
        await _echo.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>One that takes this site's certificate and no other.</summary>
    internal static HttpMessageInvoker Client()
    {
        var handler = new SocketsHttpHandler { UseCookies = false };
        handler.SslOptions.RemoteCertificateValidationCallback = static (_, certificate, _, _) =>
            certificate is X509Certificate2 { Subject: "CN=club" };
        return new HttpMessageInvoker(handler);
    }
}

/// <summary>WebSockets through the real listeners: in the clear, over TLS, and as streams of HTTP/2 (RFC 8441).</summary>
public sealed class WebSocketTests(TlsSite tls) : IClassFixture<TlsSite>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_WebSocket_talks_in_both_directions()
    {
        await using var echo = await EchoServer.StartAsync();
        await using GuardedSite site = await GuardedSite.StartWellAsync(json => StreamingTests.PointTo(json, echo.Address));
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(site.Address) { Scheme = "ws", Path = "/chat" }.Uri, Stop);

        await TalksAsync(socket);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task A_WebSocket_works_over_TLS_with_HTTP_1_1_and_HTTP_2(string version)
    {
        using HttpMessageInvoker client = TlsSite.Client();
        using ClientWebSocket socket = await ConnectAsync(client, version);

        await TalksAsync(socket);
    }

    [Fact]
    public async Task Many_WebSockets_share_one_HTTP_2_connection_and_fail_independently()
    {
        using HttpMessageInvoker client = TlsSite.Client();
        ClientWebSocket[] sockets = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ConnectAsync(client, "2.0")));

        sockets[0].Abort();
        await Task.WhenAll(sockets[1..].Select(TalksAsync));

        foreach (ClientWebSocket socket in sockets)
            socket.Dispose();
    }

    [Fact]
    public async Task A_WebSocket_can_be_opened_while_the_site_is_read_only()
    {
        using HttpMessageInvoker client = TlsSite.Client();
        tls.Site.Fleet["db2"].StopApplying();
        tls.Site.Fleet["db3"].StopApplying();
        await tls.Site.TickAsync(2, bytesWritten: 100);
        try
        {
            Assert.Equal(Core.Guarding.SiteMode.ReadOnly, tls.Site.View.Mode);
            using ClientWebSocket socket = await ConnectAsync(client, "2.0");
            await TalksAsync(socket);
        }
        finally
        {
            tls.Site.Fleet["db2"].Mend();
            tls.Site.Fleet["db3"].Mend();
            await tls.Site.TickAsync(20);
        }
    }

    [Fact]
    public async Task A_refused_WebSocket_leaves_the_HTTP_2_connection_usable()
    {
        using HttpMessageInvoker client = TlsSite.Client();
        using var socket =
            new ClientWebSocket
            {
                Options = { HttpVersion = HttpVersion.Version20,
                HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact, CollectHttpResponseDetails = true }
            };

        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(AddressOf("/"), client, Stop));

        using ClientWebSocket next = await ConnectAsync(client, "2.0");
        await TalksAsync(next);
    }

    [Fact]
    public async Task The_write_mark_over_TLS_is_a_secure_host_cookie()
    {
        using HttpMessageInvoker client = TlsSite.Client();
        using HttpRequestMessage write = new(
            HttpMethod.Post,
            new Uri(tls.Site.Address, "/comments"))
        { Content = new StringContent("hello"), Version = HttpVersion.Version20 };

        using HttpResponseMessage answer = await client.SendAsync(write, Stop);

        string cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        Assert.StartsWith("__Host-proxyguard-write-mark=", cookie, StringComparison.Ordinal);
        Assert.Equal(["Path=/", "Max-Age=86400", "HttpOnly", "SameSite=Lax", "Secure"], cookie.Split("; ").Skip(1));
        Assert.True(cookie.Length < 256, cookie);
    }

    private Uri AddressOf(string path) => new UriBuilder(tls.Site.Address) { Scheme = "wss", Path = path }.Uri;

    private async Task<ClientWebSocket> ConnectAsync(HttpMessageInvoker client, string version)
    {
        var socket =
            new ClientWebSocket
            {
                Options = { HttpVersion = Version.Parse(version),
                HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact }
            };
        await socket.ConnectAsync(AddressOf("/chat"), client, Stop);
        return socket;
    }

    private static async Task TalksAsync(ClientWebSocket socket)
    {
        byte[] message = Encoding.UTF8.GetBytes("hello, " + new string('x', 100_000));
        await socket.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, Stop);
        var back = new byte[message.Length];
        int got = 0;
        while (got < back.Length)
            got += (await socket.ReceiveAsync(back.AsMemory(got), Stop)).Count;
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", Stop);

        Assert.Equal(message, back);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
    }
}
