using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Deciding.Guarding;
using ProxyGuard.Ground.Settings;
using ProxyGuard.Ground.Time;
using ProxyGuard.Telling.Admin;
using ProxyGuard.Testing;

namespace ProxyGuard.Tests.Telling.Admin;

public class MaintenanceTests
{
    private const string Maintenance = "/api/v1/maintenance";

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Bearer ")]
    [InlineData("Bearer wrong")]
    [InlineData("Basic dGVzdHM6dGVzdHM=")]
    [InlineData("Bearer sha256:0000000000000000000000000000000000000000000000000000000000000000")]
    public async Task Management_requests_without_a_valid_key_are_unauthorized(string? authorization)
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        foreach (HttpMethod method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Put, HttpMethod.Delete])
        {
            foreach (string path in (string[])[Maintenance, "/api/v1/fleet", "/api/v1/diagnosis", "/api/v1/nothing"])
            {
                using var request = new HttpRequestMessage(
                    method, new Uri(site.ManagementAddress, path))
                { Content = JsonContent.Create(new { mode = "maintenance" }) };
                if (authorization is not null)
                    request.Headers.TryAddWithoutValidation("Authorization", authorization);
                using HttpResponseMessage answer = await site.Http.SendAsync(request);
                Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
                Assert.Equal(["Bearer", "Basic"], answer.Headers.WwwAuthenticate.Select(scheme => scheme.Scheme));
            }
        }

        Assert.Equal(SiteMode.Normal, site.View.Mode);
    }

    [Theory]
    [InlineData("127.0.0.1:8081")]
    [InlineData("localhost")]
    [InlineData("club.example")]
    public async Task The_management_API_is_not_served_on_the_public_port(string host)
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        foreach (string path in (string[])[Maintenance, "/api/v1/fleet", "/api/v1/diagnosis", "/metrics", "/health", "/alive"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Host = host == "127.0.0.1:8081" ? site.ManagementAddress.Authority : host;
            request.Headers.Authorization = new("Bearer", GuardedSite.Key);
            using HttpResponseMessage answer = await site.Http.SendAsync(request);

            // It is the site's own path, and the site answers it.
            Assert.StartsWith("<!doctype html>", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_site_is_not_served_on_the_management_port()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();

        Assert.Equal(HttpStatusCode.NotFound, (await site.Management.GetAsync("/")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await site.Management.GetAsync("/_proxyguard/")).StatusCode);
        Assert.All(site.Upstreams.Values, upstream => Assert.Empty(upstream.Seen));
    }

    [Fact]
    public async Task A_read_only_hold_is_set_and_lifted_by_one_call_each()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();

        using HttpResponseMessage set = await PutAsync(
            site, new { mode = "read-only", reason = "moving the disks", message = new { de = "Wir ziehen um.", en = "We are moving." } });
        Assert.Equal(HttpStatusCode.OK, set.StatusCode);
        JsonElement hold = (await JsonOf(set)).GetProperty("hold");
        Assert.Equal("moving the disks", hold.GetProperty("reason").GetString());
        Assert.Equal("tests", hold.GetProperty("by").GetString());

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await site.Http.PostAsync("/photos", null)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await site.Http.GetAsync("/")).StatusCode);
        JsonElement status = await site.StatusAsync();
        Assert.Equal("operator", status.GetProperty("cause").GetString());
        Assert.Equal("Wir ziehen um.", status.GetProperty("message").GetProperty("de").GetString());
        Assert.DoesNotContain("moving the disks", status.GetRawText(), StringComparison.Ordinal);

        await site.Management.DeleteAsync(Maintenance);
        Assert.Equal(HttpStatusCode.OK, (await site.Http.PostAsync("/photos", null)).StatusCode);
    }

    [Fact]
    public async Task Maintenance_blocks_the_site_but_not_ProxyGuards_own_pages()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        await PutAsync(site, new { mode = "maintenance", message = new { en = "Back at eight." } });

        using var request = new HttpRequestMessage(HttpMethod.Get, "/photos/17");
        request.Headers.Accept.ParseAdd("text/html");
        using HttpResponseMessage answer = await site.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("Back at eight.", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("maintenance", answer.Headers.GetValues("X-ProxyGuard-Mode").Single());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await site.Http.PostAsync("/login", null)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await site.Http.GetAsync("/_proxyguard/")).StatusCode);
        Assert.All(site.Upstreams.Values, upstream => Assert.Empty(upstream.Seen));
    }

    [Fact]
    public async Task An_open_hold_lets_writes_through_and_keeps_the_label_of_old_pages()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        await site.StopReplicasAsync();
        await PutAsync(site, new { mode = "open", reason = "db4 is fresh, it is only not configured yet" });

        Assert.Equal(HttpStatusCode.OK, (await site.Http.PostAsync("/photos", null)).StatusCode);
        using HttpResponseMessage read = await site.Http.GetAsync("/");
        Assert.Equal("normal", read.Headers.GetValues("X-ProxyGuard-Mode").Single());
        Assert.True(read.Headers.Contains("X-ProxyGuard-As-Of"));
    }

    [Fact]
    public async Task An_omitted_hold_field_is_kept_and_an_empty_one_cleared()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        string end = site.Time.GetUtcNow().AddHours(1).ToString("O");
        await PutAsync(site, new { mode = "read-only", reason = "disks", message = new { en = "Moving." }, endsAt = end });

        JsonElement changed = (await JsonOf(await PutAsync(site, new { reason = "disks, and more" }))).GetProperty("hold");
        Assert.Equal("read-only", changed.GetProperty("mode").GetString());
        Assert.Equal("Moving.", changed.GetProperty("message").GetProperty("en").GetString());
        Assert.NotNull(changed.GetProperty("endsAt").GetString());

        JsonElement cleared = (await JsonOf(await PutAsync(site, new { message = (object?)null, endsAt = "" }))).GetProperty("hold");
        Assert.Empty(cleared.GetProperty("message").EnumerateObject());
        Assert.Equal(JsonValueKind.Null, cleared.GetProperty("endsAt").ValueKind);
        Assert.Equal("disks, and more", cleared.GetProperty("reason").GetString());
    }

    [Fact]
    public async Task A_hold_ends_at_its_end_time()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        await PutAsync(site, new { mode = "maintenance", endsAt = site.Time.GetUtcNow().AddSeconds(10).ToString("O") });

        await site.TickAsync(19);
        Assert.Equal(SiteMode.Maintenance, site.View.Mode);
        await site.TickAsync(1);
        Assert.Equal(SiteMode.Normal, site.View.Mode);
        Assert.False(File.Exists(Path.Combine(site.StateDirectory, "hold.json")));
    }

    [Theory]
    [InlineData("{}", "mode is missing")]
    [InlineData("""{"mode":"closed"}""", "mode is \"closed\" but must be \"read-only\", \"maintenance\" or \"open\".")]
    [InlineData("""{"mode":1}""", "mode is 1 but")]
    [InlineData("""{"mode":"read-only","until":"tomorrow"}""", "until is not a field; there are mode, reason, message and endsAt.")]
    [InlineData("""{"mode":"read-only","endsAt":"tomorrow"}""", "endsAt is \"tomorrow\" but must be a time with its zone")]
    [InlineData("""{"mode":"read-only","endsAt":"2030-01-01T00:00:00"}""", "must be a time with its zone")]
    [InlineData("""{"mode":"read-only","endsAt":"2036-12-28 20:00"}""", "must be a time with its zone")]
    [InlineData("""{"mode":"read-only","endsAt":"2036-12-28T20:00"}""", "must be a time with its zone")]
    [InlineData("""{"mode":"read-only","endsAt":"2036-12-28"}""", "must be a time with its zone")]
    [InlineData("""{"mode":"read-only","endsAt":"12-11-2036"}""", "must be a time with its zone")]
    [InlineData("""{"mode":"read-only","endsAt":"12/11/2036 20:00:00 +01:00"}""", "must be a time with its zone")]
    [InlineData("""{"mode":"read-only","endsAt":"20:00+01:00"}""", "must be a time with its zone")]
    [InlineData("""{"mode":"read-only","endsAt":"2001-01-01T00:00:00Z"}""", "must lie in the future")]
    [InlineData("""{"mode":"read-only","message":{"it":"ciao"}}""", "message.it is in none of the site's languages: en, de, fr.")]
    [InlineData("""{"mode":"read-only","message":"hello"}""", "message must be an object")]
    [InlineData("""{"mode":"read-only","reason":7}""", "reason must be a text")]
    [InlineData("""["read-only"]""", "The body must be a JSON object")]
    [InlineData("""{"mode":""", "The body is no JSON")]
    public async Task An_invalid_hold_is_rejected_with_its_fault_and_changes_nothing(string body, string error)
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();

        using HttpResponseMessage answer = await site.Management.PutAsync(
            Maintenance, new StringContent(body, new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(
            (await JsonOf(answer)).GetProperty("errors").EnumerateArray(),
            said => said.GetString()!.Contains(error, StringComparison.Ordinal));
        Assert.Equal(SiteMode.Normal, site.View.Mode);
    }

    [Fact]
    public async Task Unsupported_media_types_and_methods_are_rejected_with_their_status()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();

        Assert.Equal(
            HttpStatusCode.UnsupportedMediaType,
            (await site.Management.PutAsync(Maintenance, new StringContent("{\"mode\":\"open\"}"))).StatusCode);
        Assert.Equal(
            HttpStatusCode.RequestEntityTooLarge,
            (await PutAsync(site, new { mode = "open", reason = new string('x', 70_000) })).StatusCode);
        using HttpResponseMessage posted = await site.Management.PostAsync(Maintenance, null);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, posted.StatusCode);
        Assert.Equal(["GET", "PUT", "DELETE"], posted.Content.Headers.Allow);
    }

    [Fact]
    public async Task A_hold_survives_a_restart_with_its_end_time()
    {
        string directory = Directory.CreateTempSubdirectory("proxyguard-test-").FullName;
        try
        {
            DateTimeOffset end;
            await using (GuardedSite before = await GuardedSite.StartAsync(directory))
            {
                await before.TickAsync(3);
                end = before.Time.GetUtcNow().AddHours(1);
                await PutAsync(before, new { mode = "read-only", reason = "disks", endsAt = end.ToString("O") });
            }

            await using GuardedSite after = await GuardedSite.StartAsync(directory);
            Assert.Equal(Cause.Operator, after.View.Cause);
            await after.TickAsync(3);
            Assert.Equal((SiteMode.ReadOnly, "disks"), (after.View.Mode, after.View.Hold!.Reason));
            Assert.Equal(end, after.View.Hold!.EndsAt);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public async Task A_hold_that_cannot_be_stored_closes_the_site_and_says_that_a_restart_loses_it()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        // A directory in the way of the temporary file: what a full disk does, without filling one.
        Directory.CreateDirectory(Path.Combine(site.StateDirectory, "hold.json.new"));

        using HttpResponseMessage answer = await PutAsync(site, new { mode = "maintenance" });

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.False((await JsonOf(answer)).GetProperty("survivesRestart").GetBoolean());
        Assert.Equal(SiteMode.Maintenance, site.View.Mode);
    }

    [Fact]
    public async Task Every_change_is_one_line_of_the_audit_file()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        await PutAsync(site, new { mode = "read-only", reason = "disks" });
        await PutAsync(
            site, new { mode = "maintenance", reason = "more disks", endsAt = site.Time.GetUtcNow().AddSeconds(2).ToString("O") });
        await site.TickAsync(5);
        await site.StopReplicasAsync();

        string[] lines = await File.ReadAllLinesAsync(Path.Combine(site.StateDirectory, "audit.jsonl"));
        (string, string, string)[] changes = [.. lines.Select(line => JsonDocument.Parse(line).RootElement).Select(line =>
            (line.GetProperty("who").GetString()!, $"{line.GetProperty("from").GetString()} -> {line.GetProperty("to").GetString()}",
                line.GetProperty("why").GetString()!))];

        Assert.Equal(("automatic", "read-only (nothing-known) -> normal", "every node is well again"), changes[0]);
        Assert.Equal(("tests", "normal -> read-only (hold)", "disks"), changes[1]);
        Assert.Equal(("tests", "read-only (hold) -> maintenance (hold)", "more disks"), changes[2]);
        Assert.Equal(("automatic", "maintenance (hold) -> normal"), (changes[3].Item1, changes[3].Item2));
        Assert.StartsWith("the hold of tests ended at", changes[3].Item3, StringComparison.Ordinal);
        Assert.Equal(("automatic", "normal -> read-only (replicas-stuck)", "replicas-stuck"), changes[4]);
        Assert.Equal(5, changes.Length);
    }

    /// <summary>Who has heard that a hold is in force finds it in the audit file, but one that hangs holds nobody up for ever.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_hold_change_is_answered_once_audited_or_after_one_second(bool isTold)
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        var telling = new TaskCompletionSource();
        await using var events = new SiteEvents([new Slow(telling.Task)], site.Service<GuardClock>(), NullLogger<SiteEvents>.Instance);
        events.Tell(new SiteEvent.WebServerBack("web1") { At = site.Time.GetUtcNow() });
        var api = new MaintenanceApi(
            site.Service<SiteGuard>(), events, site.Service<LiveSettings>(), site.Service<GuardClock>(), site.Service<HoldReport>());

        Task answered = api.DeleteAsync(new DefaultHttpContext(), "tests");

        Assert.False(answered.IsCompleted);
        if (isTold)
            telling.SetResult();
        else
            await Eventually.HappensAsync("it is answered after all", TimeSpan.FromSeconds(10), () =>
            {
                site.Time.Advance(TimeSpan.FromSeconds(1));
                return answered.IsCompleted;
            });
        await answered.WaitAsync(TimeSpan.FromSeconds(10));
        telling.TrySetResult();
    }

    [Fact]
    public async Task The_audit_file_names_nodes_still_stuck_when_the_site_reopens()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        await site.StopReplicasAsync();
        site.Fleet["db3"].Mend();
        await site.TickAsync(40);

        string why = JsonDocument.Parse((await File.ReadAllLinesAsync(Path.Combine(site.StateDirectory, "audit.jsonl")))[^1])
            .RootElement.GetProperty("why").GetString()!;
        Assert.Equal("enough replicas are fresh again; db2 is stuck", why);
    }

    private static Task<HttpResponseMessage> PutAsync(GuardedSite site, object body) => site.Management.PutAsJsonAsync(Maintenance, body);

    private static async Task<JsonElement> JsonOf(HttpResponseMessage answer) =>
        JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;

    private sealed class Slow(Task telling) : ISiteEventSink
    {
        public string Name => "slow";

        public Task TellAsync(SiteEvent happened, CancellationToken stop) => telling;
    }
}
