using ProxyGuard.Core.Diagnosis;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Core.Routing;
using static ProxyGuard.Core.Tests.Replication.Ticks;

namespace ProxyGuard.Core.Tests.Replication;

public class TopologyTests
{
    private static readonly ReadOnlyRules OneFresh = new() { MinFreshReplicas = 1, ReopenAfter = TimeSpan.FromSeconds(5) };

    [Fact]
    public void A_source_is_identified_by_its_UUID_where_server_ids_collide()
    {
        var ticks = new Ticks(PrimaryNode, Node("db2"), Node("db3"));
        ticks.Tick(3,
            Primary(1_000).With(answer => answer with { Server = new ServerId(1, "uuid-1") }),
            Replica(70, server: 2, source: 1).Saying(channel => channel with { SourceUuid = "uuid-3" }),
            Replica(1_000, server: 1, source: 1, head: 70).With(answer => answer with { Server = new ServerId(1, "uuid-3") })
                .Saying(channel => channel with { SourceUuid = "uuid-1" }));

        Assert.Equal(2, ticks["db2"].Source);
        Assert.Equal(0, ticks["db3"].Source);
    }

    [Fact]
    public void The_source_of_a_never_connected_replica_is_identified_by_host_and_port()
    {
        Ticks ticks = new Ticks(PrimaryNode, Node("db2")).Tick(Primary(1_000), Replica(1_000, io: ReplicationThread.Connecting, source: 0));

        Assert.Equal(0, ticks["db2"].Source);
    }

    [Fact]
    public void Lag_is_passed_down_a_chain_of_four_replicas()
    {
        var ticks = new Ticks(PrimaryNode, Node("db2"), Node("db3"), Node("db4"), Node("db5"));
        long head = 1_000;
        for (int tick = 0; tick < 30; tick++)
        {
            // db2 stopped at the beginning; everybody below it has all that it has.
            ticks.Tick(
                Primary(head += 10),
                Replica(1_010, sql: tick > 0 ? ReplicationThread.No : ReplicationThread.Yes, server: 2, head: 20),
                Replica(20, server: 3, source: 2, head: 30),
                Replica(30, server: 4, source: 3, head: 40),
                Replica(40, server: 5, source: 4));
        }

        Assert.All((string[])["db2", "db3", "db4", "db5"], name => Assert.Equal(TimeSpan.FromSeconds(14.5), ticks[name].LagAt(ticks.Now)));
        Assert.Equal(NodeHealth.Stuck, ticks["db5"].Health);
    }

    [Fact]
    public void The_most_lagging_channel_of_a_multi_source_replica_counts()
    {
        var ticks = new Ticks(PrimaryNode, Node("db2"), Node("stats", NodeRole.Source));
        ticks.Tick(3, Primary(1_000), Replica(2, ("photos", 1, 1_000), ("stats", 9, 500)), Primary(500, server: 9));
        Assert.Equal(NodeHealth.Fresh, ticks["db2"].Health);

        long head = 500;
        for (int tick = 0; tick < 20; tick++)
            ticks.Tick(Primary(1_000), Replica(2, ("photos", 1, 1_000), ("stats", 9, 500)), Primary(head += 10, server: 9));

        Assert.Equal("stats", ticks["db2"].Worst!.Status.Channel);
        Assert.Equal(NodeHealth.Behind, ticks["db2"].Health);
        Assert.Equal(TimeSpan.FromSeconds(10), ticks["db2"].LagAt(ticks.Now));
    }

