using System.Text.Json;
using ProxyGuard.Commands;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Ground.Texts;

namespace ProxyGuard.Tests.Commands;

public class HoldCommandTests
{
    private static readonly Dictionary<string, string> NoMessage = [];

    [Fact]
    public async Task A_hold_is_set_and_all_that_is_in_force_is_said()
    {
        await using ManagedSite managed = await ManagedSite.StartAsync();
        DateTimeOffset end = DateTimeOffset.UtcNow.AddHours(3);

        Told told = await managed.HoldAsync(new WantedHold(
            "read-only", "moving the disks", new Dictionary<string, string> { ["de"] = "Um acht zurück.", ["en"] = "Back at eight." }, end, false));

        Assert.Equal((0, ""), (told.ExitCode, told.Errors));
        Assert.StartsWith("Held read-only by tests since ", told.Output, StringComparison.Ordinal);
        Assert.Contains("Ends: ", told.Output, StringComparison.Ordinal);
        Assert.Contains(
            "Reason: moving the disks\nMembers read (de): Um acht zurück.\nMembers read (en): Back at eight.\n"
            + "Members can read; what they post is refused: an operator has closed it.\n",
            told.Output, StringComparison.Ordinal);
        Hold hold = managed.Site.View.Hold!;
        Assert.Equal((HoldMode.ReadOnly, "moving the disks"), (hold.Mode, hold.Reason));
        Assert.InRange(end - hold.EndsAt!.Value, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task What_is_kept_of_the_hold_before_is_named_and_can_be_taken_away()
    {
        await using ManagedSite managed = await ManagedSite.StartAsync();
        await managed.HoldAsync(new WantedHold(
            "read-only", "moving the disks", new Dictionary<string, string> { ["en"] = "Back at eight." }, DateTimeOffset.UtcNow.AddHours(3), false));

        Told kept = await managed.HoldAsync(new WantedHold("maintenance", null, NoMessage, null, HasNoEnd: false));
        Assert.Contains("Kept of the hold before, by tests: reason, message, end.\n", kept.Output, StringComparison.Ordinal);

        Told endless = await managed.HoldAsync(new WantedHold("maintenance", "disks", NoMessage, null, HasNoEnd: true));
        Assert.Contains("Kept of the hold before, by tests: message.\n", endless.Output, StringComparison.Ordinal);
        Assert.Contains(" No end: it lasts until somebody", endless.Output, StringComparison.Ordinal);
        Assert.Null(managed.Site.View.Hold!.EndsAt);
    }

    [Fact]
    public async Task A_hold_that_cannot_be_taken_says_every_reason_and_changes_nothing()
    {
        await using ManagedSite managed = await ManagedSite.StartAsync();

        Told told = await managed.HoldAsync(new WantedHold(
            "read-only", new string('x', 2001), new Dictionary<string, string> { ["it"] = "Torniamo." }, null, false));

        Assert.Equal((2, ""), (told.ExitCode, told.Output));
        Assert.Contains("Nothing was changed.", told.Errors, StringComparison.Ordinal);
        Assert.Contains("\n  message.it is in none of the site's languages: en, de, fr.", told.Errors, StringComparison.Ordinal);
        Assert.Contains("\n  reason must be a text of at most 2000 characters.", told.Errors, StringComparison.Ordinal);
        Assert.Null(managed.Site.View.Hold);
    }

    [Fact]
    public async Task Release_says_what_it_released_and_what_the_site_is_now()
    {
        await using ManagedSite managed = await ManagedSite.StartAsync();
        await managed.HoldAsync(new WantedHold("maintenance", null, NoMessage, null, false));

        Told told = await managed.ReleaseAsync();
        Assert.Equal(0, told.ExitCode);
        Assert.StartsWith("Released. Until now: Held in maintenance by tests since ", told.Output, StringComparison.Ordinal);
        Assert.EndsWith("Members can read and post.\n", told.Output, StringComparison.Ordinal);
        Assert.Null(managed.Site.View.Hold);

        Assert.Equal(new Told(0, "There was no hold.\nMembers can read and post.\n", ""), await managed.ReleaseAsync());
    }

    [Fact]
    public void A_hold_that_would_not_survive_a_restart_is_told_so_and_the_end_in_both_zones()
    {
        using JsonDocument before = JsonDocument.Parse("""{ "mode": "normal", "hold": null }""");
        using JsonDocument after = JsonDocument.Parse("""
            { "mode": "read-only", "cause": "operator", "inFlightWrites": 3, "survivesRestart": false,
              "hold": { "mode": "read-only", "by": "anna", "since": "2026-11-30T17:00:00Z", "endsAt": "2026-12-01T00:30:00Z" } }
            """);
        var time = new TerminalTime(
            Wording.For("en"), TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"),
            new DateTimeOffset(2026, 11, 30, 17, 0, 0, TimeSpan.Zero));
        Report report = Report.Of(form =>
        {
            HoldCommand.Write(before.RootElement, after.RootElement, new WantedHold("read-only", null, NoMessage, null, false), form, time);
            return 0;
        });

        Assert.Equal(
            """
            Held read-only by anna since 18:00 UTC+01:00. Ends: 1 December 2026, 01:30
            UTC+01:00 (00:30 UTC), in about 8 hours.
            IT WILL NOT SURVIVE A RESTART of ProxyGuard: it could not be stored. Is the disk
            of the state directory full?
            Members can read; what they post is refused: an operator has closed it.
            3 writes that were let through before will complete.

            """,
            report.Text.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task Audit_lists_who_changed_what_the_newest_last()
    {
        await using ManagedSite managed = await ManagedSite.StartAsync();
        await managed.HoldAsync(new WantedHold("maintenance", "moving the disks", NoMessage, null, false));
        await managed.ReleaseAsync();

        Told two = await managed.AuditAsync(last: 2);
        string[] lines = two.Output.TrimEnd().Split('\n');
        Assert.Equal(0, two.ExitCode);
        Assert.EndsWith("  tests: normal -> maintenance (hold)", lines[0], StringComparison.Ordinal);
        Assert.Equal("    moving the disks", lines[1]);
        Assert.EndsWith("  tests: maintenance (hold) -> normal", lines[2], StringComparison.Ordinal);
        Assert.Equal(4, lines.Length);

        using JsonDocument json = JsonDocument.Parse((await managed.AuditAsync(last: 1, isJson: true)).Output);
        Assert.Equal("released", json.RootElement.GetProperty("changes")[0].GetProperty("why").GetString());
    }
}
