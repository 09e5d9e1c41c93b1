using CsCheck;
using ProxyGuard.Core.Replication;

namespace ProxyGuard.Core.Tests.Replication;

public class CatchUpTests
{
    private const int Megabyte = 1_000_000;

    // Bytes applied and written in each half second; a large transaction shows as nothing for a while, then much at once.
    private static readonly Gen<(int Applied, int Written)> Step = Gen.Select(
        Gen.Frequency((2, Gen.Const(0)), (5, Gen.Int[1, 5 * Megabyte]), (1, Gen.Int[5 * Megabyte, 60 * Megabyte])),
        Gen.Frequency((4, Gen.Const(0)), (3, Gen.Int[1, 4 * Megabyte])));

    private static readonly Gen<(int Applied, int Written)[]> Courses = Step.Array[0, 120];

    [Theory]
    [InlineData(null, CatchUpState.CatchingUp, 12.0, 12.0)]
    [InlineData(85.6, CatchUpState.CatchingUp, 86.1, 86.1)]
    [InlineData(86.1, CatchUpState.CatchingUp, 85.6, 86.1)]
    [InlineData(86.1, CatchUpState.Growing, 85.6, 86.1)]
    [InlineData(86.1, CatchUpState.Stuck, 12.0, 86.1)]
    [InlineData(null, CatchUpState.Stuck, 52.2, 0.0)]
    [InlineData(30.0, CatchUpState.Stuck, 52.2, 30.0)]
    [InlineData(30.0, CatchUpState.Growing, 52.2, 30.0)]
    [InlineData(null, CatchUpState.Stuck, null, null)]
    [InlineData(86.1, CatchUpState.CatchingUp, null, null)]
    [InlineData(86.1, CatchUpState.Done, 100.0, 100.0)]
    [InlineData(100.0, CatchUpState.CatchingUp, 12.0, null)]
    [InlineData(100.0, CatchUpState.Done, 100.0, 100.0)]
    public void The_progress_bar_never_goes_back_and_forward_only_while_the_replica_catches_up(double? farthest, CatchUpState state, double? percent, double? expected) =>
        Assert.Equal(expected, new CatchUp { State = state, Percent = percent }.Following(farthest).Percent);

    [Fact]
    public void The_likely_time_is_within_its_range_and_100_percent_means_done() => Courses.Sample(
        steps => Said(steps).All(said =>
            said.Remaining is not { } remaining
                ? said.State != CatchUpState.Done
                : TimeSpan.Zero <= remaining.Low && remaining.Low <= remaining.Likely && remaining.Likely <= remaining.High
                    && said.State is CatchUpState.CatchingUp or CatchUpState.Done
                    && (said.State == CatchUpState.Done) == (said.Percent == 100)
                    && said.Percent is >= 0 and <= 100),
        iter: 3_000);

    [Fact]
    public void No_estimate_is_given_before_there_is_evidence() => Courses.Sample(
        steps =>
        {
            List<CatchUp> said = [.. Said(steps)];
            int firstAdvance = Array.FindIndex(steps, step => step.Applied > 0);
            // 2.5 s are five steps; the fifth may have a number.
            int evidence = Math.Max(4, firstAdvance < 0 ? steps.Length : firstAdvance);
            return said.Take(evidence).All(one => one.Remaining is null || one.State == CatchUpState.Done);
        },
        iter: 3_000);

    [Fact]
    public void The_estimate_does_not_depend_on_the_time_of_day() => Gen.Select(Courses, Gen.Double[0, 1e6]).Sample(
        (steps, later) => Said(steps).SequenceEqual(Said(steps, later)),
        iter: 500);

    [Fact]
    public void Binlog_file_boundaries_do_not_affect_the_estimate() => Gen.Select(Courses, Gen.Int[2 * Megabyte, 50 * Megabyte]).Sample(
        (steps, fileSize) => Said(steps).SequenceEqual(Said(steps, fileSize: fileSize)),
        iter: 500);