    [Fact]
    public void A_replica_that_lost_its_channel_to_the_primary_is_not_fresh()
    {
        var ticks = new Ticks(PrimaryNode, Node("db2"), Node("stats", NodeRole.Source));
        ticks.Tick(3, Primary(1_000), Replica(2, ("photos", 1, 1_000), ("stats", 9, 500)), Primary(500, server: 9));
        Assert.Equal(NodeHealth.Fresh, ticks["db2"].Health);

        // RESET REPLICA ALL FOR CHANNEL 'photos'.
        ticks.Tick(3, Primary(1_000), Replica(2, ("stats", 9, 500)), Primary(500, server: 9));

        Assert.Equal(NodeHealth.Unknown, ticks["db2"].Health);
        Assert.Equal(["wrong-source"], Findings.Of(ticks.Fleet, [], null, ticks.Now).Select(finding => finding.Code));
    }

    [Fact]
    public void A_replica_of_an_unlisted_relay_is_not_fresh_but_serves_reads_before_the_primary()
    {
        const string Uuid = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
        var ticks = new Ticks(PrimaryNode, Node("db2"));
        ticks.Tick(5,
            Primary(1_000).With(answer => answer with { Server = new ServerId(1, Uuid), HeadGtids = $"{Uuid}:1-10" }),
            // A filter there would leave its GTIDs as they are.
            Replica(1_000, source: 77).Saying(channel => channel with { SourceHost = "relay", ExecutedGtids = $"{Uuid}:1-10" }));

        Assert.Equal(NodeHealth.Unknown, ticks["db2"].Health);
        ReadRoute reads = ReadRoute.Through(ticks.Fleet, new ReadRules(), ticks.Now);
        Assert.Equal((NodeSet.Of(1), false), (reads.Nodes, reads.IsCurrent));
    }

    [Fact]
    public void A_stopped_channel_counts_before_a_lagging_one()
    {
        var ticks = new Ticks(PrimaryNode, Node("db2"), Node("stats", NodeRole.Source));
        ticks.Tick(3, Primary(1_000), Replica(2, ("late", 9, 10), ("stopped", 1, 1_000)).With(answer => answer with
        {
            Channels = answer.Channels.SetItem(1, answer.Channels[1] with { SqlThread = ReplicationThread.No }),
        }), Primary(500, server: 9));

        Assert.Equal("stopped", ticks["db2"].Worst!.Status.Channel);
        Assert.Equal(NodeHealth.Stuck, ticks["db2"].Health);
    }

    [Fact]
    public void One_channel_from_an_unlisted_source_makes_the_whole_replica_unknown()
    {
        Ticks ticks = new Ticks(PrimaryNode, Node("db2")).Tick(5, Primary(1_000),
            Replica(2, ("photos", 1, 1_000), ("other", 77, 5)).With(answer => answer with
            {
                Channels = [.. answer.Channels.Select(channel => channel with { SecondsBehindSource = null })],
            }));

        Assert.Equal(NodeHealth.Unknown, ticks["db2"].Health);
        Assert.Null(ticks["db2"].LagAt(ticks.Now));
    }

    // Written to by 20 bytes a second; the replica is delayed by an hour, which has passed.
    [Theory]
    [InlineData(3_600, NodeHealth.Delayed)]
    [InlineData(3_604, NodeHealth.Delayed)]
    [InlineData(3_625, NodeHealth.Behind)]
    [InlineData(10, NodeHealth.Delayed)]
    public void A_delayed_replica_is_behind_only_if_it_lags_beyond_its_delay(double lagSeconds, NodeHealth health)
    {
        var past = new Ticks(PrimaryNode, Node("db2")) { Pause = TimeSpan.FromSeconds(5) };
        long head = 100_000;
        for (int tick = 0; tick < 800; tick++)
            past.Tick(Primary(head += 100), Silent());

        Ticks ticks = new Ticks(PrimaryNode, Node("db2")).Restore(past);
        for (int tick = 0; tick < 6; tick++)
            ticks.Tick(
                Primary(head += 10),
                Replica(head - (long)(lagSeconds * 20)).Saying(channel => channel with { Delay = TimeSpan.FromHours(1) }));

        Assert.Equal(health, ticks["db2"].Health);
    }

