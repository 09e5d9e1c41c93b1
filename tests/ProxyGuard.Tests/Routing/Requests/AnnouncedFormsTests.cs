using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ProxyGuard.Demo.Fleet;
using ProxyGuard.Testing;
using ProxyGuard.Tests.Ground.Hosting;
using ProxyGuard.Tests.Routing.Forwarding;

namespace ProxyGuard.Tests.Routing.Requests;

/// <summary>The real program with little memory, and somebody who announces much and sends nothing.</summary>
public sealed class AnnouncedFormsTests : IDisposable
{
    private const int Connections = 20;
    private const int Streams = 100;
    private const long Megabyte = 1024 * 1024;

    private readonly string _directory = Directory.CreateTempSubdirectory("proxyguard-announced-").FullName;

    private string Home => Path.Combine(_directory, "home");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <param name="isForwarded">Whether the forms are forwarded, else refused: in front of no database nothing is known.</param>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Announced_forms_that_never_arrive_take_no_memory(bool isForwarded)
    {
        await using Upstream upstream = await Upstream.StartAsync("web1");
        await using ReadyGuard guard = await StartAsync(upstream, isForwarded);
        await AnnounceAsync(guard.Address, connections: 2, streams: Streams, async () => await guard.AnswersAsync());
        await Eventually.HappensAsync(
            "the first ones are gone", TimeSpan.FromSeconds(20), async () => await guard.MetricAsync("proxyguard_writes_under_way") == 0);
        long before = guard.Process.ResidentBytes();
        guard.Process.ForgetPeak();

        double most = 0;
        await AnnounceAsync(guard.Address, Connections, Streams, async () =>
        {
            // Kestrel ends a connection after five seconds in which nothing came.
            await Eventually.HappensAsync("they are given up, or all of them wait", TimeSpan.FromSeconds(20), async () =>
            {
                double now = await guard.MetricAsync("proxyguard_writes_under_way");
                most = Math.Max(most, now);
                Assert.Equal(0, await guard.MetricAsync("proxyguard_kept_bytes"));
                return now < most || now == Connections * Streams || !isForwarded;
            });
        });

        long grown = guard.Process.PeakResidentBytes() - before;
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{before / Megabyte} MB before, {grown / Megabyte} MB more at the worst, {most} under way");
        Assert.True(most > Streams || !isForwarded);
        Assert.False(guard.Process.HasExited);
        await guard.AnswersAsync();
        Assert.InRange(grown, long.MinValue, 30 * Megabyte);
    }

    [Fact]
    public async Task Starting_and_serving_leave_no_file_in_the_home_directory()
    {
        await using Upstream upstream = await Upstream.StartAsync("web1");
        await using ReadyGuard guard = await StartAsync(upstream, isForwarded: true);

        Assert.Empty(Directory.EnumerateFiles(Home, "*", SearchOption.AllDirectories));
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    /// <summary>Opens them all, and lets go of them when what is to be seen meanwhile was seen.</summary>
    private static async Task AnnounceAsync(Uri address, int connections, int streams, Func<Task> meanwhile)
    {
        byte[] form = Http2Wire.Block(
            (":method", "POST"), (":scheme", "https"), (":path", "/comments"), (":authority", "club.example"),
            ("content-type", "application/x-www-form-urlencoded"), ("content-length", "262144"), ("accept", "text/html"));
        var open = new List<Http2Wire>();
        try
        {
            for (int connection = 0; connection < connections; connection++)
            {
                Http2Wire wire = await Http2Wire.ConnectAsync(address);
                open.Add(wire);
                for (int stream = 0; stream < streams; stream++)
                    await wire.SendAsync(FrameType.Headers, Http2Wire.EndHeaders, stream * 2 + 1, form);
            }

            await meanwhile();
        }
        finally
        {
            foreach (Http2Wire wire in open)
                await wire.DisposeAsync();
        }
    }

    private async Task<ReadyGuard> StartAsync(Upstream upstream, bool isForwarded)
    {
        using (RSA key = RSA.Create(2048))
        {
            await File.WriteAllTextAsync(Path.Combine(_directory, "site.key"), key.ExportPkcs8PrivateKeyPem(), Stop);
            await File.WriteAllTextAsync(
                Path.Combine(_directory, "site.pem"), CertificateTests.SelfSigned("club.example", key).ExportCertificatePem(), Stop);
        }

        IReadOnlyList<int> ports = LoopbackPorts.FindFree(2);
        JsonObject json = JsonNode.Parse($$"""
            {
              "Kestrel": { "Endpoints": { "Web": { "Url": "https://127.0.0.1:{{ports[0]}}", "Certificate": { "Path": "{{_directory}}/site.pem", "KeyPath": "{{_directory}}/site.key" } } } },
              "ReverseProxy": {
                "Routes": { "site": { "ClusterId": "site", "Match": { "Path": "{**catch-all}" } } },
                "Clusters": { "site": { "Destinations": { "web1": { "Address": "{{upstream.Address}}" } } } }
              },
              "ProxyGuard": {
                "Site": { "Name": "Photo Club" },
                "Nodes": { "db1": { "Connection": "Server=127.0.0.1;Port=1;User ID=proxyguard;Password=x", "Role": "primary" } },
                "Requests": { "DryRun": {{(isForwarded ? "true" : "false")}} },
                "Admin": { "Listen": "http://127.0.0.1:{{ports[1]}}" }
              }
            }
            """)!.AsObject();
        string file = Path.Combine(_directory, "proxyguard.json");
        await File.WriteAllTextAsync(file, json.ToJsonString(), Stop);
        string log = Path.Combine(_directory, "proxyguard.log");
        Directory.CreateDirectory(Home);
        var guard = new ReadyGuard(
            await GuardProcess.StartAsync(file, log, ("DOTNET_GCHeapHardLimit", "0x20000000"), ("HOME", Home)),
            new Uri($"https://127.0.0.1:{ports[0]}"),
            new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{ports[1]}") });
        await Eventually.HappensAsync("ProxyGuard answers", TimeSpan.FromSeconds(30), guard.IsAliveAsync, () => File.ReadAllText(log));
        return guard;
    }

    private sealed record ReadyGuard(GuardProcess Process, Uri Address, HttpClient Management) : IAsyncDisposable
    {
        public async Task AnswersAsync() => Assert.Equal("alive\n", await Management.GetStringAsync("/alive"));

        /// <summary>Its listeners do not begin all at once.</summary>
        public async Task<bool> IsAliveAsync()
        {
            try
            {
                await AnswersAsync();
                using var client = new TcpClient();
                await client.ConnectAsync(Address.Host, Address.Port);
                return true;
            }
            catch (Exception e) when (e is HttpRequestException or SocketException)
            {
                return false;
            }
        }

        public async Task<double> MetricAsync(string name)
        {
            string line = (await Management.GetStringAsync("/metrics")).Split('\n')
                .Single(line => line.StartsWith(name + " ", StringComparison.Ordinal));
            return double.Parse(line[(name.Length + 1)..], CultureInfo.InvariantCulture);
        }

        public async ValueTask DisposeAsync()
        {
            Management.Dispose();
            await Process.DisposeAsync();
        }
    }
}