    [Theory]
    [InlineData(10, 0)]
    [InlineData(10, 4)]
    [InlineData(300, 0)]
    public void A_steady_catch_up_is_estimated_closely(int seconds, double writtenShare)
    {
        int step = (int)(1000 * Megabyte / (seconds * 2 * (1 - (writtenShare / 10))));
        CatchUp[] said = [.. Said([.. Enumerable.Repeat((step, (int)(step * writtenShare / 10)), seconds * 2)], backlog: 1000 * Megabyte)];

        for (int tick = seconds; tick < (seconds * 2) - 2; tick++)
        {
            double truth = seconds - ((tick + 1) / 2.0);
            Remaining remaining = said[tick].Remaining!;
            Assert.InRange(truth, remaining.Low.TotalSeconds, remaining.High.TotalSeconds);
            Assert.InRange(remaining.Likely.TotalSeconds, (truth * 0.98) - 0.1, (truth * 1.08) + 0.1);
        }
    }

    [Fact]
    public void A_steady_replica_gets_a_narrower_range_than_an_erratic_one()
    {
        CatchUp even = Said([.. Enumerable.Repeat((2 * Megabyte, 0), 60)], backlog: 1000 * Megabyte).Last();
        CatchUp jumping = Said(
            [.. Enumerable.Range(0, 60).Select(step => (step / 12 % 2 == 0 ? 3_500_000 : 500_000, 0))], backlog: 1000 * Megabyte).Last();

        Assert.True(HalfWidth(even) < 0.45, $"{HalfWidth(even)}");
        Assert.True(HalfWidth(jumping) > 1.5 * HalfWidth(even), $"{HalfWidth(jumping)} against {HalfWidth(even)}");
    }

    [Theory]
    [InlineData(Megabyte)]
    [InlineData(0)]
    public void A_replica_that_applies_less_than_is_written_is_growing_without_an_estimate(int applied)
    {
        CatchUp said = Said([.. Enumerable.Repeat((applied, 2 * Megabyte), 30)]).Last();

        Assert.Equal(CatchUpState.Growing, said.State);
        Assert.Null(said.Remaining);
    }

    [Fact]
    public void A_replica_that_applies_nothing_is_not_catching_up_even_after_writes_stop()
    {
        CatchUp[] said = [.. Said([.. Enumerable.Repeat((0, Megabyte), 10), .. Enumerable.Repeat((0, 0), 60)])];

        Assert.All(said.Skip(10), one => Assert.Equal((CatchUpState.Growing, null), (one.State, one.Remaining)));
    }

    [Fact]
    public void A_long_transaction_widens_the_range_but_keeps_the_estimate()
    {
        // 20 s even, then 15 s of nothing.
        CatchUp said = Said(
            [.. Enumerable.Repeat((2 * Megabyte, 0), 40), .. Enumerable.Repeat((0, 0), 30)], backlog: 200 * Megabyte).Last();

        Assert.Equal(CatchUpState.CatchingUp, said.State);
        Assert.NotNull(said.Remaining);
        Assert.True(HalfWidth(said) > 0.5, $"{HalfWidth(said)}");
    }

    [Fact]
    public void The_estimate_counts_only_the_backlog_once_writes_have_stopped()
    {
        (int, int)[] steps = [.. Enumerable.Repeat((2 * Megabyte, Megabyte), 40), .. Enumerable.Repeat((2 * Megabyte, 0), 10)];
        double left = 200 + 40 - 100;

        CatchUp said = Said(steps, backlog: 200 * Megabyte).Last();

        Assert.InRange(said.Remaining!.Likely.TotalSeconds, left / 4 * 0.98, left / 4 * 1.08);
    }

    [Theory]
    [InlineData(600_000, 0)]
    [InlineData(600_000, 51_000)]
    [InlineData(600_000, 400_000)]
    public void Writes_that_bypass_the_proxy_during_read_only_count_in_the_estimate(int applied, int written)
    {
        (int, int)[] steps = [.. Enumerable.Repeat((applied, written), 120)];
        double left = (100.0 * Megabyte) - (120.0 * (applied - written));

        CatchUp said = Said(steps).Last();

        Assert.InRange(said.Remaining!.High.TotalSeconds, left / (applied - written) / 2, left / (applied - written) * 2);
        Assert.Equal(100 * 120.0 * applied / ((100.0 * Megabyte) + (120.0 * written)), said.Percent!.Value, 0.1);
    }

