using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Deciding.Guarding;
using ProxyGuard.Ground.Settings;
using ProxyGuard.Ground.Time;

namespace ProxyGuard.Testing;

/// <summary>
/// The whole application on real sockets, in front of real web servers, with scripted nodes and a clock that the test moves.
/// </summary>
internal sealed class GuardedSite : IAsyncDisposable
{
    public const string Key = "the-key-of-the-tests-0123456789-abcdefghij";

    private readonly WebApplication _app;
    private readonly string _directory;
    private readonly bool _ownsDirectory;

    private GuardedSite(
        WebApplication app, HostTime time, ScriptedFleet fleet, Dictionary<string, Upstream> upstreams, string directory,
        bool ownsDirectory)
    {
        (_app, Time, Fleet, Upstreams, _directory, _ownsDirectory) = (app, time, fleet, upstreams, directory, ownsDirectory);
        string[] addresses = [.. app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses];
        // Kestrel names those of its own section last.
        bool isConfigured = app.Services.GetRequiredService<LiveSettings>().Current.PublicEndPoints.IsEmpty;
        Address = new Uri(addresses[isConfigured ? 1 : 0]);
        ManagementAddress = new Uri(addresses[isConfigured ? 0 : 1]);
        Http = ClientOf(Address);
        Management = ClientOf(ManagementAddress);
        Management.DefaultRequestHeaders.Authorization = new("Bearer", Key);
    }

    public HostTime Time { get; }

    public ScriptedFleet Fleet { get; }

    /// <summary>web1 reads from the primary db1, web2 and web3 from the replicas db2 and db3.</summary>
    public Dictionary<string, Upstream> Upstreams { get; }

    public Uri Address { get; }

    public Uri ManagementAddress { get; }

    public HttpClient Http { get; }

    public HttpClient Management { get; }

    public string ConfigurationPath => Path.Combine(_directory, "proxyguard.json");

    public string StateDirectory => Path.Combine(_directory, "state");

    /// <summary>One of the application's own parts.</summary>
    public T Service<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public GuardView View => _app.Services.GetRequiredService<GuardBoard>().View;

    /// <param name="directory">State of an earlier run to go on from; null for a new one that is removed at the end.</param>
    /// <param name="change">Changes the configuration before it is read.</param>
    /// <param name="runsProbeLoop">Whether the loop runs by itself, by the clock the test moves; else <see cref="TickAsync"/> ticks
    /// it.</param>
    /// <param name="startsAt">The time of day at the start; null for now.</param>
    /// <param name="boot">What this run has in common with an earlier one beside the time of day; null for nothing.</param>
    public static async Task<GuardedSite> StartAsync(
        string? directory = null, Action<JsonNode>? change = null, bool runsProbeLoop = false, DateTimeOffset? startsAt = null,
            BootClock? boot = null)
    {
        string home = directory ?? Directory.CreateTempSubdirectory("proxyguard-test-").FullName;
        var upstreams = new Dictionary<string, Upstream>();
        foreach (string name in (string[])["web1", "web2", "web3"])
            upstreams[name] = await Upstream.StartAsync(name);

        JsonNode json = Configuration(upstreams);
        change?.Invoke(json);
        string file = Path.Combine(home, "proxyguard.json");
        await File.WriteAllTextAsync(file, json.ToJsonString());

        var time = new HostTime(startsAt ?? DateTimeOffset.UtcNow);
        var fleet = new ScriptedFleet();
        var source = new ConfigurationSource(file);
        CheckedConfiguration configuration = await source.ReadAsync();
        var edges =
            new ProxyGuardEdges
            {
                Time = time,
                Probes = fleet.ProbeOf,
                Examiners = fleet.ExaminerOf,
                Source = source,
                RunsProbeLoop = runsProbeLoop,
                Boot = boot ?? BootClock.None
            };
        WebApplication app = ProxyGuardApp.Build(configuration, edges);
        await app.StartAsync();
        // From here on a test may tell the nodes what to answer.
        app.Services.GetRequiredService<ProbeLoop>();
        return new GuardedSite(app, time, fleet, upstreams, home, ownsDirectory: directory is null);
    }

