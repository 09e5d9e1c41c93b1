using System.Net;
using System.Text.Json;
using ProxyGuard.Core.Replication;
using ProxyGuard.Testing;

namespace ProxyGuard.Tests.Telling.Diagnosis;

public sealed class DiagnosisTests
{
    private const string Diagnosis = "/api/v1/diagnosis";

    [Fact]
    public async Task A_healthy_fleet_has_no_problems_and_its_topology_is_a_tree()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();

        JsonElement diagnosis = await DiagnosisAsync(site);

        Assert.Equal(0, diagnosis.GetProperty("errorCount").GetInt32());
        Assert.Equal(["db1", "db2", "db3"], Names(diagnosis.GetProperty("servers")));
        Assert.Equal("db1.internal.example:3306", diagnosis.GetProperty("servers")[0].GetProperty("address").GetString());
        JsonElement top = Assert.Single(diagnosis.GetProperty("topology").EnumerateArray());
        Assert.Equal(("db1", "primary"), (top.GetProperty("name").GetString(), top.GetProperty("role").GetString()));
        Assert.Equal(["db2", "db3"], Names(top.GetProperty("replicas")));
        Assert.Equal(
            "db1.internal.example:3306",
            top.GetProperty("replicas")[0].GetProperty("seen").GetProperty("sources")[0].GetProperty("address").GetString());
        Assert.Equal("replica", top.GetProperty("replicas")[0].GetProperty("configured").GetProperty("role").GetString());
    }

    [Fact]
    public async Task A_problem_has_its_node_start_time_description_and_solutions()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        site.Fleet["db2"].StopApplying();
        // As a row-based replica says it.
        site.Fleet["db2"].SqlError = new ReplicationError(1062,
            "Could not execute Write_rows_v1 event on table photos.comments; Duplicate entry '7' for key 'PRIMARY', "
            + "Error_code: 1062; handler error HA_ERR_FOUND_DUPP_KEY; the event's master log bin.000001, end_log_pos 1500");
        await site.TickAsync(2, bytesWritten: 100);

        JsonElement diagnosis = await DiagnosisAsync(site);
        JsonElement check = CheckOf(diagnosis, "sql-duplicate-key");
        JsonElement problem = Assert.Single(check.GetProperty("detectedProblems").EnumerateArray());

        Assert.True(diagnosis.GetProperty("errorCount").GetInt32() >= 1);
        Assert.Equal("ERROR", check.GetProperty("status").GetString());
        Assert.NotEqual("", check.GetProperty("title").GetString());
        Assert.Equal(("Error", "db2", "Server"), (Text(problem, "level"), Text(problem, "dbObject"), Text(problem, "dbObjectType")));
        Assert.Equal(site.Time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"), Text(problem, "since"));
        Assert.Contains("comments", problem.GetProperty("values").GetProperty("table").GetString(), StringComparison.Ordinal);
        Assert.NotEqual("", Text(problem, "description"));
        Assert.NotEqual("", Text(problem, "members"));
        Assert.NotEmpty(problem.GetProperty("doNot").EnumerateArray());
        JsonElement[] solutions = [.. problem.GetProperty("solutions").EnumerateArray()];
        Assert.All(solutions, solution => Assert.Contains(Text(solution, "on"), (string[])["db1", "db2", "shell"]));
        Assert.All(solutions, solution => Assert.Contains(Text(solution, "danger"), (string[])["none", "low", "medium", "high"]));
        Assert.Contains(solutions, solution => solution.GetProperty("commands").GetArrayLength() > 0);
    }

    [Fact]
    public async Task The_diagnosis_uses_the_lang_parameter_or_Accept_Language()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        await site.StopReplicasAsync();

        string english = Text(await DiagnosisAsync(site), "summary");
        string german = Text(await DiagnosisAsync(site, "?lang=de"), "summary");
        site.Management.DefaultRequestHeaders.AcceptLanguage.ParseAdd("fr-CH, de;q=0.5");
        string french = Text(await DiagnosisAsync(site), "summary");

        Assert.Equal(3, new HashSet<string>([english, german, french]).Count);
        Assert.Equal("fr", Text(await DiagnosisAsync(site), "language"));
        Assert.Equal("de", Text(await DiagnosisAsync(site, "?lang=de"), "language"));
        using HttpResponseMessage refused = await site.Management.GetAsync($"{Diagnosis}?lang=it");
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("en, de, fr", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_diagnosis_accepts_only_GET()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();

        using HttpResponseMessage posted = await site.Management.PostAsync(Diagnosis, null);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, posted.StatusCode);
        Assert.Equal(["GET"], posted.Content.Headers.Allow);
    }

    [Fact]
    public async Task Pages_for_members_contain_no_diagnosis_details()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        await site.StopReplicasAsync();
        site.Http.DefaultRequestHeaders.Accept.ParseAdd("text/html");

        string pages = await site.Http.GetStringAsync("/_proxyguard/") + await site.Http.GetStringAsync("/_proxyguard/status.json");
        using HttpResponseMessage refusal = await site.Http.PostAsync("/photos", null);
        pages += await refusal.Content.ReadAsStringAsync();

        Assert.All(
            (string[])["1062", "duplicate", "Duplicate", "photos.comments", "db2", "internal.example", "10.11"],
            word => Assert.DoesNotContain(word, pages, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_node_is_examined_at_startup_and_again_when_it_fails()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        await Eventually.HappensAsync(
            "every node was examined", Deadline, () => site.Fleet["db3"].Examinations > 0 && site.Fleet["db2"].Examinations > 0);
        int before = site.Fleet["db2"].Examinations;
        site.Fleet["db2"].Examination =
            new() { At = default, Variables = System.Collections.Immutable.ImmutableDictionary<string, string>.Empty, DataBytes = 12_345 };

        site.Fleet["db2"].StopApplying();
        await site.TickAsync(2);

        await Eventually.HappensAsync("the ill node was examined again", Deadline, () => site.Fleet["db2"].Examinations > before);
        await Eventually.HappensAsync(
            "what was found is told", Deadline,
            async () => (await DiagnosisAsync(site)).GetProperty("servers")[1]
                .GetProperty("dataBytes") is { ValueKind: JsonValueKind.Number } bytes && bytes.GetInt64() == 12_345);
    }

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private static async Task<JsonElement> DiagnosisAsync(GuardedSite site, string query = "")
    {
        using JsonDocument json = JsonDocument.Parse(await site.Management.GetStringAsync(Diagnosis + query));
        return json.RootElement.Clone();
    }

    private static JsonElement CheckOf(JsonElement diagnosis, string id) =>
        Assert.Single(diagnosis.GetProperty("checksPerformed").EnumerateArray(), check => Text(check, "id") == id);

    private static IEnumerable<string?> Names(JsonElement list) => list.EnumerateArray().Select(one => one.GetProperty("name").GetString());

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;
}
