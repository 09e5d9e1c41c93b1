using System.Net;
using ProxyGuard.Demo.Fleet;
using ProxyGuard.Testing;

namespace ProxyGuard.FleetTests;

[Collection(nameof(RunsAlone))]
public sealed class OneReplicaStuckTests(FleetHome home, ITestOutputHelper output)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_stuck_replicas_web_server_gets_no_reads_and_the_site_stays_open()
    {
        await using GuardedFleet site = await GuardedFleet.StartAsync(home.DirectoryOrSkip());
        await using var members = Members.Visit(site.Http);
        DatabaseNode stuck = site.Fleet.Replicas[0];
        await Eventually.HappensAsync("web2 is read from", Deadline, () => members.Pages.Any(page => page.WebNode == "web2"));

        using var giveUp = new CancellationTokenSource(Deadline);
        Task<DateTimeOffset> stop = ReplicaStop.OfAsync(stuck, giveUp.Token);
        await site.Faults.BreakWithDuplicateKeyAsync(stuck);
        DateTimeOffset stoppedAt = await stop;
        DateTimeOffset mendFrom = await AfterAHundredMorePagesAsync(members);
        await site.Faults.MendDuplicateKeyAsync(stuck);
        await Eventually.HappensAsync(
            "web2 is read from again", Deadline, () => members.Pages.Any(page => page.SentAt > mendFrom && page.WebNode == "web2"));
        await members.LeaveAsync();

        List<PageSeen> after = [.. members.Pages.Where(page => page.SentAt > stoppedAt && page.SentAt < mendFrom)];
        TimeSpan last = after.Where(page => page.WebNode == "web2").Select(page => page.SentAt - stoppedAt).DefaultIfEmpty().Max();
        TimeSpan back = members.Pages.First(page => page.SentAt > mendFrom && page.WebNode == "web2").SentAt - mendFrom;
        output.WriteLine($"last read from the stuck replica's web node {last.TotalMilliseconds:0} ms after the stop, "
            + $"{after.Count} pages without it; first one {back.TotalMilliseconds:0} ms after the mending began");
        Assert.InRange(last, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Every.One(members.Pages, page => page is { Status: HttpStatusCode.OK, Mode: "normal", AsOf: null, HasBanner: false });
        Every.One(members.Writes, write => write is { IsAccepted: true, Mode: "normal" });
    }

    [Fact]
    public async Task A_frozen_replica_is_silent_while_the_site_stays_open_on_the_other()
    {
        await using GuardedFleet site = await GuardedFleet.StartAsync(home.DirectoryOrSkip());
        DatabaseNode frozen = site.Fleet.Replicas[0];
        await using var members = Members.Visit(site.Http);
        await Eventually.HappensAsync("members post", Deadline, () => members.Writes.Count(write => write.IsAccepted) >= 20);

        DateTimeOffset frozenAt = DateTimeOffset.UtcNow;
        frozen.Freeze();
        await Eventually.HappensAsync("it is called silent", Deadline, async () => (await site.NodeAsync(frozen)).State == "silent");
        TimeSpan took = DateTimeOffset.UtcNow - frozenAt;
        DateTimeOffset silentAt = DateTimeOffset.UtcNow;
        await Eventually.HappensAsync(
            "a hundred more pages from the other", Deadline, () => members.Pages.Count(page => page.SentAt > silentAt) >= 100);
        frozen.Thaw();
        await Eventually.HappensAsync("it is fresh again", Deadline, async () => (await site.NodeAsync(frozen)).State == "fresh");
        await members.LeaveAsync();

        output.WriteLine($"silent {took.TotalMilliseconds:0} ms after it froze; {members.Statuses.Count} statuses, all normal");
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Every.One(members.Statuses, status => status.Mode == "normal");
        Every.One(members.Writes, write => write is { IsAccepted: true, Mode: "normal" });
        Every.One(
            members.Pages.Where(page => page.SentAt > silentAt), page => page is { Status: HttpStatusCode.OK, WebNode: "web2" or "web3" });
    }

    private static async Task<DateTimeOffset> AfterAHundredMorePagesAsync(Members members)
    {
        int enough = members.Pages.Count + 100;
        await Eventually.HappensAsync("a hundred more pages", Deadline, () => members.Pages.Count >= enough);
        return DateTimeOffset.UtcNow;
    }
}
