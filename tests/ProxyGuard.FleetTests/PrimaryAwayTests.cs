using System.Net;
using ProxyGuard.Testing;

namespace ProxyGuard.FleetTests;

[Collection(nameof(RunsAlone))]
public sealed class PrimaryAwayTests(FleetHome home, ITestOutputHelper output)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public Task A_killed_primary_makes_the_site_read_only_within_two_seconds_while_reads_continue() => LiveThroughAsync(
        TimeSpan.FromSeconds(2),
        site =>
        {
            site.Fleet.Primary.Kill();
            return Task.CompletedTask;
        },
        site => site.Faults.StartPrimaryAsync());

    [Fact]
    public Task A_frozen_primary_makes_the_site_read_only_within_three_seconds_while_reads_continue() => LiveThroughAsync(
        TimeSpan.FromSeconds(3),
        site =>
        {
            site.Faults.FreezePrimary();
            return Task.CompletedTask;
        },
        site =>
        {
            site.Faults.ThawPrimary();
            return Task.CompletedTask;
        });

    private async Task LiveThroughAsync(TimeSpan allowed, Func<GuardedFleet, Task> takeAway, Func<GuardedFleet, Task> giveBack)
    {
        await using GuardedFleet site = await GuardedFleet.StartAsync(home.DirectoryOrSkip());
        await using var members = Members.Visit(site.Http);
        await Eventually.HappensAsync("members post", Deadline, () => members.Writes.Count(write => write.IsAccepted) >= 20);

        DateTimeOffset awayFrom = DateTimeOffset.UtcNow;
        await takeAway(site);
        StatusSeen closed = await site.WaitForModeAsync("read-only", Deadline);
        int enough = members.Pages.Count + 100;
        await Eventually.HappensAsync("a hundred more pages", Deadline, () => members.Pages.Count >= enough);
        StatusSeen meanwhile = await site.StatusAsync();

        DateTimeOffset backFrom = DateTimeOffset.UtcNow;
        await giveBack(site);
        StatusSeen open = await site.WaitForModeAsync("normal", Deadline);
        await Eventually.HappensAsync(
            "a comment is accepted again", Deadline, () => members.Writes.Last() is { IsAccepted: true } last && last.SentAt > backFrom);
        await members.LeaveAsync();

        List<PageSeen> lost = [.. members.Pages.Where(page => page.Status != HttpStatusCode.OK)];
        output.WriteLine($"read-only {(closed.SeenAt - awayFrom).TotalMilliseconds:0} ms after the primary went, "
            + $"open again {(open.SeenAt - backFrom).TotalSeconds:0.0} s after it began to come back; "
            + $"{members.Pages.Count} pages, {lost.Count} of them lost");
        output.WriteLine($"meanwhile: {meanwhile.Text}");
        Assert.InRange(closed.SeenAt - awayFrom, TimeSpan.Zero, allowed);
        Assert.Equal("primary-unreachable", closed.Cause);
        Assert.Equal("primary-unreachable", meanwhile.Cause);
        Every.One(members.Pages, page => page.Status == HttpStatusCode.OK);
        Assert.DoesNotContain(members.Writes, write => write.IsAccepted && write.SentAt > closed.SeenAt && write.SentAt < backFrom);
    }
}