    [Fact]
    public void A_delayed_replica_neither_serves_reads_nor_blocks_writes()
    {
        Ticks ticks = new Ticks(PrimaryNode, Node("db2"), Node("db3"))
            .Tick(
                3, Primary(1_000), Replica(1_000),
                Replica(1_000, server: 3).Saying(channel => channel with { Delay = TimeSpan.FromHours(1) }));

        Assert.Null(GuardPolicy.CauseOf(ticks.Fleet, OneFresh));
        Assert.Equal(NodeSet.Of(1), ReadRoute.Through(ticks.Fleet, new ReadRules(), ticks.Now).Nodes);
        Assert.Single(ticks.Fleet.ReadReplicas);
    }

    [Fact]
    public void A_replica_of_a_delayed_replica_has_the_same_delay()
    {
        Ticks ticks = new Ticks(PrimaryNode, Node("db2"), Node("db3"))
            .Tick(
                4, Primary(1_000), Replica(1_000, head: 70).Saying(channel => channel with { Delay = TimeSpan.FromHours(1) }),
                Replica(70, server: 3, source: 2));

        Assert.Equal(NodeHealth.Delayed, ticks["db3"].Health);
        Assert.Equal(TimeSpan.FromHours(1), ticks["db3"].DelayOnPurpose);
    }

    [Fact]
    public void A_promoted_replica_becomes_the_primary_when_the_old_one_is_gone()
    {
        var ticks = new Ticks(PrimaryNode, Node("db2"), Node("db3"));
        ticks.Tick(3, Primary(1_000), Replica(1_000, head: 70), Replica(1_000, server: 3));
        ticks.Tick(3, Silent(), Replica(1_000, head: 70), Replica(1_000, server: 3));
        Assert.Equal(0, ticks.Fleet.PrimaryDetection.Node);

        // RESET SLAVE ALL, read_only off, and db3 follows it now.
        ticks.Tick(4, Silent(), Primary(90, server: 2), Replica(90, server: 3, source: 2));

        Assert.Equal(1, ticks.Fleet.PrimaryDetection.Node);
        Assert.Equal((NodeRole.Primary, NodeHealth.Fresh), (ticks["db2"].Role, ticks["db2"].Health));
        Assert.Equal(NodeHealth.Fresh, ticks["db3"].Health);
        Assert.Equal(NodeRole.Replica, ticks["db1"].Role);
        Assert.Null(GuardPolicy.CauseOf(ticks.Fleet, OneFresh));
    }

    [Theory]
    [InlineData("read-only")]
    [InlineData("follows")]
    public void A_promoted_replica_becomes_the_primary_when_the_old_one_is_demoted(string old)
    {
        var ticks = new Ticks(PrimaryNode, Node("db2"), Node("db3"));
        ticks.Tick(3, Primary(1_000), Replica(1_000, head: 70), Replica(1_000, server: 3));

        ticks.Tick(4,
            old == "follows" ? Replica(90, server: 1, source: 2, head: 1_100) : Primary(1_000, readOnly: true),
            Primary(90, server: 2),
            Replica(90, server: 3, source: 2));

        Assert.Equal(1, ticks.Fleet.PrimaryDetection.Node);
        Assert.Equal(old == "follows" ? NodeHealth.Fresh : NodeHealth.Stuck, ticks["db1"].Health);
        Assert.Equal(NodeHealth.Fresh, ticks["db3"].Health);
    }

    [Fact]
    public void A_single_reading_does_not_change_the_primary()
    {
        var ticks = new Ticks(PrimaryNode, Node("db2"), Node("db3"));
        ticks.Tick(3, Silent(), Replica(1_000, head: 70), Replica(1_000, server: 3));

        ticks.Tick(Silent(), Primary(90, server: 2), Replica(90, server: 3, source: 2));

        Assert.Equal(0, ticks.Fleet.PrimaryDetection.Node);
    }

