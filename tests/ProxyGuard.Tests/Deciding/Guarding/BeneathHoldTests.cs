using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ProxyGuard.Ground.Texts;
using ProxyGuard.Testing;

namespace ProxyGuard.Tests.Deciding.Guarding;

/// <summary>A hold says what happens to writes. What the probes see goes on, and every place that says something says that too.</summary>
public sealed class BeneathHoldTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("read-only")]
    [InlineData("maintenance")]
    [InlineData("open")]
    public async Task No_page_or_API_promises_stored_writes_under_a_hold_while_the_primary_is_silent(string mode)
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        await HoldAsync(site, mode);
        site.Fleet["db1"].IsSilent = true;
        await site.TickAsync(2);

        foreach ((string place, string text) in await EverywhereAsync(site, mode))
        {
            Assert.True(
                text.Contains("primary-unreachable", StringComparison.Ordinal)
                    || text.Contains(Said("cause.primary-unreachable"), StringComparison.Ordinal),
                place);
            Assert.DoesNotContain(Said("sent.stored"), text, StringComparison.Ordinal);
            Assert.DoesNotContain(Said("headline.normal"), text, StringComparison.Ordinal);
        }

        Assert.Contains(Said("sent.uncertain"), await site.Http.GetStringAsync("/_proxyguard/", Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_open_hold_without_probe_results_is_shown_to_members()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        await HoldAsync(site, "open");
        site.Time.Advance(TimeSpan.FromSeconds(30));

        using var visit = new HttpRequestMessage(HttpMethod.Get, "/");
        visit.Headers.Accept.ParseAdd(Members.BrowsersAccept);
        using HttpResponseMessage page = await site.Http.SendAsync(visit, Stop);
        Assert.Contains("/_proxyguard/b", await page.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        Assert.Contains(Said("headline.unsure"), await site.Http.GetStringAsync("/_proxyguard/", Stop), StringComparison.Ordinal);
        Assert.Equal("nothing-known", (await site.StatusAsync()).GetProperty("observedCause").GetString());
    }

    [Fact]
    public async Task An_open_hold_with_stuck_replicas_tells_members_that_new_content_is_delayed()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        await HoldAsync(site, "open");
        await site.StopReplicasAsync();

        string page = await site.Http.GetStringAsync("/_proxyguard/", Stop);
        Assert.Contains(Said("headline.late"), page, StringComparison.Ordinal);
        Assert.Contains(Said("cause.replicas-stuck"), page, StringComparison.Ordinal);
        JsonElement status = await site.StatusAsync();
        Assert.Equal(
            ("normal", JsonValueKind.Null, "replicas-stuck"),
            (status.GetProperty("mode").GetString(), status.GetProperty("cause").ValueKind,
                status.GetProperty("observedCause").GetString()));
    }

    [Fact]
    public async Task A_hold_on_a_healthy_fleet_reports_no_observed_cause()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        await HoldAsync(site, "read-only");
        await site.TickAsync(2);

        Assert.Equal(JsonValueKind.Null, (await site.StatusAsync()).GetProperty("observedCause").ValueKind);
        Assert.Contains(Said("sent.stored"), await site.Http.GetStringAsync("/_proxyguard/", Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_shows_the_real_end_of_a_hold_while_Retry_After_is_capped()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        using HttpResponseMessage held = await site.Management.PutAsJsonAsync(
            "/api/v1/maintenance", new { mode = "read-only", endsAt = site.Time.GetUtcNow().AddHours(6).ToString("O") }, Stop);
        using var post = new HttpRequestMessage(HttpMethod.Post, "/comments") { Content = new FormUrlEncodedContent([new("text", "x")]) };
        post.Headers.Accept.ParseAdd("text/html");
        using HttpResponseMessage refused = await site.Http.SendAsync(post, Stop);

        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(12));
        Assert.Contains("about 6 hours", await refused.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    /// <summary>The English text, up to its first value.</summary>
    private static string Said(string key) => Wording.For("en")[key].Split('{')[0];

    private static async Task HoldAsync(GuardedSite site, string mode)
    {
        using HttpResponseMessage held = await site.Management.PutAsJsonAsync("/api/v1/maintenance", new { mode, reason = "test" }, Stop);
        Assert.Equal(HttpStatusCode.OK, held.StatusCode);
    }

    private static async Task<List<(string Place, string Text)>> EverywhereAsync(GuardedSite site, string mode)
    {
        List<(string, string)> places =
        [
            ("status.json", await site.Http.GetStringAsync("/_proxyguard/status.json", Stop)),
            ("status page", await site.Http.GetStringAsync("/_proxyguard/", Stop)),
            ("maintenance", await site.Management.GetStringAsync("/api/v1/maintenance", Stop)),
            ("fleet", await site.Management.GetStringAsync("/api/v1/fleet", Stop)),
        ];
        if (mode == "open")
            return places;
        places.Add(("refusal", await RefusalAsync(site, "text/html")));
        places.Add(("problem", await RefusalAsync(site, "application/json")));
        return places;
    }

    private static async Task<string> RefusalAsync(GuardedSite site, string accept)
    {
        using var post = new HttpRequestMessage(HttpMethod.Post, "/comments") { Content = new FormUrlEncodedContent([new("text", "x")]) };
        post.Headers.Accept.ParseAdd(accept);
        using HttpResponseMessage refused = await site.Http.SendAsync(post, Stop);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        return await refused.Content.ReadAsStringAsync(Stop);
    }
}
