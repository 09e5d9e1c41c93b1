using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Tests.Replication;
using static ProxyGuard.Core.Tests.Replication.Ticks;

namespace ProxyGuard.Core.Tests.Guarding;

public class OutsideWritesTests
{
    private readonly Ticks _ticks = new(PrimaryNode);
    private OutsideWritesWatch _watch = OutsideWritesWatch.Start;
    private long _head = 1_000;
    private SiteTraffic _traffic = new(0, 40, 0);

    private bool IsClosed { get; set; } = true;

    private double Expected { get; set; }

    [Fact]
    public void Page_views_that_write_are_reported_with_their_rate()
    {
        // 51 KB a view, a view a second.
        Run(60, tick =>
        {
            if (tick % 2 != 0)
                return;
            _head += 51_000;
            _traffic = _traffic with { ReadsWhileClosed = _traffic.ReadsWhileClosed + 1 };
        });

        OutsideWrites found = _watch.Found!;
        Assert.InRange(found.BytesPerMinute, 2_900_000, 3_200_000);
        Assert.InRange(found.BytesPerRead!.Value, 49_000, 53_000);
    }

    [Fact]
    public void A_background_job_that_writes_is_reported_without_a_rate_per_page_view()
    {
        Run(60, tick => _head += tick % 4 == 0 ? 2_000 : 0);

        Assert.NotNull(_watch.Found);
        Assert.Null(_watch.Found.BytesPerRead);
    }

    [Fact]
    public void Nothing_is_reported_while_the_binlog_head_stands_still() => Assert.Null(Run(200, _ => { }).Found);

    [Fact]
    public void Nothing_is_reported_while_the_site_accepts_writes()
    {
        IsClosed = false;
        Assert.Null(Run(200, _ => _head += 10_000).Found);
    }

    [Fact]
    public void A_binlog_rotation_does_not_count_as_a_write() => Assert.Null(Run(100, tick => _head += tick is 20 or 60 ? 400 : 0).Found);

    [Fact]
    public void In_flight_writes_that_finish_are_not_reported()
    {
        _traffic = _traffic with { InFlight = 3 };
        Run(100, _ => _head += 5_000);
        Assert.Null(_watch.Found);

        // What a web server goes on doing after its answer.
        _traffic = _traffic with { InFlight = 0 };
        Run(8, _ => _head += 5_000);
        Assert.Null(Run(100, _ => { }).Found);
    }

    [Fact]
    public void A_forwarded_write_restarts_the_measurement()
    {
        Assert.Null(Run(200, tick =>
        {
            _head += 5_000;
            if (tick % 30 == 0)
                _traffic = _traffic with { WritesBegun = _traffic.WritesBegun + 1 };
        }).Found);
    }

    [Fact]
    public void The_configured_heartbeat_is_not_reported()
    {
        Expected = 1_000;
        Assert.Null(Run(100, tick => _head += tick % 2 == 0 ? 500 : 0).Found);
        Assert.NotNull(Run(100, tick => _head += 3_000).Found);
    }

    [Fact]
    public void The_report_ends_minutes_after_the_last_write_and_at_once_when_the_site_opens()
    {
        Run(60, _ => _head += 5_000);
        Assert.NotNull(_watch.Found);
        Assert.Null(Run(1_400, _ => { }).Found);

        Run(60, _ => _head += 5_000);
        IsClosed = false;
        Assert.Null(Run(1, _ => { }).Found);
    }

    private OutsideWritesWatch Run(int ticks, Action<int> act)
    {
        for (int tick = 0; tick < ticks; tick++)
        {
            act(tick);
            _ticks.Tick(Primary(_head));
            _watch = _watch.Next(_ticks.Fleet.Primary, IsClosed, _traffic, Expected, _ticks.Now);
        }

        return _watch;
    }
}