    [Theory]
    [InlineData("nobody follows it")]
    [InlineData("it refuses writes")]
    [InlineData("it still follows")]
    public void Only_a_writable_followed_node_without_a_source_becomes_the_primary(string why)
    {
        var ticks = new Ticks(PrimaryNode, Node("db2"), Node("db3"));
        Func<MonotonicInstant, NodeReading> candidate = why switch
        {
            "it refuses writes" => Primary(90, server: 2, readOnly: true),
            "it still follows" => Replica(1_000, head: 90).With(answer => answer with { ReadOnly = false }),
            _ => Primary(90, server: 2),
        };

        ticks.Tick(6, Silent(), candidate, Replica(90, server: 3, source: why == "nobody follows it" ? 1 : 2));

        Assert.Equal(0, ticks.Fleet.PrimaryDetection.Node);
        Assert.True(ticks.Fleet.PrimaryDetection.Others.IsEmpty);
    }

    [Fact]
    public void Two_writable_followed_nodes_block_writes_unless_allowed()
    {
        var ticks = new Ticks(PrimaryNode, Node("db2"), Node("db3"), Node("db4"));
        ticks.Tick(4, Primary(1_000), Primary(90, server: 2), Replica(90, server: 3, source: 2), Replica(1_000, server: 4));

        Assert.Equal(0, ticks.Fleet.PrimaryDetection.Node);
        Assert.Equal(NodeSet.Of(1), ticks.Fleet.PrimaryDetection.Others);
        Assert.Equal(Cause.TwoPrimaries, GuardPolicy.CauseOf(ticks.Fleet, OneFresh));
        Assert.Null(GuardPolicy.CauseOf(ticks.Fleet, OneFresh with { AllowTwoPrimaries = true }));
        // Whoever follows the other one shows other data.
        Assert.NotEqual(NodeHealth.Fresh, ticks["db3"].Health);
    }

    [Fact]
    public void An_old_primary_that_returns_writable_is_a_second_primary()
    {
        var ticks = new Ticks(PrimaryNode, Node("db2"), Node("db3"), Node("db4"));
        ticks.Tick(5, Silent(), Primary(90, server: 2), Replica(90, server: 3, source: 2), Replica(1_000, server: 4));
        Assert.Equal(1, ticks.Fleet.PrimaryDetection.Node);

        ticks.Tick(2, Primary(2_000), Primary(90, server: 2), Replica(90, server: 3, source: 2), Replica(1_000, server: 4));

        Assert.Equal(Cause.TwoPrimaries, GuardPolicy.CauseOf(ticks.Fleet, OneFresh));
    }

    [Fact]
    public void Replicas_in_a_replication_ring_are_not_fresh()
    {
        var ticks = new Ticks(PrimaryNode, Node("db2"), Node("db3"), Node("db4"));
        ticks.Tick(
            5, Primary(1_000), Replica(70, server: 2, source: 4, head: 70), Replica(70, server: 3, source: 2, head: 70),
            Replica(70, server: 4, source: 3, head: 70));

        Assert.All(ticks.Fleet.ReadReplicas, node => Assert.NotEqual(NodeHealth.Fresh, node.Health));
    }

    [Fact]
    public void A_primary_that_follows_its_replica_stays_the_primary()
    {
        // Two servers in a circle, both writable, as some sites are built: the configured one is the primary.
        var ticks = new Ticks(PrimaryNode, Node("db2"));
        ticks.Tick(4,
            Replica(70, server: 1, source: 2, head: 1_000).With(answer => answer with { ReadOnly = false }),
            Replica(1_000, server: 2, source: 1, head: 70).With(answer => answer with { ReadOnly = false }));

        Assert.Equal(0, ticks.Fleet.PrimaryDetection.Node);
        Assert.Equal(NodeHealth.Fresh, ticks["db2"].Health);
        Assert.Null(GuardPolicy.CauseOf(ticks.Fleet, OneFresh));
    }
}
