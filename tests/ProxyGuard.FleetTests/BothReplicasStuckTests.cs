using System.Net;
using ProxyGuard.Testing;

namespace ProxyGuard.FleetTests;

/// <summary>Both replicas stop with error 1062 while members write; later somebody mends them.</summary>
[Collection(nameof(RunsAlone))]
public sealed class BothReplicasStuckTests(DuplicateKeyIncident incident, ITestOutputHelper output) : IClassFixture<DuplicateKeyIncident>
{
    private static readonly TimeSpan OneSecond = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Writes_are_refused_within_a_second_of_the_last_replica_stopping()
    {
        IncidentRecord record = await incident.RecordAsync();
        TimeSpan took = record.FirstRefusal.SentAt - record.AllStoppedAt;

        output.WriteLine($"replicas stopped {(record.ReplicasStoppedAt[1] - record.ReplicasStoppedAt[0]).TotalMilliseconds:0} ms apart; "
            + $"first refused write was sent {took.TotalMilliseconds:0} ms after the second");
        Assert.InRange(took, TimeSpan.Zero, OneSecond);
    }

    [Fact]
    public async Task No_write_reaches_an_upstream_between_the_first_refusal_and_the_repair()
    {
        IncidentRecord record = await incident.RecordAsync();
        var closed = record.Accepted.Where(comment => comment.At > record.FirstRefusal.SentAt && comment.At < record.MendedAt).ToList();
        var answered = record.Writes.Where(write => write.SentAt >= record.FirstRefusal.SentAt && write.SentAt < record.MendedAt).ToList();
        var refused = record.Writes.Where(write => write.IsRefused).Select(write => write.Token).ToHashSet();

        output.WriteLine(
            $"{answered.Count} writes between the first refusal and the mending, all refused; {record.Accepted.Count} accepted before and after");
        Assert.Empty(closed);
        Every.One(answered, write => write is { IsRefused: true, Mode: "read-only" });
        Assert.DoesNotContain(record.Accepted, comment => refused.Contains(comment.Text));
    }

    [Fact]
    public async Task Every_write_is_either_accepted_and_stored_or_refused()
    {
        IncidentRecord record = await incident.RecordAsync();
        HashSet<string> accepted = [.. record.Accepted.Select(comment => comment.Text)];

        Every.One(record.Writes, write => write.IsAccepted || write.IsRefused);
        Every.One(record.Writes, write => write.IsAccepted == accepted.Contains(write.Token));
    }

    [Fact]
    public async Task The_status_has_cause_start_time_and_content_time()
    {
        IncidentRecord record = await incident.RecordAsync();
        StatusSeen status = record.StatusesWhileReadOnly.First(status => status.Cause == "replicas-stuck");

        output.WriteLine($"stopped {record.AllStoppedAt:HH:mm:ss.fff}, since {status.Since:HH:mm:ss}, "
            + $"as of {status.AsOf:HH:mm:ss}, seen {(status.SeenAt - record.AllStoppedAt).TotalMilliseconds:0} ms after the stop");
        // Both are cut down to the second.
        Assert.InRange(status.Since, record.AllStoppedAt - OneSecond, record.AllStoppedAt + OneSecond);
        List<StatusSeen> stuck = [.. record.StatusesWhileReadOnly.Where(status => status.SeenAt < record.MendedAt)];
        Every.One(stuck, status => status.Cause == "replicas-stuck");
        Every.One(
            stuck,
            status => status.AsOf <= record.ReplicasStoppedAt[0]
                && status.AsOf + OneSecond > record.ReplicasStoppedAt[0] - TimeSpan.FromSeconds(1.5));
    }

    [Fact]
    public async Task Every_outdated_page_has_its_content_time_and_the_banner()
    {
        IncidentRecord record = await incident.RecordAsync();
        var stale = record.Pages.Where(page => page.SentAt > record.AllStoppedAt + OneSecond && page.SentAt < record.MendedAt).ToList();

        output.WriteLine(
            $"{stale.Count} pages, all with the label and the banner, none younger than {stale.Max(page => page.AsOf!.Value):HH:mm:ss}");
        Every.One(stale, page => page is { Status: HttpStatusCode.OK, Mode: "read-only", HasBanner: true, AsOf: not null });
        Every.One(stale, page => page.AsOf <= record.ReplicasStoppedAt[0]);
        Assert.True(record.PageMeanwhile is { HasBanner: true, AsOf: not null }, record.PageMeanwhile.ToString());
    }

