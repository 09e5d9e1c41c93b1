using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Requests;
using ProxyGuard.Ground.Hosting;
using ProxyGuard.Routing.Rehearsal;
using ProxyGuard.Testing;

namespace ProxyGuard.Tests.Routing.Rehearsal;

/// <summary>The bad day, tried out on a good one.</summary>
public sealed class RehearsalTests
{
    private const string Path = "/api/v1/dry-run";

    [Fact]
    public async Task A_dry_run_refuses_nothing_and_lists_what_would_have_been_refused()
    {
        await using GuardedSite site = await RehearsingAsync();
        await site.StopReplicasAsync();
        for (int photo = 1; photo <= 3; photo++)
        {
            using HttpResponseMessage answer = await site.Http.PostAsync($"/photo/{photo}/comment", new StringContent("x"));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("normal", Assert.Single(answer.Headers.GetValues("X-ProxyGuard-Mode")));
        }

        using HttpResponseMessage like = await site.Http.GetAsync("/like/7");
        using HttpResponseMessage search = await site.Http.PostAsync("/search", new StringContent("q=lake"));
        using HttpResponseMessage login = await site.Http.PostAsync("/login", new StringContent("name=anna"));
        JsonElement told = await ToldAsync(site);

        Assert.Equal(["POST /photo/*/comment 3 3", "GET /like/* 1 1"], KindsOf(told, "wouldBeRefused"));
        Assert.True(told.GetProperty("rehearses").GetBoolean());
        Assert.Equal(0, told.GetProperty("notListed").GetInt64());
        // By the site's clock: it was looked at for a moment, then five ticks passed, and then it was asked.
        Assert.Equal(
            site.Time.GetUtcNow() - TimeSpan.FromSeconds(2.5), told.GetProperty("since").GetDateTimeOffset(), TimeSpan.FromSeconds(1));
        Assert.Equal(
            site.Time.GetUtcNow(), told.GetProperty("wouldBeRefused")[0].GetProperty("lastAt").GetDateTimeOffset(),
            TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_dry_run_lists_reads_answered_by_a_redirect_as_possible_writes()
    {
        await using GuardedSite site = await RehearsingAsync();
        foreach (Upstream upstream in site.Upstreams.Values)
            upstream.Answer = context =>
            {
                context.Response.StatusCode = context.Request.Path == "/moved" ? 301 : 302;
                return Task.CompletedTask;
            };
        foreach (string target in (string[])["/album/4/delete?sure=1", "/moved"])
        {
            using HttpResponseMessage answer = await site.Http.GetAsync(target);
        }

        JsonElement told = await ToldAsync(site);
        Assert.Equal(["GET /album/*/delete 1 0"], KindsOf(told, "readsThatMayWrite"));
        Assert.Empty(KindsOf(told, "wouldBeRefused"));
    }

    [Fact]
    public async Task A_dry_run_lists_reads_that_another_interpretation_of_the_path_would_refuse()
    {
        await using GuardedSite site = await RehearsingAsync();
        foreach (Upstream upstream in site.Upstreams.Values)
            upstream.Answer = context =>
            {
                context.Response.StatusCode = 302;
                return Task.CompletedTask;
            };
        using var head = new HttpRequestMessage(HttpMethod.Head, "/like/7");
        using HttpResponseMessage liked = await site.Http.SendAsync(head);
        using HttpResponseMessage byScript = await site.Http.GetAsync("/index.php/like/7");
        JsonElement told = await ToldAsync(site);

        Assert.Equal(HttpStatusCode.Redirect, byScript.StatusCode);
        Assert.Equal(["GET /index.php/like/* 1 0", "HEAD /like/* 1 0"], KindsOf(told, "wouldBeRefused"));
        Assert.Empty(KindsOf(told, "readsThatMayWrite"));
    }

    [Fact]
    public async Task A_hold_refuses_writes_even_in_a_dry_run()
    {
        await using GuardedSite site = await RehearsingAsync();
        using HttpResponseMessage held = await site.Management.PutAsync(
            "/api/v1/maintenance", new StringContent("""{ "mode": "read-only" }""", Encoding.UTF8, "application/json"));
        using HttpResponseMessage answer = await site.Http.PostAsync("/comments", new StringContent("x"));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
    }

    [Fact]
    public async Task Writes_are_refused_and_not_listed_without_a_dry_run()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        await site.StopReplicasAsync();
        using HttpResponseMessage answer = await site.Http.PostAsync("/comments", new StringContent("x"));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Empty(KindsOf(await ToldAsync(site), "wouldBeRefused"));
    }

    [Fact]
    public async Task The_dry_run_page_accepts_the_key_as_Basic_password_for_reading_only()
    {
        await using GuardedSite site = await RehearsingAsync();
        using HttpResponseMessage posted = await site.Http.PostAsync("/<script>alert(1)</script>", new StringContent("x"));
        var basic = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"anna:{GuardedSite.Key}")));
        using var request = new HttpRequestMessage(
            HttpMethod.Get, new Uri(site.ManagementAddress, Path))
        { Headers = { Authorization = basic } };
        request.Headers.Add("Accept", "text/html");
        using HttpResponseMessage answer = await site.Http.SendAsync(request);
        string page = await answer.Content.ReadAsStringAsync();
        using var change = new HttpRequestMessage(
            HttpMethod.Delete, new Uri(site.ManagementAddress, "/api/v1/maintenance"))
        { Headers = { Authorization = basic } };
        using HttpResponseMessage refused = await site.Http.SendAsync(change);

        Assert.Contains("Would be refused while the site is read-only", page, StringComparison.Ordinal);
        Assert.Contains("<code>POST /", page, StringComparison.Ordinal);
        Assert.Contains("""</details></td><td class="n">1</td><td class="n">0</td></tr>""", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Fact]
    public void The_list_of_a_dry_run_is_bounded()
    {
        var log = new RehearsalLog(TimeProvider.System);
        for (int path = 0; path < 2_000; path++)
            log.Add("POST", $"/x{path}-", Request("a=b"));

        Assert.Equal(RehearsalLog.MostKinds, log.Of(Rehearsed.Write).Count);
        Assert.Equal(2_000 - RehearsalLog.MostKinds, log.NotListed);
    }

    [Fact]
    public void A_word_that_several_members_sent_is_told_with_the_finished_rule()
    {
        var log = new RehearsalLog(TimeProvider.System);
        foreach (int member in (int[])[1, 1, 1, 2, 3])
            log.Add("POST", "/api.php", Request("?action=logout&token=abc&q=cat&id=5&name=Anna%20B", member));
        foreach (int member in (int[])[1, 1, 2])
            log.Add("POST", "/api.php", Request("?lang=klingon", member));

        (RehearsedKind kind, RehearsedCount count) = Assert.Single(log.Of(Rehearsed.Write));
        Assert.Equal(
            [("action", "logout", 5), ("q", "cat", 5)],
            count.Parameters.Common.Select(common => (common.Name, common.Value, (int)common.Times)));
        Assert.Equal(
            """{"Method":"POST","Path":"/api.php","Query":{"action":"logout"},"Is":"read"}""",
            SuggestedRule.Of(kind, count.Parameters.Common[0]));
    }

    [Fact]
    public void Words_that_one_client_invents_do_not_keep_those_of_the_others_out()
    {
        var counts = new ParameterCounts();
        foreach (int member in (int[])[1, 2, 3])
        {
            for (int word = 0; word < 1_000; word++)
                counts.Add(RequestParameters.OfQuery($"a{word}=x"), Member(9));
            counts.Add(RequestParameters.OfQuery("action=logout"), Member(member));
        }

        Assert.Equal("action", Assert.Single(counts.Common).Name);
    }

    [Fact]
    public async Task A_dry_run_notes_how_the_head_moves_with_what_is_asked_for()
    {
        await using GuardedSite site = await RehearsingAsync();
        foreach (Upstream upstream in site.Upstreams.Values)
            upstream.Answer = context =>
            {
                context.Response.ContentType = context.Request.Path == "/logo" ? "image/png" : "text/html";
                return Task.CompletedTask;
            };
        foreach (string target in (string[])["/photos/1", "/photos/2", "/like/3", "/login", "/logo"])
            (await site.Http.GetAsync(target)).Dispose();
        await site.TickAsync(20);

        (IReadOnlyList<MovementWindow> windows, IReadOnlyList<MovementKind> kinds) =
            site.Service<MovementRecord>().Take();
        Assert.Equal(
            ["GET /like/* 1 False", "GET /login 1 False", "GET /photos/* 2 True"],
            windows.SelectMany(window => window.Requests).Select(count => $"{kinds[count.Key].Name} {count.Value} {kinds[count.Key].IsRead}").Order());
        Assert.All(windows, window => Assert.InRange(window.Seconds, 5, 6));
        Assert.Empty((await ToldAsync(site)).GetProperty("readsThatMoveTheHead").EnumerateArray());
    }

    [Fact]
    public async Task A_client_that_invents_paths_takes_no_more_than_its_share_of_the_record()
    {
        await using GuardedSite site = await RehearsingAsync();
        MovementRecord record = site.Service<MovementRecord>();
        for (int path = 0; path < 10_000; path++)
            record.Count("GET", $"/x{path}-", isRead: true);
        await site.TickAsync(20);

        (IReadOnlyList<MovementWindow> windows, IReadOnlyList<MovementKind> kinds) = record.Take();
        Assert.Equal(MovementRecord.MostKinds + 2, kinds.Count);
        Assert.Equal(10_000, windows.SelectMany(window => window.Requests).Sum(count => count.Value));
    }

    private static RehearsedRequest Request(string query, int member = 1) =>
        new(Rehearsed.Write, IsIncident: false, RequestParameters.OfQuery(query), Member(member), Rule: null);

    private static AddressKey Member(int number) => AddressKey.Of(IPAddress.Parse($"192.0.2.{number}"));

    private static Task<GuardedSite> RehearsingAsync() => GuardedSite.StartWellAsync(json =>
        json["ProxyGuard"]!["Requests"] = new JsonObject { ["DryRun"] = true, ["Rules"] = json["ProxyGuard"]!["Requests"]!.DeepClone() });

    private static async Task<JsonElement> ToldAsync(GuardedSite site)
    {
        using JsonDocument json = JsonDocument.Parse(await site.Management.GetStringAsync(Path));
        return json.RootElement.Clone();
    }

    private static IEnumerable<string> KindsOf(JsonElement told, string list) => told.GetProperty(list).EnumerateArray().Select(kind =>
        $"{kind.GetProperty("method").GetString()} {kind.GetProperty("path").GetString()} {kind.GetProperty("times")} {kind.GetProperty("duringIncidents")}");
}