    [Fact]
    public void The_range_is_narrow_ten_seconds_after_writes_stop()
    {
        (int, int)[] steps =
        [
            .. Enumerable.Range(0, 240).Select(step => (step % 7 * 200_000, 550_000)),
            .. Enumerable.Range(0, 22).Select(step => (step % 7 * 200_000, 0)),
        ];

        Remaining remaining = Said(steps).Last().Remaining!;

        Assert.InRange(remaining.High / remaining.Low, 1, 6);
    }

    [Fact]
    public void Old_apply_rates_are_discarded_after_a_new_stop()
    {
        var way = new Way(500 * Megabyte);
        for (int tick = 0; tick < 30; tick++)
            Assert.NotNull(way.Next(10 * Megabyte, 0));
        way.Next(0, 0, isApplying: false);

        CatchUp stopped = way.Next(0, 0, isApplying: false);
        CatchUp again = way.Next(Megabyte, 0);

        Assert.Equal(CatchUpState.Stuck, stopped.State);
        Assert.Null(stopped.Remaining);
        Assert.Null(again.Remaining);
    }

    [Fact]
    public void A_steady_catch_up_of_two_hours_is_estimated_from_thinned_samples()
    {
        CatchUp[] said = [.. Said([.. Enumerable.Repeat((100_000, 0), 2 * 2 * 3600)], backlog: 1440 * Megabyte)];

        double left = 3600;
        Assert.InRange(said[2 * 3600].Remaining!.Likely.TotalSeconds, left * 0.98, left * 1.08);
        // An hour is far: recorded replicas were slowed down and left alone again within less.
        Assert.True(HalfWidth(said[2 * 3600]) < 0.6, $"{HalfWidth(said[2 * 3600])}");
    }

    private static double HalfWidth(CatchUp said) => (said.Remaining!.High - said.Remaining.Low) / 2 / said.Remaining.Likely;

    private static IEnumerable<CatchUp> Said(
        IEnumerable<(int Applied, int Written)> steps, double later = 0, long backlog = 100L * Megabyte, long? fileSize = null)
    {
        var way = new Way(backlog, later, fileSize);
        return [.. steps.Select(step => way.Next(step.Applied, step.Written))];
    }

    /// <summary>A replica that was stuck with a backlog, told to the fold half second by half second.</summary>
    private sealed class Way
    {
        private const long Beginning = 1000;

        private readonly MonotonicInstant _start;
        private readonly long? _fileSize;
        private FleetSnapshot _fleet;
        private long _executed;
        private long _head;
        private int _ticks;

        public Way(long backlog, double later = 0, long? fileSize = null)
        {
            _start = MonotonicInstant.At(Math.Round(later));
            _fileSize = fileSize;
            _head = backlog;
            _fleet = FleetSnapshot.Before(new FleetRules([Ticks.PrimaryNode, Ticks.Node("db2")], Ticks.Freshness), _start);
            Next(0, 0, isApplying: false);
            Next(0, 0, isApplying: false);
            Next(0, 0);
        }

        public CatchUp Next(long applied, long written, bool isApplying = true)
        {
            _head += written;
            _executed = Math.Min(_executed + applied, _head);
            MonotonicInstant now = _start + (TimeSpan.FromSeconds(0.5) * _ticks++);
            var primary = (NodeReading.Answered)Ticks.Primary(0)(now);
            var replica = (NodeReading.Answered)Ticks.Replica(0, sql: isApplying ? ReplicationThread.Yes : ReplicationThread.No)(now);
            BinlogPosition head = At(_head);
            _fleet = _fleet.Next(
                [
                    primary with { Head = head, Logs = Logs(head) },
                    replica with { Channels = [replica.Channels[0] with { Executed = At(_executed) }] },
                ],
                now);
            return CatchUpEstimate.Of(_fleet.Nodes[1], now);
        }

        private BinlogPosition At(long bytes) => _fileSize is { } size
            ? BinlogPosition.TryParse($"bin.{1 + (bytes / size)}", bytes % size)!.Value
            : Ticks.At(Beginning + bytes);

        private BinlogIndex Logs(BinlogPosition head) => new(
            [.. Enumerable.Range(1, (int)head.Sequence - 1)
                .Select(file => new BinlogFile(BinlogPosition.TryParse($"bin.{file}", _fileSize!.Value)!.Value)), new BinlogFile(head)]);
    }
}
