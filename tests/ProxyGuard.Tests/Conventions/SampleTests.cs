using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using ProxyGuard.Ground.Settings;
using ProxyGuard.Testing;
using ProxyGuard.Tests.Ground.Settings;

namespace ProxyGuard.Tests.Conventions;

public sealed class SampleTests
{
    [Fact]
    public async Task The_sample_configuration_is_valid()
    {
        string file = Repository.PathOf("config", "proxyguard.json");

        GuardSettings settings = (await new ConfigurationSource(file).ReadAsync()).Settings;

        Assert.Equal(3, settings.Rules.Fleet.Nodes.Length);
        Assert.Equal(Repository.PathOf("config", "state"), settings.StateDirectory);
    }

    [Fact]
    public async Task The_sample_configuration_runs()
    {
        string directory = Directory.CreateTempSubdirectory("proxyguard-sample-").FullName;
        JsonObject json = Configured.Sample();
        // Any free port, for somebody may use the sample's.
        json.Put("Urls", "http://127.0.0.1:0");
        json.Put("ProxyGuard:Admin:Listen", "http://127.0.0.1:0");
        string file = Path.Combine(directory, "proxyguard.json");
        await File.WriteAllTextAsync(file, json.ToJsonString());
        CheckedConfiguration configuration = await new ConfigurationSource(file).ReadAsync();

        var fleet = new ScriptedFleet();
        await using (
            WebApplication app = ProxyGuardApp.Build(
                configuration, new ProxyGuardEdges { Probes = fleet.ProbeOf, Examiners = fleet.ExaminerOf }))
        {
            await app.StartAsync();
            using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
            using HttpResponseMessage status = await http.GetAsync("/_proxyguard/status.json");
            Assert.Equal(HttpStatusCode.OK, status.StatusCode);
            await app.StopAsync();
        }

        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public void The_sample_configuration_fits_the_schema() => Assert.Empty(Check().Faults(Configured.Sample()));

    [Theory]
    [InlineData("ProxyGuard:Freshness:MaxLag", "5")]
    [InlineData("ProxyGuard:Freshness:MaxLagg", "\"00:00:05\"")]
    [InlineData("ProxyGuard:Freshness:BehindAfter", "0")]
    [InlineData("ProxyGuard:ReadOnly:MinFreshReplicas", "65")]
    [InlineData("ProxyGuard:Site:Name", null)]
    [InlineData("ProxyGuard:Site:Languages", "[\"it\"]")]
    [InlineData("ProxyGuard:Nodes", "{}")]
    [InlineData("ProxyGuard:Nodes:db1:Role", "\"secondary\"")]
    [InlineData("ProxyGuard:Requests:0:Path", "\"/like*\"")]
    [InlineData("ProxyGuard:Requests:0:Is", "\"reed\"")]
    [InlineData("ProxyGuard:Admin:Keys:anna", "\"secret\"")]
    [InlineData("Urls", "\"https://127.0.0.1:1\"")]
    public async Task Values_rejected_by_the_schema_are_rejected_by_the_reader_too(string path, string? value)
    {
        JsonObject json = Configured.Sample();
        json.Put(path, value is null ? null : JsonNode.Parse(value));

        Assert.NotEmpty(Check().Faults(json));
        Assert.NotEmpty(await Configured.FaultsAsync(json));
    }

    private static SchemaCheck Check() => new(Repository.ReadJson("config", "proxyguard.schema.json"));
}
