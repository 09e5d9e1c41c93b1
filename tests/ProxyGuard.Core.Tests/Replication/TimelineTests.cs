using CsCheck;
using ProxyGuard.Core.Replication;

namespace ProxyGuard.Core.Tests.Replication;

public class TimelineTests
{
    private static readonly ServerId Primary = new(1, null);

    [Theory]
    [InlineData(99, null)]
    [InlineData(100, 1.0)]
    [InlineData(150, 1.0)]
    [InlineData(200, 2.0)]
    [InlineData(9999, 3.0)]
    public void Content_time_is_the_latest_moment_with_complete_data(long executed, double? seconds)
    {
        Timeline timeline = TimelineOf((1, 100), (2, 200), (3, 300));

        Assert.Equal(seconds is { } s ? MonotonicInstant.At(s) : null, timeline.ContentTime(Position(executed)));
    }

    [Fact]
    public void A_site_without_writes_stays_current_with_a_single_timeline_entry()
    {
        Timeline timeline = Timeline.Start(Primary);
        for (int second = 0; second <= 86_400; second++)
            timeline = timeline.With(Primary, new TimelineEntry(MonotonicInstant.At(second), Position(100)));

        Assert.Single(timeline.Entries);
        Assert.Equal(MonotonicInstant.At(86_400), timeline.ContentTime(Position(100)));
    }

    /// <summary>
    /// Heads are sampled more often than domains are asked for. After an hour without a write the first one after it must not make that
    /// hour look as if it had been there all the time: a replica that lacks it would be told as an hour late.
    /// </summary>
    [Fact]
    public void A_write_after_a_quiet_hour_does_not_date_back_into_that_hour()
    {
        GtidDomains before = GtidDomains.TryParse("0-1-5,1-1-1")!;
        GtidDomains after = GtidDomains.TryParse("0-1-9,1-1-2")!;
        Timeline timeline = Timeline.Start(Primary)
            .With(Primary, new TimelineEntry(MonotonicInstant.At(0), Position(50), Domains: before))
            .With(Primary, new TimelineEntry(MonotonicInstant.At(1), Position(100), Domains: before))
            .With(Primary, new TimelineEntry(MonotonicInstant.At(3600), Position(100), Domains: after))
            .With(Primary, new TimelineEntry(MonotonicInstant.At(3601), Position(200), Domains: after));

        Assert.Equal(MonotonicInstant.At(3600), timeline.ContentTime(domains => before.Covers(domains, _ => true)));
    }

    [Fact]
    public void A_different_server_invalidates_earlier_positions()
    {
        Timeline timeline = TimelineOf((1, 100), (2, 200))
            .With(new ServerId(2, null), new TimelineEntry(MonotonicInstant.At(3), Position(300)));

        Assert.Null(timeline.ContentTime(Position(200)));
        Assert.Equal(MonotonicInstant.At(3), timeline.ContentTime(Position(300)));
    }

    [Fact]
    public void A_head_that_moves_back_invalidates_earlier_positions()
    {
        Timeline timeline = TimelineOf((1, 100), (2, 200)).With(Primary, new TimelineEntry(MonotonicInstant.At(3), Position(50)));

        // A replica that still stands at 200 of the old log must not seem to be at the new head.
        Assert.Single(timeline.Entries);
        Assert.Equal(MonotonicInstant.At(3), timeline.ContentTime(Position(50)));
        Assert.Null(timeline.ContentTime(Position(49)));
    }

    [Fact]
    public void A_late_reading_of_an_earlier_tick_is_ignored()
    {
        Timeline timeline = TimelineOf((1, 100), (3, 300));

        Assert.Same(timeline, timeline.With(Primary, new TimelineEntry(MonotonicInstant.At(2), Position(300))));
    }

    [Fact]
    public void A_position_in_a_different_binlog_has_no_content_time() =>
        Assert.Null(TimelineOf((1, 100)).ContentTime(BinlogPosition.TryParse("mysql-bin.000009", 4)!.Value));

    [Fact]
    public void Old_timeline_entries_are_thinned_while_recent_minutes_stay_exact()
    {
        Timeline timeline = Timeline.Start(Primary);
        const int Ticks = 2 * 86_400 * 2;
        for (int tick = 0; tick <= Ticks; tick++)
            timeline = timeline.With(Primary, new TimelineEntry(MonotonicInstant.At(tick / 2.0), Position(tick)));

        Assert.InRange(timeline.Entries.Count, 9_000, 13_000);
        Assert.Equal(MonotonicInstant.At((Ticks - 1_000) / 2.0), timeline.ContentTime(Position(Ticks - 1_000)));
        TimeSpan tooOld = MonotonicInstant.At((Ticks - 100_000) / 2.0) - timeline.ContentTime(Position(Ticks - 100_000))!.Value;
        Assert.InRange(tooOld, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        TimeSpan muchTooOld = MonotonicInstant.At((Ticks - 300_000) / 2.0) - timeline.ContentTime(Position(Ticks - 300_000))!.Value;
        Assert.InRange(muchTooOld, TimeSpan.Zero, TimeSpan.FromMinutes(2));
    }

    [Fact]
    public void Content_time_never_claims_data_that_is_not_there() =>
        (from steps in Gen.Select(Gen.Double[0.1, 30], Gen.Long[0, 1_000]).Array[1, 600]
         from executed in Gen.Long[0, 200_000]
         select (steps, executed)).Sample(sample =>
        {
            Timeline timeline = Timeline.Start(Primary);
            var truth = new List<(MonotonicInstant At, long Head)>();
            double seconds = 0;
            long head = 0;
            foreach ((double pause, long written) in sample.steps)
            {
                truth.Add((MonotonicInstant.At(seconds += pause), head += written));
                timeline = timeline.With(Primary, new TimelineEntry(MonotonicInstant.At(seconds), Position(head)));
            }

            return timeline.ContentTime(Position(sample.executed)) is not { } content
                || truth.Last(entry => entry.At <= content).Head <= sample.executed;
        });

    [Fact]
    public void A_saved_timeline_is_resumed()
    {
        Timeline timeline = TimelineOf((1, 100), (2, 200));

        Timeline resumed = Timeline.Resume(timeline.Server, timeline.Entries);

        Assert.Equal(timeline.Entries, resumed.Entries);
        Assert.Equal(
            MonotonicInstant.At(9),
            resumed.With(Primary, new TimelineEntry(MonotonicInstant.At(9), Position(400))).ContentTime(Position(500)));
    }

    private static Timeline TimelineOf(params (double Seconds, long Offset)[] entries) =>
        entries.Aggregate(
            Timeline.Start(Primary),
            (timeline, entry) => timeline.With(Primary, new TimelineEntry(MonotonicInstant.At(entry.Seconds), Position(entry.Offset))));

    private static BinlogPosition Position(long offset) => BinlogPosition.TryParse("bin.000001", offset)!.Value;
}
