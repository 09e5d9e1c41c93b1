using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Ground.Texts;
using ProxyGuard.Testing;

namespace ProxyGuard.Tests.Deciding.Guarding;

/// <summary>The primary answers, but the writes that are sent to it hang.</summary>
public sealed class StalledPrimaryTests
{
    private static readonly PrimaryActivity Locked = new()
    {
        Statements =
        [
            Standing(11), Standing(12),
            new(7, "backup", "FLUSH TABLES WITH READ LOCK", "Waiting for table flush", TimeSpan.FromSeconds(3)),
        ],
    };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stalled_primary_makes_the_site_read_only_until_its_writes_complete()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        await using Hanging hanging = await Hanging.StartAsync(site, writes: 3);
        site.Fleet["db1"].Activity = Locked;

        // Two seconds from when the writes began, not from the reading that shows them.
        await site.TickAsync(3);
        Assert.Equal(SiteMode.Normal, site.View.Mode);
        await site.TickAsync(1);

        JsonElement status = await site.StatusAsync();
        Assert.Equal(
            ("read-only", "primary-stalled", "primary-stalled"),
            (Text(status, "mode"), Text(status, "cause"), Text(status, "observedCause")));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await PostAsync(site));
        string page = await site.Http.GetStringAsync("/_proxyguard/", Stop);
        Assert.Contains(Wording.For("en")["cause.primary-stalled"], page, StringComparison.Ordinal);
        Assert.Contains(Wording.For("en")["sent.uncertain"].Split('{')[0], page, StringComparison.Ordinal);

        JsonElement finding = await FindingAsync(site, "primary-stalled");
        Assert.Contains("2 of them stand at “Waiting for global read lock”", Text(finding, "happened"), StringComparison.Ordinal);
        Assert.Contains("FLUSH TABLES WITH READ LOCK (Id 7, backup)", Text(finding, "happened"), StringComparison.Ordinal);
        Assert.Contains("KILL ", await site.Management.GetStringAsync("/api/v1/diagnosis?lang=en", Stop), StringComparison.Ordinal);

        hanging.LetGo();
        site.Fleet["db1"].Activity = new PrimaryActivity { Statements = [] };
        await site.TickAsync(1, bytesWritten: 300);
        await site.TickAsync(9);
        Assert.Equal(SiteMode.ReadOnly, site.View.Mode);
        await site.TickAsync(1);
        Assert.Equal(SiteMode.Normal, site.View.Mode);
        Assert.Equal(HttpStatusCode.OK, await PostAsync(site));
    }

    [Fact]
    public async Task An_idle_primary_is_not_taken_for_a_stalled_one()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        await using Hanging hanging = await Hanging.StartAsync(site, writes: 5);
        site.Fleet["db1"].Activity = new PrimaryActivity { Statements = [] };

        await site.TickAsync(40);

        Assert.Equal(SiteMode.Normal, site.View.Mode);
    }

    [Fact]
    public async Task The_primary_is_asked_for_its_statements_only_while_writes_are_in_flight()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        await site.TickAsync(3);
        Assert.False(site.Fleet["db1"].AsksForActivity);

        await using Hanging hanging = await Hanging.StartAsync(site, writes: 2);
        await site.TickAsync(1, bytesWritten: 100);
        await site.TickAsync(1);
        Assert.True(site.Fleet["db1"].AsksForActivity);
        Assert.False(site.Fleet["db2"].AsksForActivity);
    }

    [Fact]
    public async Task One_trial_write_in_five_seconds_passes_while_a_stall_cannot_be_observed()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        await using Hanging hanging = await Hanging.StartAsync(site, writes: 2);
        site.Fleet["db1"].Activity = Locked;
        await site.TickAsync(5);
        Assert.Equal(Cause.PrimaryStalled, site.View.Cause);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await PostAsync(site));
        site.Upstreams["web1"].Answer = null;

        // Two of the five seconds it took to find it.
        await site.TickAsync(6);
        Task<HttpStatusCode>[] posts = [.. Enumerable.Range(0, 10).Select(_ => PostAsync(site))];
        HttpStatusCode[] answers = await Task.WhenAll(posts);
        Assert.Single(answers, HttpStatusCode.OK);

        await site.TickAsync(9);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await PostAsync(site));
        await site.TickAsync(1);
        Assert.Equal(HttpStatusCode.OK, await PostAsync(site));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await PostAsync(site));
    }

    [Fact]
    public async Task A_hold_blocks_trial_writes()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        await using Hanging hanging = await Hanging.StartAsync(site, writes: 2);
        site.Fleet["db1"].Activity = Locked;
        await site.TickAsync(5);
        using HttpResponseMessage held = await site.Management.PutAsJsonAsync("/api/v1/maintenance", new { mode = "read-only" }, Stop);

        await site.TickAsync(20);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await PostAsync(site));
    }

    [Fact]
    public async Task Outside_writes_to_a_read_only_site_are_reported_with_their_rate()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        await site.StopReplicasAsync();
        for (int second = 0; second < 40; second++)
        {
            using HttpResponseMessage view = await site.Http.GetAsync("/", Stop);
            await site.TickAsync(1, bytesWritten: 51_000);
            await site.TickAsync(1);
        }

        JsonElement finding = await FindingAsync(site, "outside-writes");
        Assert.Contains(
            "about 51 KB for each page view", Text(finding, "happened").Replace("52", "51", StringComparison.Ordinal),
            StringComparison.Ordinal);
    }

    private static RunningStatement Standing(long session) =>
        new(session, "site", $"INSERT INTO comments VALUES ({session})", "Waiting for global read lock", TimeSpan.FromSeconds(2));

    private static async Task<HttpStatusCode> PostAsync(GuardedSite site)
    {
        using HttpResponseMessage answer = await site.Http.PostAsync("/comments", new StringContent("text=x"), Stop);
        return answer.StatusCode;
    }

    private static async Task<JsonElement> FindingAsync(GuardedSite site, string code)
    {
        JsonElement fleet = await site.Management.GetFromJsonAsync<JsonElement>("/api/v1/fleet?lang=en", Stop);
        return fleet.GetProperty("nodes").EnumerateArray()
            .SelectMany(node => node.GetProperty("findings").EnumerateArray())
            .Single(finding => Text(finding, "code") == code);
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString() ?? "";

    /// <summary>Writes that the web server does not answer.</summary>
    private sealed class Hanging : IAsyncDisposable
    {
        private readonly TaskCompletionSource _held = new();
        private Task<HttpResponseMessage>[] _writes = [];

        public static async Task<Hanging> StartAsync(GuardedSite site, int writes)
        {
            var hanging = new Hanging();
            site.Upstreams["web1"].Answer = context => hanging._held.Task.WaitAsync(Stop);
            hanging._writes =
                [.. Enumerable.Range(0, writes).Select(i => site.Http.PostAsync("/comments", new StringContent($"text={i}"), Stop))];
            await Eventually.HappensAsync(
                "they are under way", TimeSpan.FromSeconds(10), () => site.Upstreams["web1"].Seen.Count == writes);
            return hanging;
        }

        public void LetGo() => _held.TrySetResult();

        public async ValueTask DisposeAsync()
        {
            LetGo();
            foreach (HttpResponseMessage answer in await Task.WhenAll(_writes))
                answer.Dispose();
        }
    }
}
