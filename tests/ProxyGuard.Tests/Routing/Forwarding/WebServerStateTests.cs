using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using ProxyGuard.Routing.Forwarding;
using ProxyGuard.Testing;
using ProxyGuard.Tests.Ground.Settings;

namespace ProxyGuard.Tests.Routing.Forwarding;

/// <summary>What is told of web servers that do not answer, and where, while all databases are well.</summary>
public sealed class WebServerStateTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Unreachable_web_servers_are_reported_everywhere_without_changing_the_mode()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        int port = site.Upstreams["web1"].Address.Port;
        await LookAsync(site);
        Assert.True((await site.StatusAsync()).GetProperty("canPost").GetBoolean());
        using HttpResponseMessage stream = await site.Http.GetAsync("/_proxyguard/events", HttpCompletionOption.ResponseHeadersRead, Stop);
        using var events = new StreamReader(await stream.Content.ReadAsStreamAsync(Stop));
        await StopAsync(site);

        // No member has asked for anything.
        await LookAsync(site);

        JsonElement status = await site.StatusAsync();
        Assert.Equal(
            ("normal", "web-servers-unreachable", false, false),
            (Text(status, "mode"), Text(status, "cause"), status.GetProperty("canRead").GetBoolean(),
                status.GetProperty("canPost").GetBoolean()));
        Assert.InRange(status.GetProperty("retryAfterSeconds").GetInt32(), 10, 60);
        string page = await site.Http.GetStringAsync("/_proxyguard/", Stop);
        Assert.Contains("The site does not answer at the moment.", page, StringComparison.Ordinal);
        Assert.Contains("The site’s web servers cannot be reached.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Everything works", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<strong>yes</strong>", page, StringComparison.Ordinal);
        string? line;
        while ((line = await events.ReadLineAsync(Stop).AsTask().WaitAsync(TimeSpan.FromSeconds(10), Stop)) is not null
            && !line.Contains("web-servers-unreachable", StringComparison.Ordinal))
            Assert.DoesNotContain("everything", line, StringComparison.Ordinal);
        Assert.NotNull(line);

        JsonElement fleet = await JsonAsync(site, "/api/v1/fleet");
        Assert.Equal(("normal", "web-servers-unreachable", "none"), (Text(fleet, "mode"), Text(fleet, "cause"), Text(fleet, "reach")));
        Assert.Equal(
            ["failing", "failing", "failing"], fleet.GetProperty("webServers").EnumerateArray().Select(server => Text(server, "state")));
        JsonElement diagnosis = await JsonAsync(site, "/api/v1/diagnosis");
        Assert.Equal(
            (1, "web-servers-unreachable"),
            (diagnosis.GetProperty("errorCount").GetInt32(), Text(diagnosis.GetProperty("checksPerformed")[0], "id")));
        Assert.Equal(
            ("healthy", "web-servers-unreachable"),
            (Text(await JsonAsync(site, "/health"), "status"), Text(await JsonAsync(site, "/health"), "cause")));
        Assert.Equal("web-servers-unreachable", Text(await JsonAsync(site, "/api/v1/maintenance"), "cause"));
        string metrics = await site.Management.GetStringAsync("/metrics", Stop);
        Assert.Contains("\nproxyguard_reach{reach=\"none\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains(
            "\nproxyguard_web_server_state{cluster=\"site\",web_server=\"web2\",state=\"failing\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("\nproxyguard_mode{mode=\"normal\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("\nproxyguard_incident_open 0\n", metrics, StringComparison.Ordinal);

        // And it costs no quiet time.
        site.Upstreams["web1"] = await Upstream.StartAsync("web1", port);
        await Eventually.HappensAsync("it is told that it answers", TimeSpan.FromSeconds(20), async () =>
        {
            await site.TickAsync();
            return (await site.StatusAsync()).GetProperty("canPost").ValueKind == JsonValueKind.True;
        });
        Assert.Equal(JsonValueKind.Null, (await site.StatusAsync()).GetProperty("cause").ValueKind);
        using HttpResponseMessage written = await site.Http.PostAsync("/comments", new StringContent("text=x"), Stop);
        Assert.Equal(HttpStatusCode.OK, written.StatusCode);
    }

    [Fact]
    public async Task Failed_client_requests_reveal_unreachable_web_servers_without_a_health_check()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        await StopAsync(site);
        foreach (string _ in (string[])["once for each", "and for each", "web server"])
        {
            using HttpResponseMessage answer = await site.Http.GetAsync("/", Stop);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        }

        Assert.Equal("web-servers-unreachable", Text(await site.StatusAsync(), "cause"));
    }

    [Fact]
    public async Task The_state_of_a_web_server_is_unknown_until_it_has_been_checked()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();

        Assert.Equal(JsonValueKind.Null, (await site.StatusAsync()).GetProperty("canRead").ValueKind);
        Assert.All(
            (await JsonAsync(site, "/api/v1/fleet")).GetProperty("webServers").EnumerateArray(),
            server => Assert.Equal("unknown", Text(server, "state")));

        await LookAsync(site);
        Assert.True((await site.StatusAsync()).GetProperty("canRead").GetBoolean());
        // One that answers members is not asked by us.
        await site.Http.GetStringAsync("/", Stop);
        await LookAsync(site);
        Assert.All(site.Upstreams.Values, upstream => Assert.Single(upstream.Questions));
    }

    [Fact]
    public async Task A_failing_web_server_beside_working_ones_is_a_warning_hidden_from_members()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        await LookAsync(site);
        await site.Upstreams["web1"].DisposeAsync();
        await LookAsync(site);

        JsonElement status = await site.StatusAsync();
        Assert.Equal(
            (JsonValueKind.Null, true, true),
            (status.GetProperty("cause").ValueKind, status.GetProperty("canRead").GetBoolean(),
                status.GetProperty("canPost").GetBoolean()));
        JsonElement diagnosis = await JsonAsync(site, "/api/v1/diagnosis");
        JsonElement check = Assert.Single(
            diagnosis.GetProperty("checksPerformed").EnumerateArray(), check => Text(check, "id") == "web-server-failing");
        Assert.Equal(("WARNING", "web1"), (Text(check, "status"), Text(check.GetProperty("detectedProblems")[0], "dbObject")));
        // Every web server writes to the primary.
        using HttpResponseMessage written = await site.Http.PostAsync("/comments", new StringContent("text=x"), Stop);
        Assert.Equal(HttpStatusCode.OK, written.StatusCode);
    }

    /// <summary>A cluster of its own for what writes, as with a route for POST.</summary>
    [Fact]
    public async Task Pages_say_that_posting_is_unavailable_when_only_the_web_server_for_writes_is_down()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync(json =>
        {
            JsonObject all = json.AsObject();
            JsonNode web1 = json["ReverseProxy"]!["Clusters"]!["site"]!["Destinations"]!["web1"]!.DeepClone();
            all.Put("ReverseProxy:Clusters:site:Destinations:web1", null);
            all.Put("ReverseProxy:Clusters:writes:Destinations:web1", web1);
            all.Put("ReverseProxy:Routes:site:Match:Methods", new JsonArray("GET", "HEAD"));
            all.Put(
                "ReverseProxy:Routes:writes",
                JsonNode.Parse("""{ "ClusterId": "writes", "Match": { "Path": "{**catch-all}", "Methods": [ "POST" ] } }"""));
        });
        await LookAsync(site);
        await site.Upstreams["web1"].DisposeAsync();
        await LookAsync(site);

        JsonElement status = await site.StatusAsync();
        Assert.Equal(
            ("normal", "web-servers-unreachable", true, false),
            (Text(status, "mode"), Text(status, "cause"), status.GetProperty("canRead").GetBoolean(),
                status.GetProperty("canPost").GetBoolean()));
        using var request =
            new HttpRequestMessage(HttpMethod.Get,
                "/")
            { Headers = { { "Accept", "text/html" }, { "Sec-Fetch-Dest", "document" }, { "Sec-Fetch-Mode", "navigate" } } };
        using HttpResponseMessage page = await site.Http.SendAsync(request, Stop);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Contains("/_proxyguard/b.js", await page.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        Assert.Contains(
            "The web server that takes new posts cannot be reached.", await site.Http.GetStringAsync("/_proxyguard/", Stop),
            StringComparison.Ordinal);
        Assert.Equal(
            "web-servers-of-writes-unreachable",
            Text((await JsonAsync(site, "/api/v1/diagnosis")).GetProperty("checksPerformed")[0], "id"));
    }

    private static Task LookAsync(GuardedSite site) => site.Service<WebServerLooks>().LookAsync(Stop);

    private static async Task StopAsync(GuardedSite site)
    {
        foreach (Upstream upstream in site.Upstreams.Values)
            await upstream.DisposeAsync();
    }

    private static async Task<JsonElement> JsonAsync(GuardedSite site, string path)
    {
        using JsonDocument json = JsonDocument.Parse(await site.Management.GetStringAsync(path, Stop));
        return json.RootElement.Clone();
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}
