using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using MySqlConnector;
using ProxyGuard.Testing;

namespace ProxyGuard.FleetTests.Reloading;

/// <summary>
/// A hundred reloads in front of real servers while members read and write: every second one has a fault, half of them come by signal. Nodes
/// and web servers come and go.
/// </summary>
[Collection(nameof(RunsAlone))]
public sealed class ReloadUnderLoadTests(FleetHome home, ITestOutputHelper output)
{
    private const int WhileWell = 60;
    private const int WhileClosed = 40;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan InForceWithin = TimeSpan.FromSeconds(2);

    private readonly List<TimeSpan> _took = [];
    private int _name;

    [Fact]
    public async Task A_hundred_reloads_drop_no_request_no_stream_and_no_hold()
    {
        await using GuardedFleet site = await GuardedFleet.StartAsync(home.DirectoryOrSkip());
        using HttpResponseMessage stream = await site.Http.GetAsync("/_proxyguard/events", HttpCompletionOption.ResponseHeadersRead);
        Task<int> events = CountEventsAsync(stream);
        await ReloadUnderLoadAsync(site, WhileWell, "normal", write => write.IsAccepted);

        await site.Faults.BreakWithDuplicateKeyAsync();
        await site.WaitForModeAsync("read-only", Deadline);
        (await site.Management.PutAsJsonAsync("/api/v1/maintenance", new { mode = "read-only", reason = "for good" })).Dispose();
        await ReloadUnderLoadAsync(site, WhileClosed, "read-only", write => write.IsRefused);

        int sessions = await SessionsAsync(site);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"in force after {_took.Average(took => took.TotalMilliseconds):0} ms, at most {_took.Max().TotalMilliseconds:0} ms; {sessions} sessions on db3"));
        Assert.InRange(_took.Max(), TimeSpan.Zero, InForceWithin);
        Assert.InRange(sessions, 0, 2);
        await AddRuleAsync(site);
        using JsonDocument hold = JsonDocument.Parse(await site.Management.GetStringAsync("/api/v1/maintenance"));
        Assert.Equal("for good", hold.RootElement.GetProperty("hold").GetProperty("reason").GetString());
        Assert.False(events.IsCompleted, "the event stream ended");
        await site.KillGuardAsync();
        Assert.InRange(await events, (WhileWell + WhileClosed) / 2, int.MaxValue);
    }

    private async Task ReloadUnderLoadAsync(GuardedFleet site, int reloads, string mode, Func<WriteSeen, bool> isRight)
    {
        Members[] members = [.. Enumerable.Range(0, 4).Select(_ => Members.Visit(site.Http))];
        for (int reload = 0; reload < reloads; reload++)
            await ReloadAsync(site, reload);
        foreach (Members member in members)
            await member.LeaveAsync();
        WriteSeen[] writes = [.. members.SelectMany(member => member.Writes)];
        PageSeen[] pages = [.. members.SelectMany(member => member.Pages)];
        output.WriteLine($"{mode}: {writes.Length} writes and {pages.Length} pages");
        Every.One(writes, isRight);
        Every.One(pages, page => page.Status == HttpStatusCode.OK && page.Mode == mode);
    }

    /// <summary>A rule that was forgotten, in the middle of the incident: with the next request it counts.</summary>
    private static async Task AddRuleAsync(GuardedFleet site)
    {
        using (HttpResponseMessage before = await PostAsync(site, "/lookup"))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, before.StatusCode);
        site.Configuration = site.Configuration with { Requests = """[ { "Method": "POST", "Path": "/lookup", "Is": "read" } ]""" };
        await site.Configuration.WriteAsync(site.ConfigurationFile);
        (await site.Management.PostAsync("/api/v1/reload", null)).EnsureSuccessStatusCode().Dispose();
        using HttpResponseMessage after = await PostAsync(site, "/lookup");
        // The photo site knows no such page: it was asked.
        Assert.Equal(HttpStatusCode.NotFound, after.StatusCode);
    }

    private static Task<HttpResponseMessage> PostAsync(GuardedFleet site, string path) => site.Http.PostAsync(path, new StringContent("q=1"));

    private async Task ReloadAsync(GuardedFleet site, int reload)
    {
        bool isFaulty = reload % 2 == 1;
        bool isBySignal = reload % 4 < 2;
        // db3 and its web server come and go; the first two stay.
        bool hasThird = reload % 8 < 4;
        string name = $"Photo Club {++_name}";
        await WriteAsync(site, name, hasThird, isFaulty);
        var watch = Stopwatch.StartNew();
        if (isBySignal)
            await EndedProcess.OfAsync(new("kill", ["-HUP", site.Guard.Pid.ToString(CultureInfo.InvariantCulture)]));
        else
        {
            using HttpResponseMessage answer = await site.Management.PostAsync("/api/v1/reload", null);
            Assert.Equal(isFaulty ? HttpStatusCode.BadRequest : HttpStatusCode.OK, answer.StatusCode);
        }

        if (isFaulty)
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
            Assert.NotEqual(name, await NameAsync(site));
            return;
        }

        await Eventually.HappensAsync($"{name} is in force", Deadline, async () => await NameAsync(site) == name);
        _took.Add(watch.Elapsed);
    }

    private static async Task WriteAsync(GuardedFleet site, string name, bool hasThird, bool isFaulty)
    {
        await site.Configuration.WriteAsync(site.ConfigurationFile);
        JsonNode json = JsonNode.Parse(await File.ReadAllTextAsync(site.ConfigurationFile))!;
        json["ProxyGuard"]!["Site"]!["Name"] = name;
        if (!hasThird)
        {
            json["ProxyGuard"]!["Nodes"]!.AsObject().Remove("db3");
            json["ReverseProxy"]!["Clusters"]!["site"]!["Destinations"]!.AsObject().Remove("web3");
        }

        if (isFaulty)
            json["ProxyGuard"]!["Requests"]![0]!["Is"] = "reed";
        await File.WriteAllTextAsync(site.ConfigurationFile, json.ToJsonString());
    }

    private static async Task<string?> NameAsync(GuardedFleet site)
    {
        using JsonDocument status = JsonDocument.Parse(await site.Http.GetStringAsync("/_proxyguard/status.json"));
        return status.RootElement.GetProperty("site").GetString();
    }

    private static async Task<int> CountEventsAsync(HttpResponseMessage stream)
    {
        int events = 0;
        using var reader = new StreamReader(await stream.Content.ReadAsStreamAsync());
        try
        {
            while (await reader.ReadLineAsync() is { } line)
                events += line.StartsWith("data:", StringComparison.Ordinal) ? 1 : 0;
        }
        catch (HttpIOException)
        {
            // ProxyGuard was killed.
        }

        return events;
    }

    /// <summary>Of ProxyGuard, on the server that came and went.</summary>
    private static async Task<int> SessionsAsync(GuardedFleet site)
    {
        await using MySqlConnection root = await site.Fleet.Nodes[2].ConnectAsync();
        await using MySqlCommand count = root.CreateCommand();
        count.CommandText = "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE USER = @user";
        count.Parameters.AddWithValue("@user", site.Fleet.Accounts.Guard.Name);
        return Convert.ToInt32(await count.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }
}
