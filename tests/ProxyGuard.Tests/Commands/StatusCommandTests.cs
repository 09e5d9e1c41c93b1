using System.Text.Json;
using ProxyGuard.Commands;
using ProxyGuard.Ground.Texts;

namespace ProxyGuard.Tests.Commands;

public class StatusCommandTests
{
    public static TheoryData<string> Languages => [.. Wording.Languages];

    [Fact]
    public async Task A_normal_site_has_exit_code_0_and_names_every_server()
    {
        await using ManagedSite managed = await ManagedSite.StartAsync();

        Told told = await managed.StatusAsync();

        Assert.Equal((0, ""), (told.ExitCode, told.Errors));
        Assert.StartsWith("Photo Club: normal\n  Members    Members can read and post.\n", told.Output, StringComparison.Ordinal);
        Assert.All((string[])["db1", "db2", "db3", "web1", "web2", "web3"], name => Assert.Contains($"  {name}  ", told.Output, StringComparison.Ordinal));
        Assert.Contains("  Hold       none\n", told.Output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task Stuck_replicas_are_told_with_their_cause_the_worst_finding_and_the_next_step(string language)
    {
        await using ManagedSite managed = await ManagedSite.StartAsync();
        await managed.Site.StopReplicasAsync();

        Told told = await managed.StatusAsync(language: language);

        Wording labels = Wording.ForReports(language);
        Assert.Equal((1, ""), (told.ExitCode, told.Errors));
        string text = string.Join(' ', told.Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith($"Photo Club: {labels["status.mode.read-only"]} ", text, StringComparison.Ordinal);
        Assert.Contains(labels["cause.replicas-stuck"], text, StringComparison.Ordinal);
        Assert.Contains(labels["status.catch-up.stuck"], text, StringComparison.Ordinal);
        Assert.Contains("1062", text, StringComparison.Ordinal);
        Assert.Contains(labels["severity.error"], text, StringComparison.Ordinal);
        Assert.Contains(labels["status.label.next"], text, StringComparison.Ordinal);
        Assert.EndsWith(labels["status.doctor"], text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task Nothing_is_wider_than_a_terminal_of_80_columns(string language)
    {
        await using ManagedSite managed = await ManagedSite.StartAsync();
        await managed.HoldAsync(new WantedHold(
            "maintenance", $"moving {new string('x', 40)} and {new string('y', 60)}",
            new Dictionary<string, string> { ["de"] = "Wir sind um acht Uhr wieder da. Bitte habt ein wenig Geduld mit uns, es geht um die Platten." },
            DateTimeOffset.UtcNow.AddHours(2), HasNoEnd: false));
        await managed.Site.StopReplicasAsync();

        Told told = await managed.StatusAsync(language: language);

        Assert.All(told.Output.Split('\n'), line => Assert.True(line.Length <= 80, line));
    }

    [Fact]
    public async Task Programs_get_all_of_it_as_one_object()
    {
        await using ManagedSite managed = await ManagedSite.StartAsync();
        await managed.Site.StopReplicasAsync();

        Told told = await managed.StatusAsync(isJson: true);

        using JsonDocument json = JsonDocument.Parse(told.Output);
        Assert.Equal(1, told.ExitCode);
        Assert.Equal("replicas-stuck", json.RootElement.GetProperty("cause").GetString());
        Assert.Equal(3, json.RootElement.GetProperty("nodes").GetArrayLength());
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("hold").ValueKind);
        Assert.NotEqual(0, json.RootElement.GetProperty("checksPerformed").GetArrayLength());
    }

    [Fact]
    public void A_catch_up_is_told_with_its_range_and_moments_in_the_zone_of_the_terminal()
    {
        using JsonDocument site = JsonDocument.Parse("""
            { "site": "Photo Club", "mode": "read-only", "cause": "replicas-behind", "observedCause": "replicas-behind", "canRead": true,
              "since": "2026-11-22T17:40:00Z", "isCurrent": false, "asOf": "2026-11-22T17:39:58Z", "at": "2026-11-22T18:02:11Z",
              "catchUp": { "state": "catching-up", "percent": 62.46, "queueBytes": 305462762, "bytesPerSecond": 15000000,
                           "remainingSeconds": { "low": 130, "likely": 180, "high": 230 } },
              "nodes": [ { "name": "db2", "role": "replica", "state": "behind", "lagSeconds": 1334.5, "queueBytes": 305462762, "why": "1334.5 s behind" } ],
              "hold": null }
            """);
        Report report = Report.Of(form =>
        {
            StatusCommand.Write(site.RootElement, form, TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"));
            return 0;
        });

        Assert.Equal(
            """
            Photo Club: read-only
              Members    Members can read; what they post is refused: the replicas are too
                         far behind.
              Since      18:40 UTC+01:00 (for about 20 minutes)
              Pages      Our pages are as of 18:39 UTC+01:00.
              Hold       none
              Catch-up   catching up, 62.4% done, about 2 to 4 minutes left, 305 MB waiting,
                         15 MB per second

              db2  replica  behind  about 20 minutes behind, 305 MB waiting


            """,
            report.Text.ReplaceLineEndings("\n").Replace('\u00a0', ' '));
    }

    [Fact]
    public void What_a_newer_ProxyGuard_calls_by_another_name_is_shown_by_that_name()
    {
        using JsonDocument site = JsonDocument.Parse("""
            { "site": "Photo Club", "mode": "frozen", "cause": "moon", "hold": { "mode": "half-open", "by": "anna" }, "catchUp": { "state": "odd" },
              "nodes": [ { "name": "db2", "role": "witness", "state": "asleep" } ] }
            """);
        Report report = Report.Of(form =>
        {
            StatusCommand.Write(site.RootElement, form, TimeZoneInfo.Utc);
            return 0;
        });
        Assert.All((string[])["frozen", "half-open", "odd", "witness", "asleep"], word => Assert.Contains(word, report.Text, StringComparison.Ordinal));
    }
}