    /// <summary>A site whose probes have seen that all is well.</summary>
    public static async Task<GuardedSite> StartWellAsync(Action<JsonNode>? change = null)
    {
        GuardedSite site = await StartAsync(change: change);
        await site.TickAsync(3);
        return site;
    }

    /// <summary>The configuration that <see cref="StartAsync"/> uses.</summary>
    public static JsonNode Configuration(IReadOnlyDictionary<string, Upstream> upstreams) => JsonNode.Parse($$"""
        {
          "Urls": "http://127.0.0.1:0",
          "Logging": { "LogLevel": { "Default": "None", "ProxyGuard": "None" } },
          "ReverseProxy": {
            "Routes": { "site": { "ClusterId": "site", "Match": { "Path": "{**catch-all}" } } },
            "Clusters": { "site": { "Destinations": {
              "web1": { "Address": "{{upstreams["web1"].Address}}", "Metadata": { "ReadsFrom": "db1" } },
              "web2": { "Address": "{{upstreams["web2"].Address}}", "Metadata": { "ReadsFrom": "db2" } },
              "web3": { "Address": "{{upstreams["web3"].Address}}", "Metadata": { "ReadsFrom": "db3" } } } } }
          },
          "ProxyGuard": {
            "Site": { "Name": "Photo Club", "Languages": [ "en", "de", "fr" ] },
            "Nodes": {
              "db1": { "Connection": "Server=db1.internal.example;User ID=proxyguard;Password=hunter2", "Role": "primary" },
              "db2": { "Connection": "Server=db2.internal.example;User ID=proxyguard;Password=hunter2", "Role": "replica" },
              "db3": { "Connection": "Server=db3.internal.example;User ID=proxyguard;Password=hunter2", "Role": "replica" } },
            "Requests": [
              { "Method": "POST", "Path": "/search", "Is": "read" },
              { "Method": "GET", "Path": "/like/*", "Is": "write" },
              { "Path": "/login", "Is": "pass" } ],
            "Admin": { "Listen": "http://127.0.0.1:0", "Keys": { "tests": "{{AdminKey.Configured(Key)}}" } },
            "State": { "Directory": "state" }
          }
        }
        """)!;

    /// <summary>Moves the clock by half a second and ticks, each time.</summary>
    public async Task TickAsync(int times = 1, long bytesWritten = 0)
    {
        ProbeLoop loop = _app.Services.GetRequiredService<ProbeLoop>();
        for (int time = 0; time < times; time++)
        {
            Time.Advance(TimeSpan.FromSeconds(0.5));
            Fleet.Head += bytesWritten;
            await loop.TickAsync(CancellationToken.None);
        }

        await Service<SiteEvents>().ToldAsync(TimeSpan.FromMinutes(1));
    }

    /// <summary>Both replicas stop with a duplicate key, confirmed.</summary>
    public Task StopReplicasAsync()
    {
        Fleet["db2"].StopApplying();
        Fleet["db3"].StopApplying();
        return TickAsync(2, bytesWritten: 100);
    }

    /// <summary>Edits the configuration file. What is in force stays.</summary>
    public async Task EditAsync(Action<JsonObject> change)
    {
        JsonObject json = JsonNode.Parse(await File.ReadAllTextAsync(ConfigurationPath))!.AsObject();
        change(json);
        await File.WriteAllTextAsync(ConfigurationPath, json.ToJsonString());
    }

    public Task<HttpResponseMessage> ReloadAsync() => Management.PostAsync("/api/v1/reload", null);

    public async Task<JsonElement> StatusAsync()
    {
        using JsonDocument json = JsonDocument.Parse(await Http.GetStringAsync("/_proxyguard/status.json"));
        return json.RootElement.Clone();
    }

    /// <summary>Ends the application, as a shutdown does.</summary>
    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        Management.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        foreach (Upstream upstream in Upstreams.Values)
            await upstream.DisposeAsync();
        if (_ownsDirectory)
            Directory.Delete(_directory, recursive: true);
    }

    private static HttpClient ClientOf(Uri address) =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
        {
            BaseAddress = address,
            Timeout = TimeSpan.FromSeconds(30)
        };
}
