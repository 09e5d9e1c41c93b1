using System.Text.Json;
using ProxyGuard.Ground.Texts;
using ProxyGuard.Testing;

namespace ProxyGuard.Tests.Telling.Admin;

public class FleetReportTests
{
    [Fact]
    public async Task The_fleet_report_shows_what_the_probes_saw_of_every_node()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        site.Fleet["db2"].StopApplying();
        site.Fleet["db3"].IsSilent = true;
        await site.TickAsync(4, bytesWritten: 500);

        using JsonDocument json = JsonDocument.Parse(await site.Management.GetStringAsync("/api/v1/fleet"));
        JsonElement[] nodes = [.. json.RootElement.GetProperty("nodes").EnumerateArray()];

        Assert.Equal(["db1", "db2", "db3"], nodes.Select(node => node.GetProperty("name").GetString()));
        Assert.Equal(["fresh", "stuck", "silent"], nodes.Select(node => node.GetProperty("state").GetString()));
        Assert.Equal("db1", nodes[1].GetProperty("source").GetString());
        Assert.Equal(2000, nodes[1].GetProperty("queueBytes").GetInt64());
        Assert.Equal(2, nodes[1].GetProperty("lagSeconds").GetDouble());
        Assert.Contains("error 1062: Duplicate entry '7'", nodes[1].GetProperty("why").GetString(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, nodes[0].GetProperty("why").ValueKind);
        Assert.Equal(JsonValueKind.Null, nodes[0].GetProperty("queueBytes").ValueKind);
    }

    [Fact]
    public async Task The_fleet_report_shows_missing_evidence_with_its_link_and_option()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        site.Fleet["db2"].Settings = site.Fleet["db2"].Settings with { SkippedErrors = "1062" };
        await site.TickAsync(2);

        using JsonDocument json = JsonDocument.Parse(await site.Management.GetStringAsync("/api/v1/fleet"));
        JsonElement node = json.RootElement.GetProperty("nodes")[1];
        JsonElement missing = Assert.Single(node.GetProperty("missingEvidence").EnumerateArray());

        Assert.Equal(
            ("unknown", JsonValueKind.Null, JsonValueKind.Null),
            (node.GetProperty("state").GetString(), node.GetProperty("lagSeconds").ValueKind, node.GetProperty("asOf").ValueKind));
        Assert.Equal(
            "not known to get what the site writes: db1 -> db2: db2 leaves out what fails (slave_skip_errors=1062)",
            node.GetProperty("why").GetString());
        Assert.Equal(["skip-errors", "db1 -> db2", "db2", "slave_skip_errors=1062", "slave_skip_errors = OFF"],
            ((string[])["reason", "link", "at", "setting", "option"]).Select(name => missing.GetProperty(name).GetString()));
        Assert.False(missing.GetProperty("accepted").GetBoolean());
        Assert.Equal("skips-errors", node.GetProperty("findings")[0].GetProperty("code").GetString());
        Assert.Empty(json.RootElement.GetProperty("nodes")[2].GetProperty("missingEvidence").EnumerateArray());
    }

    [Theory]
    [InlineData("/api/v1/fleet", null, "en")]
    [InlineData("/api/v1/fleet", "fr, en;q=0.5", "fr")]
    [InlineData("/api/v1/fleet?lang=de", "fr", "de")]
    public async Task The_findings_of_a_node_are_in_the_requested_language(string path, string? accepted, string language)
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        site.Fleet["db2"].StopApplying();
        await site.TickAsync(2, bytesWritten: 500);
        if (accepted is not null)
            site.Management.DefaultRequestHeaders.AcceptLanguage.ParseAdd(accepted);

        using JsonDocument json = JsonDocument.Parse(await site.Management.GetStringAsync(path));
        JsonElement finding = json.RootElement.GetProperty("nodes")[1].GetProperty("findings")[0];

        Assert.Equal(
            ("sql-duplicate-key", "Error"), (finding.GetProperty("code").GetString(), finding.GetProperty("severity").GetString()));
        Assert.NotEqual("", finding.GetProperty("title").GetString());
        Assert.Equal(language, Wording.Languages.Single(one => Wording.ForFindings(one)["sql-duplicate-key.happened"].Split('{',
            '[')[0] is { } begin
            && finding.GetProperty("happened").GetString()!.StartsWith(begin, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Metrics_keep_the_series_of_a_failed_node_without_sentinel_values()
    {
        await using GuardedSite site = await GuardedSite.StartAsync();
        string before = await site.Management.GetStringAsync("/metrics");
        Assert.Contains("proxyguard_replica_lag_known{node=\"db2\"} 0", before, StringComparison.Ordinal);
        Assert.DoesNotContain("proxyguard_replica_lag_seconds{", before, StringComparison.Ordinal);
        Assert.Contains("proxyguard_mode{mode=\"read-only\"} 1", before, StringComparison.Ordinal);

        await site.TickAsync(3);
        site.Fleet["db2"].IsSilent = true;
        await site.TickAsync(4);
        await site.Http.PostAsync("/photos", null);
        string after = await site.Management.GetStringAsync("/metrics");

        Assert.Contains("proxyguard_node_state{node=\"db2\",state=\"silent\"} 1", after, StringComparison.Ordinal);
        Assert.Contains("proxyguard_replica_lag_known{node=\"db2\"} 1", after, StringComparison.Ordinal);
        Assert.Contains("proxyguard_replica_lag_seconds{node=\"db2\"} 2", after, StringComparison.Ordinal);
        Assert.Contains("proxyguard_mode{mode=\"normal\"} 1", after, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_health_endpoint_stays_OK_while_replicas_are_stuck()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        await site.StopReplicasAsync();

        Assert.Equal(System.Net.HttpStatusCode.OK, (await site.Management.GetAsync("/health")).StatusCode);
        Assert.Equal(System.Net.HttpStatusCode.OK, (await site.Management.GetAsync("/alive")).StatusCode);
    }
}
