using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using ProxyGuard.Testing;

namespace ProxyGuard.Tests.Telling.Admin;

public class AuditApiTests
{
    [Fact]
    public async Task The_newest_changes_are_told_and_no_more_than_asked_for()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        for (int change = 0; change < 30; change++)
            await site.Management.PutAsJsonAsync("/api/v1/maintenance", new { mode = "read-only", reason = $"change {change}" });

        Assert.Equal(["change 28", "change 29"], await ReasonsAsync(site, "?last=2"));
        Assert.Equal(20, (await ReasonsAsync(site, "")).Length);
        // Also the one of the start.
        Assert.Equal(31, (await ReasonsAsync(site, "?last=1000")).Length);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1001")]
    [InlineData("-1")]
    [InlineData("all")]
    public async Task A_number_out_of_bounds_is_refused(string last)
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        using HttpResponseMessage answer = await site.Management.GetAsync($"/api/v1/audit?last={last}");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(
            "last must be a number from 1 to 1000.", (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString());
    }

    [Fact]
    public async Task A_file_of_years_is_read_from_its_end_and_what_is_no_line_of_ours_is_left_out()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        string file = Path.Combine(site.StateDirectory, "audit.jsonl");
        string own = """{"at":"2020-01-01T00:00:00+00:00","who":"anna","from":"normal","to":"read-only (hold)","why":"old"}""";
        await File.WriteAllTextAsync(
            file, string.Concat(Enumerable.Repeat(own + "\n", 30_000)) + "not ours\n\n{\"at\":1}\n" + own.Replace("old", "new", StringComparison.Ordinal) + "\n",
            Encoding.UTF8);

        string[] reasons = await ReasonsAsync(site, "?last=3");

        Assert.Equal(["old", "old", "new"], reasons);
    }

    [Fact]
    public async Task Before_anything_was_written_there_are_no_changes()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        File.Delete(Path.Combine(site.StateDirectory, "audit.jsonl"));
        Assert.Empty(await ReasonsAsync(site, ""));
    }

    private static async Task<string[]> ReasonsAsync(GuardedSite site, string query)
    {
        JsonElement audit = await site.Management.GetFromJsonAsync<JsonElement>($"/api/v1/audit{query}");
        return [.. audit.GetProperty("changes").EnumerateArray().Select(change => change.GetProperty("why").GetString()!)];
    }
}
