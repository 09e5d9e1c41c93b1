using ProxyGuard.Core.Replication;
using static ProxyGuard.Core.Tests.Replication.Ticks;

namespace ProxyGuard.Core.Tests.Replication;

public class FleetTests
{
    // A word is one tick: "ok" caught up, "slow" 6 s late, "mid" 3 s late, "stop" SQL thread stopped, "cut" IO thread not connected, "-" no
    // answer, "?" lag unknown.
    [Theory]
    [InlineData("", NodeHealth.Unknown)]
    [InlineData("ok", NodeHealth.Unknown)]
    [InlineData("ok ok", NodeHealth.Unknown)]
    [InlineData("ok ok ok", NodeHealth.Fresh)]
    [InlineData("ok ok ok slow slow", NodeHealth.Fresh)]
    [InlineData("ok ok ok slow slow slow", NodeHealth.Behind)]
    [InlineData("ok ok ok slow slow ok slow slow", NodeHealth.Fresh)]
    [InlineData("ok ok ok slow mid slow mid slow", NodeHealth.Fresh)]
    [InlineData("ok ok ok mid mid mid mid", NodeHealth.Fresh)]
    [InlineData("slow slow slow mid mid mid", NodeHealth.Behind)]
    [InlineData("slow slow slow ok ok", NodeHealth.Behind)]
    [InlineData("slow slow slow ok ok ok", NodeHealth.Fresh)]
    [InlineData("slow slow slow ok ok mid ok ok", NodeHealth.Behind)]
    [InlineData("ok ok ok stop", NodeHealth.Fresh)]
    [InlineData("ok ok ok stop stop", NodeHealth.Stuck)]
    [InlineData("ok ok ok stop ok stop ok stop", NodeHealth.Fresh)]
    [InlineData("ok ok ok cut cut", NodeHealth.Stuck)]
    [InlineData("ok ok ok cut stop", NodeHealth.Stuck)]
    [InlineData("stop stop ok ok", NodeHealth.Stuck)]
    [InlineData("stop stop ok ok ok", NodeHealth.Fresh)]
    [InlineData("stop stop slow slow slow", NodeHealth.Behind)]
    [InlineData("ok ok ok -", NodeHealth.Fresh)]
    [InlineData("ok ok ok - -", NodeHealth.Silent)]
    [InlineData("ok ok ok - ok -", NodeHealth.Fresh)]
    [InlineData("- - ok ok ok", NodeHealth.Fresh)]
    [InlineData("? ? ? ?", NodeHealth.Unknown)]
    [InlineData("ok ok ok ? ?", NodeHealth.Unknown)]
    [InlineData("mid mid mid", NodeHealth.Behind)]
    public void The_state_of_a_replica_follows_from_its_readings(string samples, NodeHealth health)
    {
        // The primary is written to at each tick, 1,000 bytes: a replica that is 12,000 bytes late is 6 seconds late. Its past is known
        // before the replica answers.
        var past = new Ticks(PrimaryNode, Node("db2"));
        long head = 100_000;
        for (int tick = 0; tick < 20; tick++)
            past.Tick(Primary(head += 1_000), Silent());

        Ticks ticks = new Ticks(PrimaryNode, Node("db2")).Restore(past);
        foreach (string sample in samples.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            ticks.Tick(Primary(head += 1_000), ReadingOf(sample, head));

        Assert.Equal(health, ticks["db2"].Health);
    }

    private static Func<MonotonicInstant, NodeReading> ReadingOf(string sample, long head) => sample switch
    {
        "ok" => Replica(head),
        "mid" => Replica(head - 6_000),
        "slow" => Replica(head - 12_000),
        "stop" => Replica(head, sql: ReplicationThread.No, secondsBehind: null),
        "cut" => Replica(head, io: ReplicationThread.Connecting, secondsBehind: null),
        "?" => Replica(50, secondsBehind: null),
        "-" => Silent(),
        _ => throw new ArgumentException(sample),
    };

    [Fact]
    public void A_replicas_own_claim_to_be_caught_up_is_no_proof()
    {
        // First start in the middle of an incident: the replica stands before anything we have seen, and says 0.
        Ticks ticks = new Ticks(PrimaryNode, Node("db2")).Tick(10, Primary(100_000), Replica(500, secondsBehind: 0));

        Assert.NotEqual(NodeHealth.Fresh, ticks["db2"].Health);
        Assert.True(ticks["db2"].IsEstimated);
    }

    [Fact]
    public void A_replicas_own_report_of_lag_is_used_as_an_estimate()
    {
        Ticks ticks = new Ticks(PrimaryNode, Node("db2")).Tick(3, Primary(100_000), Replica(500, secondsBehind: 3600));

        Assert.Equal(NodeHealth.Behind, ticks["db2"].Health);
        Assert.True(ticks["db2"].IsEstimated);
        Assert.Equal(TimeSpan.FromHours(1), ticks["db2"].LagAt(ticks.Now));
    }

    [Fact]
    public void A_site_without_writes_has_no_lag()
    {
        Ticks ticks = new Ticks(PrimaryNode, Node("db2")).Tick(1_000, Primary(100), Replica(100));

        Assert.Equal(TimeSpan.Zero, ticks["db2"].LagAt(ticks.Now));
    }

    [Fact]
    public void A_cut_network_with_both_threads_running_shows_as_lag()
    {
        var ticks = new Ticks(PrimaryNode, Node("db2"));
        ticks.Tick(3, Primary(1_000), Replica(1_000));
        long head = 1_000;
        for (int tick = 0; tick < 14; tick++)
            ticks.Tick(Primary(head += 10), Replica(1_000, secondsBehind: 0));

        Assert.Equal(NodeHealth.Behind, ticks["db2"].Health);
    }

    [Fact]
    public void A_replica_of_a_stuck_replica_has_the_lag_of_its_source()
    {
        var ticks = new Ticks(PrimaryNode, Node("db3"), Node("db2"));
        ticks.Tick(3, Primary(1_000), Replica(70, server: 3, source: 2), Replica(1_000, head: 70));
        long head = 1_000;
        for (int tick = 0; tick < 20; tick++)
            ticks.Tick(
                Primary(head += 10), Replica(70, server: 3, source: 2, secondsBehind: 0),
                Replica(1_000, sql: ReplicationThread.No, head: 70));

        Assert.Equal(NodeHealth.Stuck, ticks["db2"].Health);
        Assert.Equal(NodeHealth.Stuck, ticks["db3"].Health);
        Assert.Equal(ticks["db2"].LagAt(ticks.Now), ticks["db3"].LagAt(ticks.Now));
        Assert.Equal(TimeSpan.FromSeconds(10), ticks["db3"].LagAt(ticks.Now));
    }

    [Fact]
    public void Replicas_that_follow_each_other_have_no_known_lag()
    {
        Ticks ticks = new Ticks(PrimaryNode, Node("db2"), Node("db3"))
            .Tick(
                5, Primary(1_000), Replica(70, server: 2, source: 3, secondsBehind: null),
                Replica(70, server: 3, source: 2, secondsBehind: null));

        Assert.Equal(NodeHealth.Unknown, ticks["db2"].Health);
        Assert.Null(ticks["db2"].LagAt(ticks.Now));
    }

    [Fact]
    public void A_replica_of_an_unlisted_source_is_not_fresh()
    {
        Ticks ticks = new Ticks(PrimaryNode, Node("db2")).Tick(5, Primary(1_000), Replica(1_000, source: 77));

        Assert.Null(ticks["db2"].Source);
        Assert.NotEqual(NodeHealth.Fresh, ticks["db2"].Health);
    }

    [Fact]
    public void A_replica_whose_replication_was_reset_is_stuck()
    {
        var ticks = new Ticks(PrimaryNode, Node("db2"));
        ticks.Tick(3, Primary(1_000), Replica(1_000)).Tick(2, Primary(1_000), Primary(1_000, server: 2));

        Assert.Equal(NodeHealth.Stuck, ticks["db2"].Health);
    }

    [Fact]
    public void Lag_grows_while_the_primary_is_silent()
    {
        var ticks = new Ticks(PrimaryNode, Node("db2"));
        ticks.Tick(3, Primary(1_000), Replica(1_000)).Tick(20, Silent(), Replica(1_000));

        Assert.Equal(TimeSpan.FromSeconds(10), ticks["db2"].LagAt(ticks.Now));
        Assert.Equal(NodeHealth.Behind, ticks["db2"].Health);
    }

    [Fact]
    public void Lag_between_readings_grows_only_for_replicas_that_are_stopped_or_silent()
    {
        var ticks = new Ticks(PrimaryNode, Node("db2"), Node("db3"), Node("db4"));
        long head = 1_000;
        for (int tick = 0; tick < 20; tick++)
            ticks.Tick(
                Primary(head += 100), Replica(head), Replica(1_100, server: 3, sql: ReplicationThread.No),
                tick < 19 ? Replica(head, server: 4) : Silent());
        MonotonicInstant later = ticks.Now + TimeSpan.FromSeconds(0.4);

        Assert.Equal(TimeSpan.Zero, ticks["db2"].LagAt(later));
        Assert.Equal(TimeSpan.FromSeconds(9.9), ticks["db3"].LagAt(later));
        Assert.Equal(TimeSpan.FromSeconds(0.9), ticks["db4"].LagAt(later));
    }

    [Fact]
    public void The_queue_is_the_distance_from_the_executed_position_to_the_head()
    {
        Ticks ticks = new Ticks(PrimaryNode, Node("db2")).Tick(1, Primary(10_000), Replica(4_000));

        Assert.Equal(6_000, ticks["db2"].QueueBytes);
    }

    [Fact]
    public void A_first_bad_reading_awaits_confirmation()
    {
        var ticks = new Ticks(PrimaryNode, Node("db2"));
        ticks.Tick(3, Primary(1_000), Replica(1_000));
        Assert.False(ticks["db2"].AwaitsConfirmation);

        ticks.Tick(Primary(1_000), Replica(1_000, sql: ReplicationThread.No));
        Assert.True(ticks["db2"].AwaitsConfirmation);

        ticks.Tick(Primary(1_000), Replica(1_000, sql: ReplicationThread.No));
        Assert.False(ticks["db2"].AwaitsConfirmation);
    }

    [Fact]
    public void A_restart_leaves_no_node_fresh_but_keeps_the_timeline()
    {
        var before = new Ticks(PrimaryNode, Node("db2"));
        before.Tick(3, Primary(1_000), Replica(1_000)).Tick(10, Primary(5_000), Replica(1_000, sql: ReplicationThread.No));

        var after = new Ticks(PrimaryNode, Node("db2"));
        after.Restore(before);
        Assert.Equal(NodeHealth.Unknown, after["db2"].Health);
        after.Tick(2, Primary(6_000), Replica(1_000, sql: ReplicationThread.No, secondsBehind: null));

        Assert.Equal(NodeHealth.Stuck, after["db2"].Health);
        Assert.Equal(before["db2"].ContentTime, after["db2"].ContentTime);
        Assert.False(after["db2"].IsEstimated);
    }
}