    [Fact]
    public async Task The_queue_in_the_status_grows_with_writes_to_the_primary()
    {
        IncidentRecord record = await incident.RecordAsync();
        List<double> queue = [.. record.Statuses
            .Where(status => status.AskedAt > record.BacklogFrom && status.SeenAt < record.MendedAt)
            .Select(status => status.QueueBytes!.Value)];
        List<double> distinct = [.. queue.Distinct()];

        output.WriteLine($"queue from {queue[0] / 1e6:0.0} MB to {queue[^1] / 1e6:0.0} MB "
            + $"in {distinct.Count} steps within {(record.MendedAt - record.BacklogFrom).TotalSeconds:0.0} s");
        Assert.True(distinct.Count >= 4, "the queue moved too seldom");
        Assert.Equal(queue.Order(), queue);
        Assert.InRange(queue[^1], 30e6, 100e6);
    }

    [Fact]
    public async Task Error_details_are_shown_only_to_operators_with_a_key()
    {
        IncidentRecord record = await incident.RecordAsync();
        // With the space it is the error, without it could be part of any number.
        string[] details = [" 1062", "Duplicate", "guard_demo_fault", "db2", "127.0.0.1", "MariaDB"];

        Assert.Contains("1062", record.FleetReport, StringComparison.Ordinal);
        Assert.Contains("guard_demo_fault", record.FleetReport, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, record.FleetReportWithoutKey);
        Every.One(record.Statuses, status => !details.Any(detail => status.Text.Contains(detail, StringComparison.OrdinalIgnoreCase)));
    }

    [Fact]
    public async Task The_percentage_only_rises_during_catch_up_and_the_remaining_time_becomes_known()
    {
        IncidentRecord record = await incident.RecordAsync();
        List<StatusSeen> back = [.. record.StatusesWhileReadOnly.Where(status => status.AskedAt > record.MendedAt)];
        List<double> percent = [.. back.Select(status => status.Percent).OfType<double>()];
        List<string?> states = [.. back.Select(status => status.CatchUpState)];

        output.WriteLine($"percent: {string.Join(' ', percent.Distinct().Select(value => $"{value:0.0}"))}");
        var remaining = back.Select(status => status.RemainingSeconds).OfType<(double Low, double Likely, double High)>().Distinct();
        output.WriteLine($"remaining: {string.Join(' ', remaining.Select(range => $"{range.Low:0}-{range.Likely:0}-{range.High:0}"))}");
        output.WriteLine($"states: {string.Join(' ', states.Where((state, i) => i == 0 || states[i - 1] != state))}");
        Assert.Equal(percent.Order(), percent);
        Assert.True(percent.Distinct().Count() >= 4, "the percentage moved too seldom");
        Assert.Contains("catching-up", states);
        Assert.True(states.LastIndexOf("catching-up") < states.IndexOf("done"), "done before it was");
        Assert.Equal("done", states[^1]);
        Assert.Contains(back, status => status is { CatchUpState: "catching-up", RemainingSeconds: not null });
    }

    [Fact]
    public async Task The_site_reopens_by_itself_and_the_banner_goes()
    {
        IncidentRecord record = await incident.RecordAsync();
        DateTimeOffset done = record.StatusesWhileReadOnly.First(status => status.CatchUpState == "done").SeenAt;

        output.WriteLine($"caught up {(done - record.MendedAt).TotalSeconds:0.0} s after the mending began, "
            + $"open again {(record.ReopenedAt - done).TotalSeconds:0.0} s later");
        Assert.True(
            record.PageAfterwards is { Status: HttpStatusCode.OK, Mode: "normal", HasBanner: false, AsOf: null },
            record.PageAfterwards.ToString());
        // The quiet time, not more.
        Assert.InRange(record.ReopenedAt - done, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(7));
    }

    [Fact]
    public async Task Every_comment_that_was_accepted_is_on_every_node_in_the_end()
    {
        IncidentRecord record = await incident.RecordAsync();

        output.WriteLine($"{record.Accepted.Count} accepted comments on {string.Join(", ", record.CommentsOn.Keys)}");
        Assert.True(record.Accepted.Count >= 30);
        Assert.All(record.CommentsOn.Values, texts => Assert.Subset(texts, record.Accepted.Select(comment => comment.Text).ToHashSet()));
    }
}
