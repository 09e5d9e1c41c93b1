using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using ProxyGuard.Ground.Settings;
using ProxyGuard.Testing;
using ProxyGuard.Tests.Ground.Settings;

namespace ProxyGuard.Tests.Ground.Hosting;

/// <summary>TLS ends here, with the certificate that is in the file now.</summary>
public sealed class CertificateTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("proxyguard-certificate-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Pem => Path.Combine(_directory, "site.pem");

    private string Key => Path.Combine(_directory, "site.key");

    private string Pfx => Path.Combine(_directory, "site.pfx");

    [Fact]
    public async Task A_replaced_certificate_is_served_without_a_restart_but_a_broken_one_is_not()
    {
        WritePem("first");
        await using GuardedSite site = await StartAsync(new JsonObject { ["Path"] = Pem, ["KeyPath"] = Key });
        Assert.Equal("CN=first", await ServedAsync(site));

        WritePem("second");
        Later(site);
        Assert.Equal("CN=second", await ServedAsync(site));

        await File.WriteAllTextAsync(Pem, "-----BEGIN CERTIFICATE-----\nnonsense", Stop);
        Later(site);
        Assert.Equal("CN=second", await ServedAsync(site));

        // Half of a replacement: the certificate is there, its key not yet.
        using (RSA other = RSA.Create(2048))
            await File.WriteAllTextAsync(Pem, SelfSigned("half", other).ExportCertificatePem(), Stop);
        Later(site);
        Assert.Equal("CN=second", await ServedAsync(site));

        WritePem("third");
        Later(site);
        Assert.Equal("CN=third", await ServedAsync(site));

        File.Delete(Pem);
        Later(site);
        Assert.Equal("CN=third", await ServedAsync(site));
    }

    [Fact]
    public async Task A_replaced_PFX_file_is_served_without_a_restart()
    {
        WritePfx("first");
        await using GuardedSite site = await StartAsync(new JsonObject { ["Path"] = Pfx, ["Password"] = "secret" });
        Assert.Equal("CN=first", await ServedAsync(site));

        WritePfx("second");
        Later(site);
        Assert.Equal("CN=second", await ServedAsync(site));
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task HTTP_1_1_and_HTTP_2_work_over_TLS_and_are_forwarded_with_X_Forwarded_Proto(string version)
    {
        WritePem("site");
        await using GuardedSite site = await StartAsync(new JsonObject { ["Path"] = Pem, ["KeyPath"] = Key });
        using HttpClient client = ClientOf(site, _ => { });
        using HttpRequestMessage request =
            new(HttpMethod.Get, "/a") { Version = Version.Parse(version), VersionPolicy = HttpVersionPolicy.RequestVersionExact };

        using HttpResponseMessage answer = await client.SendAsync(request, Stop);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("https", site.Upstreams.Values.SelectMany(upstream => upstream.Seen).Single().Headers["X-Forwarded-Proto"]);
    }

    [Fact]
    public async Task A_replaced_default_certificate_is_served_without_a_restart()
    {
        WritePem("first");
        await using GuardedSite site = await GuardedSite.StartWellAsync(json =>
        {
            json.AsObject().Put("Kestrel:Certificates:Default", new JsonObject { ["Path"] = Pem, ["KeyPath"] = Key });
            json.AsObject().Put("Kestrel:Endpoints:Web", new JsonObject { ["Url"] = "https://127.0.0.1:0" });
        });
        Assert.Equal("CN=first", await ServedAsync(site));

        WritePem("second");
        Later(site);
        Assert.Equal("CN=second", await ServedAsync(site));
    }

    [Fact]
    public async Task A_write_mark_over_TLS_is_a_secure_host_cookie_and_an_insecure_one_is_ignored()
    {
        WritePem("site");
        await using GuardedSite site = await StartAsync(new JsonObject { ["Path"] = Pem, ["KeyPath"] = Key });
        using HttpClient client = ClientOf(site, _ => { });
        // After what the replicas are known to show.
        site.Time.Advance(TimeSpan.FromSeconds(0.1));
        using HttpResponseMessage written = await client.PostAsync("/comments", new StringContent("hello"), Stop);
        string cookie = Assert.Single(written.Headers.GetValues("Set-Cookie"));
        string[] parts = cookie.Split("; ");

        Assert.StartsWith("__Host-proxyguard-write-mark=", cookie, StringComparison.Ordinal);
        Assert.True(cookie.Length < 256, cookie);
        Assert.Equal(["Path=/", "Max-Age=86400", "HttpOnly", "SameSite=Lax", "Secure"], parts.Skip(1));
        Assert.Contains("<body>web1", await ReadAsync(client, parts[0]), StringComparison.Ordinal);
        Assert.DoesNotContain("<body>web1", await ReadAsync(client, parts[0]["__Host-".Length..]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Path", "nowhere.pem")]
    [InlineData("KeyPath", "nowhere.key")]
    public async Task A_missing_certificate_file_is_a_configuration_fault(string option, string file)
    {
        WritePem("site");
        JsonObject json = Configured.Sample();
        json.Put(
            "Kestrel:Endpoints:Web",
            new JsonObject { ["Url"] = "https://127.0.0.1:0", ["Certificate"] = new JsonObject { ["Path"] = Pem, ["KeyPath"] = Key } });
        json.Put($"Kestrel:Endpoints:Web:Certificate:{option}", file);

        ConfigurationError fault = Assert.Single(await Configured.FaultsAsync(json));

        Assert.Equal($"Kestrel:Endpoints:Web:Certificate:{option}", fault.Path);
        Assert.Equal($"is {file} but there is no such file", fault.Problem);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static Task<GuardedSite> StartAsync(JsonObject certificate) => GuardedSite.StartWellAsync(json =>
        json.AsObject().Put("Kestrel:Endpoints:Web", new JsonObject { ["Url"] = "https://127.0.0.1:0", ["Certificate"] = certificate }));

    // The clock of the site, which says when to look again, is the test's.
    private static void Later(GuardedSite site) => site.Time.Advance(TimeSpan.FromSeconds(3));

    private static async Task<string> ReadAsync(HttpClient client, string cookie)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { "Cookie", cookie } } };
        using HttpResponseMessage answer = await client.SendAsync(request, Stop);
        return await answer.Content.ReadAsStringAsync(Stop);
    }

    private static async Task<string> ServedAsync(GuardedSite site)
    {
        string subject = "";
        using HttpClient client = ClientOf(site, seen => subject = seen.Subject);
        using HttpResponseMessage answer = await client.GetAsync("/_proxyguard/status.json", Stop);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return subject;
    }

    private static HttpClient ClientOf(GuardedSite site, Action<X509Certificate2> seen)
    {
        var handler = new SocketsHttpHandler { UseCookies = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
        {
            seen((X509Certificate2)certificate!);
            // Self-signed, so that nothing but its being there can be asked.
            return certificate!.GetCertHash().Length > 0;
        };
        return new HttpClient(handler)
        {
            BaseAddress = site.Address,
            DefaultRequestHeaders = { CacheControl = new CacheControlHeaderValue { NoCache = true } }
        };
    }

    private void WritePem(string name)
    {
        using RSA key = RSA.Create(2048);
        File.WriteAllText(Key, key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(Pem, SelfSigned(name, key).ExportCertificatePem());
    }

    private void WritePfx(string name)
    {
        using RSA key = RSA.Create(2048);
        File.WriteAllBytes(Pfx, SelfSigned(name, key).Export(X509ContentType.Pkcs12, "secret"));
    }

    internal static X509Certificate2 SelfSigned(string name, RSA key) =>
        new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
}
