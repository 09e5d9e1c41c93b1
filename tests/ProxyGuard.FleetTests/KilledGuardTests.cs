using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ProxyGuard.Testing;

namespace ProxyGuard.FleetTests;

/// <summary>ProxyGuard itself is killed with SIGKILL and started again.</summary>
[Collection(nameof(RunsAlone))]
public sealed class KilledGuardTests(FleetHome home, ITestOutputHelper output)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AboutTheSame = TimeSpan.FromSeconds(1.5);
    private static readonly Uri Maintenance = new("/api/v1/maintenance", UriKind.Relative);

    [Fact]
    public async Task A_kill_of_ProxyGuard_during_an_incident_lets_no_write_through_and_keeps_the_incident()
    {
        await using GuardedFleet site = await GuardedFleet.StartAsync(home.DirectoryOrSkip());
        await using var members = Members.Visit(site.Http);
        await Eventually.HappensAsync("members post", Deadline, () => members.Writes.Count(write => write.IsAccepted) >= 20);
        await site.Faults.BreakWithDuplicateKeyAsync();
        await Eventually.HappensAsync("a write is refused", Deadline, () => members.Writes.Any(write => write.IsRefused));
        StatusSeen before = await site.StatusAsync();

        await site.KillGuardAsync();
        await Eventually.HappensAsync("nobody answers", Deadline, () => members.Writes.Last().Status is null);
        await site.StartGuardAsync();
        DateTimeOffset startedAt = DateTimeOffset.UtcNow;
        StatusSeen first = await site.StatusAsync();
        await Eventually.HappensAsync(
            "the cause is known again", Deadline, async () => (await site.StatusAsync()).Cause == "replicas-stuck");
        StatusSeen after = await site.StatusAsync();
        await Eventually.HappensAsync(
            "twenty more writes are tried", Deadline, () => members.Writes.Count(write => write.SentAt > after.SeenAt) >= 20);
        await members.LeaveAsync();

        DateTimeOffset closedAt = members.Writes.First(write => write.IsRefused).SentAt;
        List<WriteSeen> closed = [.. members.Writes.Where(write => write.SentAt >= closedAt)];
        output.WriteLine($"before: {before.Text}");
        output.WriteLine($"first after the start: {first.Text}");
        output.WriteLine($"after: {after.Text}, known again {(after.SeenAt - startedAt).TotalMilliseconds:0} ms after it listened");
        output.WriteLine(
            $"{closed.Count} writes while closed: {closed.Count(write => write.IsRefused)} refused, {closed.Count(write => write.Status is null)} not answered");
        Every.One(closed, write => write.IsRefused || write.Status is null);
        Assert.DoesNotContain(site.AcceptedComments, comment => comment.At > closedAt);
        Assert.Equal("read-only", first.Mode);
        Assert.InRange(after.Since, before.Since - AboutTheSame, before.Since + AboutTheSame);
        Assert.InRange(after.AsOf!.Value, before.AsOf!.Value - AboutTheSame, before.AsOf!.Value + AboutTheSame);
    }

    [Fact]
    public async Task A_hold_survives_a_restart_until_it_is_lifted_or_ends_and_is_audited()
    {
        await using GuardedFleet site = await GuardedFleet.StartAsync(home.DirectoryOrSkip());

        await PutAsync(site, new { mode = "read-only", reason = "moving the disks", message = new { en = "Back at ten." } });
        await site.RestartGuardAsync();
        await Eventually.HappensAsync(
            "the nodes are known again", Deadline,
            async () => NodeSeen.AllIn(await site.FleetReportAsync()).All(node => node.State == "fresh"));
        JsonElement held = await site.Management.GetFromJsonAsync<JsonElement>(Maintenance);
        using HttpResponseMessage refused = await PostAsync(site);
        using HttpResponseMessage released = await site.Management.DeleteAsync(Maintenance);
        await site.WaitForModeAsync("normal", Deadline);
        using HttpResponseMessage accepted = await PostAsync(site);

        DateTimeOffset endsAt = DateTimeOffset.UtcNow.AddSeconds(3);
        await PutAsync(site, new { mode = "maintenance", reason = "a short one", endsAt });
        Assert.Equal("maintenance", (await site.StatusAsync()).Mode);
        StatusSeen open = await site.WaitForModeAsync("normal", Deadline);

        Assert.Equal("moving the disks", held.GetProperty("hold").GetProperty("reason").GetString());
        Assert.Equal("Back at ten.", held.GetProperty("hold").GetProperty("message").GetProperty("en").GetString());
        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.SeeOther), (refused.StatusCode, accepted.StatusCode));
        output.WriteLine($"the hold ended {(open.SeenAt - endsAt).TotalMilliseconds:0} ms after its end");
        Assert.InRange(open.SeenAt - endsAt, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        await JudgeAuditAsync(site);
    }

    [Fact]
    public async Task Every_automatic_mode_change_is_audited_once()
    {
        await using GuardedFleet site = await GuardedFleet.StartAsync(home.DirectoryOrSkip());

        await site.Faults.BreakWithDuplicateKeyAsync();
        await site.WaitForModeAsync("read-only", Deadline);
        await site.Faults.MendDuplicateKeyAsync();
        await site.WaitForModeAsync("normal", Deadline);

        List<string> changes =
            [.. (await AuditAsync(site)).Select(line => $"{Text(line, "who")}: {Text(line, "from")} -> {Text(line, "to")}")];
        changes.ForEach(output.WriteLine);
        Assert.Equal(
            [
                "automatic: read-only (nothing-known) -> normal",
                "automatic: normal -> read-only (replicas-stuck)",
                "automatic: read-only (replicas-stuck) -> normal",
            ],
            changes);
    }

    private async Task JudgeAuditAsync(GuardedFleet site)
    {
        List<JsonElement> lines = await AuditAsync(site);
        lines.ForEach(line => output.WriteLine(line.GetRawText()));
        Every.One(lines, line => Text(line, "who").Length > 0 && Text(line, "why").Length > 0 && Text(line, "from") != Text(line, "to"));
        Every.One(lines, line => line.GetProperty("at").GetDateTimeOffset() > DateTimeOffset.UtcNow.AddMinutes(-5));
        Assert.Equal(
            [
                ("automatic", "normal"),
                (GuardConfiguration.KeyName, "read-only (hold)"),
                (GuardConfiguration.KeyName, "normal"),
                (GuardConfiguration.KeyName, "maintenance (hold)"),
                ("automatic", "normal"),
            ],
            lines.Select(line => (Text(line, "who"), Text(line, "to"))));
    }

    private static async Task<List<JsonElement>> AuditAsync(GuardedFleet site) =>
        [.. (await File.ReadAllLinesAsync(site.AuditFile)).Select(line => JsonSerializer.Deserialize<JsonElement>(line))];

    private static string Text(JsonElement line, string name) => line.GetProperty(name).GetString()!;

    private static async Task PutAsync(GuardedFleet site, object hold)
    {
        using HttpResponseMessage answer = await site.Management.PutAsJsonAsync(Maintenance, hold);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static async Task<HttpResponseMessage> PostAsync(GuardedFleet site)
    {
        using var form = new FormUrlEncodedContent([new("text", "a lovely heron")]);
        return await site.Http.PostAsync(new Uri("/photos/1/comments", UriKind.Relative), form);
    }
}
