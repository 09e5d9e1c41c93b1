using ProxyGuard.Demo.Fleet;
using ProxyGuard.Testing;

namespace ProxyGuard.FleetTests;

/// <summary>
/// The night of the club, once, from the duplicate key to the last comment, while members write and read: what everybody saw is kept for
/// the tests to judge.
/// </summary>
public sealed class DuplicateKeyIncident(FleetHome home) : IAsyncDisposable
{
    private const int Backlog = 50_000_000;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private GuardedFleet? _site;
    private IncidentRecord? _record;

    /// <summary>The first test that asks lives through it; the others get what it saw.</summary>
    internal async Task<IncidentRecord> RecordAsync()
    {
        if (_record is not null)
            return _record;
        string directory = home.DirectoryOrSkip();
        // One that failed half-way is not judged by what it saw until then.
        Assert.Null(_site);
        _site = await GuardedFleet.StartAsync(directory);
        return _record = await LiveThroughAsync(_site);
    }

    public async ValueTask DisposeAsync()
    {
        if (_site is not null)
            await _site.DisposeAsync();
    }

    private static async Task<IncidentRecord> LiveThroughAsync(GuardedFleet site)
    {
        var record = new IncidentRecord();
        await using var members = Members.Visit(site.Http);
        await Eventually.HappensAsync("members post", Deadline, () => members.Writes.Count(write => write.IsAccepted) >= 30);

        await BreakAsync(site, record);
        await Eventually.HappensAsync("a write is refused", Deadline, () => members.Writes.Any(write => write.IsRefused));
        await LookAroundAsync(site, record);

        record.BacklogFrom = DateTimeOffset.UtcNow;
        await DirectWrites.WriteAsync(site.Fleet.Primary, Backlog);
        record.MendedAt = DateTimeOffset.UtcNow;
        await site.Faults.MendDuplicateKeyAsync();
        record.ReopenedAt = (await site.WaitForModeAsync("normal", Deadline)).SeenAt;

        await Eventually.HappensAsync("a comment is accepted again", Deadline, () => members.Writes.Last().IsAccepted);
        record.PageAfterwards = await site.PageAsync();
        await members.LeaveAsync();
        await KeepWhatWasSeenAsync(site, members, record);
        return record;
    }

    private static async Task BreakAsync(GuardedFleet site, IncidentRecord record)
    {
        using var giveUp = new CancellationTokenSource(Deadline);
        record.BrokenFrom = DateTimeOffset.UtcNow;
        Task<DateTimeOffset>[] stops = [.. site.Fleet.Replicas.Select(replica => ReplicaStop.OfAsync(replica, giveUp.Token))];
        await site.Faults.BreakWithDuplicateKeyAsync();
        record.ReplicasStoppedAt = [.. (await Task.WhenAll(stops)).Order()];
    }

    private static async Task LookAroundAsync(GuardedFleet site, IncidentRecord record)
    {
        record.PageMeanwhile = await site.PageAsync();
        record.FleetReport = await site.FleetReportAsync();
        using var nobody = new HttpRequestMessage(HttpMethod.Get, "/api/v1/fleet");
        using var withoutKey = new HttpClient { BaseAddress = site.Management.BaseAddress };
        using HttpResponseMessage answer = await withoutKey.SendAsync(nobody);
        record.FleetReportWithoutKey = answer.StatusCode;
    }

    private static async Task KeepWhatWasSeenAsync(GuardedFleet site, Members members, IncidentRecord record)
    {
        record.Writes = [.. members.Writes];
        record.Pages = [.. members.Pages];
        record.Statuses = [.. members.Statuses];
        record.Accepted = site.AcceptedComments;
        await site.Fleet.WaitUntilCaughtUpAsync(Deadline);
        foreach (DatabaseNode node in site.Fleet.Nodes)
        {
            var rows = await node.QueryAsync("SELECT text FROM photos.comments");
            record.CommentsOn.Add(node.Name, [.. rows.Select(row => row["text"]!)]);
        }
    }
}
