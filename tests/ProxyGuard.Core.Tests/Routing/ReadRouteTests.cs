using ProxyGuard.Core.Replication;
using ProxyGuard.Core.Routing;
using ProxyGuard.Core.Tests.Replication;
using static ProxyGuard.Core.Tests.Replication.Ticks;

namespace ProxyGuard.Core.Tests.Routing;

public class ReadRouteTests
{
    [Theory]
    [InlineData(32, 32, null, true)]
    [InlineData(32, 33, null, false)]
    [InlineData(32, 16, 16, true)]
    [InlineData(32, 17, 17, false)]
    [InlineData(32, 17, 8, true)]
    [InlineData(32, 17, 9, false)]
    [InlineData(32, 32, 1, true)]
    [InlineData(32, 33, 1, false)]
    [InlineData(1, 1, 1, true)]
    [InlineData(1, 2, 1, false)]
    [InlineData(0, 1, 1, false)]
    [InlineData(2, 2, 2, false)]
    public void One_address_gets_at_most_half_of_the_primarys_read_limit_or_a_quarter_under_contention(
        int limit, int taken, int? ofAddress, bool hasRoom) =>
        Assert.Equal(hasRoom, new ReadRules { MaxPrimaryReads = limit }.HasRoomFor(taken, ofAddress));

    private static readonly ReadRules Rules = new();

    [Fact]
    public void A_recovered_replica_ramps_up_to_its_share()
    {
        Ticks ticks = BothFresh();
        ticks.Tick(10, Primary(1_000), Replica(1_000), Replica(1_000, sql: ReplicationThread.No, server: 3));
        ticks.Tick(3, Primary(1_000), Replica(1_000), Replica(1_000, server: 3));

        Assert.Equal(NodeSet.Of(1).With(2), Through(ticks).Nodes);
        Assert.Equal(0.05 / 1.05, ShareOf(2, ticks), 0.001);

        ticks.Tick(20, Primary(1_000), Replica(1_000), Replica(1_000, server: 3));
        Assert.Equal(0.5 / 1.5, ShareOf(2, ticks), 0.001);

        ticks.Tick(40, Primary(1_000), Replica(1_000), Replica(1_000, server: 3));
        Assert.Equal(0.5, ShareOf(2, ticks), 0.001);
    }

    [Fact]
    public void Two_replicas_that_recovered_together_share_evenly() => Assert.Equal(0.5, ShareOf(1, BothFresh()), 0.001);

    [Fact]
    public void A_node_with_more_weight_gets_more_reads()
    {
        var ticks = new Ticks(PrimaryNode, Node("db2") with { Weight = 3 }, Node("db3"));
        ticks.Tick(60, Primary(1_000), Replica(1_000), Replica(1_000, server: 3));

        Assert.Equal(0.75, ShareOf(1, ticks), 0.001);
    }

    [Fact]
    public void The_primary_serves_up_to_its_limit_if_all_replicas_are_behind_and_the_policy_allows_it()
    {
        Ticks ticks = BothFresh();
        ticks.Tick(10, Primary(1_000), Replica(1_000, sql: ReplicationThread.No), Replica(1_000, sql: ReplicationThread.No, server: 3));
        ReadRoute reads = ReadRoute.Through(ticks.Fleet, new ReadRules { AllBehind = AllBehindPolicy.ReadFromPrimary }, ticks.Now);

        Assert.Equal((NodeSet.Of(0), true, true), (reads.Nodes, reads.IsCurrent, reads.IsLimited));
        Assert.Equal(
            (NodeSet.Of(1).With(2), false, false), (reads.AboveLimit!.Nodes, reads.AboveLimit.IsCurrent, reads.AboveLimit.IsLimited));
        Assert.Null(
            ReadRoute.Through(ticks.Fleet, new ReadRules { AllBehind = AllBehindPolicy.ReadFromPrimary, RefuseAboveLimit = true },
                ticks.Now).AboveLimit);
    }

    [Fact]
    public void A_client_that_wrote_reads_from_a_node_that_shows_its_write()
    {
        Ticks ticks = BothFresh();
        ticks.Tick(Primary(2_000), Replica(2_000), Replica(1_000, server: 3));
        MonotonicInstant mark = ticks.Now;

        Assert.Equal(NodeSet.Of(1), Through(ticks).After(mark, ticks.Fleet, Rules).Nodes);
        Assert.Equal(NodeSet.Of(1).With(2), Through(ticks).After(mark - TimeSpan.FromSeconds(1), ticks.Fleet, Rules).Nodes);
    }

    [Fact]
    public void A_client_that_just_wrote_reads_from_the_primary_or_above_its_limit_from_the_freshest()
    {
        Ticks ticks = BothFresh();
        ticks.Tick(Primary(2_000), Replica(2_000), Replica(1_000, server: 3));
        ReadRoute reads = Through(ticks).After(ticks.Now + TimeSpan.FromSeconds(0.1), ticks.Fleet, Rules);

        Assert.Equal((NodeSet.Of(0), true), (reads.Nodes, reads.IsLimited));
        Assert.Equal(
            (NodeSet.Of(1), false, ticks["db2"].ContentTime), (reads.AboveLimit!.Nodes, reads.AboveLimit.IsCurrent, reads.AboveLimit.AsOf));
    }

    // Both replicas are as they were yesterday, but nobody accepted what may be missing on them.
    [Fact]
    public void Replicas_without_evidence_serve_reads_with_a_label_and_the_primary_keeps_its_limit()
    {
        Ticks ticks = Unproven(Replica(1_000).With(Skipping), Replica(1_000, server: 3).With(Skipping));

        Assert.Equal(
            (NodeSet.Of(1).With(2), false, null, false),
            (Through(ticks).Nodes, Through(ticks).IsCurrent, Through(ticks).AsOf, Through(ticks).IsLimited));
        ReadRoute favour = ReadRoute.Through(ticks.Fleet, new ReadRules { AllBehind = AllBehindPolicy.ReadFromPrimary }, ticks.Now);
        Assert.Equal((NodeSet.Of(0), true), (favour.Nodes, favour.IsLimited));
        Assert.Equal((NodeSet.Of(1).With(2), false), (favour.AboveLimit!.Nodes, favour.AboveLimit.IsCurrent));
        // Whoever wrote is not told that they show it.
        ReadRoute mine = Through(ticks).After(ticks.Now - TimeSpan.FromSeconds(30), ticks.Fleet, Rules);
        Assert.Equal((NodeSet.Of(0), true), (mine.Nodes, mine.IsLimited));
    }

    [Fact]
    public void A_replica_of_known_age_serves_before_one_without_evidence()
    {
        Assert.Equal(NodeSet.Of(2), Through(Unproven(Replica(1_000).With(Skipping), Replica(1_000, server: 3))).Nodes);

        ReadRoute stuck = Through(Unproven(Replica(1_000).With(Skipping), Replica(1_000, server: 3, sql: ReplicationThread.No)));
        Assert.Equal((NodeSet.Of(2), false), (stuck.Nodes, stuck.IsCurrent));
        Assert.NotNull(stuck.AsOf);
    }

    [Fact]
    public void A_silent_replica_without_evidence_serves_no_reads() =>
        Assert.Equal(
            NodeSet.Of(0),
            Through(Unproven(Replica(1_000).With(Skipping), Replica(1_000, server: 3).With(Skipping))
                .Tick(2, Primary(1_000), Silent(), Silent())).Nodes);

    private static NodeReading.Answered Skipping(NodeReading.Answered answer) =>
        answer with { Replication = answer.Replication with { SkippedErrors = "ALL" } };

    private static Ticks Unproven(params Func<MonotonicInstant, NodeReading>[] replicas) =>
        BothFresh().Tick(10, [Primary(1_000), .. replicas]);

    [Fact]
    public void Replicas_serve_reads_labelled_as_old_while_the_primary_is_silent()
    {
        Ticks ticks = BothFresh();
        ticks.Tick(4, Silent(), Replica(1_000), Replica(1_000, server: 3));
        ReadRoute reads = Through(ticks).After(ticks.Now, ticks.Fleet, Rules);

        Assert.False(reads.IsCurrent);
        Assert.False(reads.IsLimited);
        Assert.False(reads.Nodes.Contains(0));
    }

    [Fact]
    public void A_write_mark_does_not_move_reads_away_from_the_primary()
    {
        var ticks = new Ticks(PrimaryNode);
        ticks.Tick(4, Primary(1_000));
        ReadRoute reads = Through(ticks);

        Assert.Same(reads, reads.After(ticks.Now + TimeSpan.FromSeconds(1), ticks.Fleet, Rules));
    }

    [Fact]
    public void A_write_mark_shown_by_every_node_leaves_the_route_unchanged()
    {
        Ticks ticks = BothFresh();
        ReadRoute reads = Through(ticks);

        Assert.Same(reads, reads.After(reads.AsOf!.Value, ticks.Fleet, Rules));
    }

    [Fact]
    public void Only_the_freshest_of_stopped_replicas_serve_and_a_write_mark_makes_none_current()
    {
        Ticks ticks = Stopped(secondsApart: 1);
        Assert.Equal((NodeSet.Of(1).With(2), ticks["db3"].ContentTime), (Through(ticks).Nodes, Through(ticks).AsOf));
        ReadRoute reads = Through(ticks).After(ticks["db2"].ContentTime!.Value, ticks.Fleet, Rules);
        Assert.Equal((NodeSet.Of(1), false), (reads.Nodes, reads.IsCurrent));

        Assert.Equal(NodeSet.Of(1), Through(Stopped(secondsApart: 1.5)).Nodes);
    }

    [Theory]
    [InlineData(1_000, 2_000, "db2")]
    [InlineData(2_000, 1_000, "db3")]
    public void A_route_has_the_content_time_of_its_oldest_node(long db2, long db3, string oldest)
    {
        Ticks ticks = BothFresh().Tick(Primary(2_000), Replica(db2), Replica(db3, server: 3));

        Assert.True(ticks[oldest].ContentTime < ticks.Now);
        Assert.Equal(ticks[oldest].ContentTime, Through(ticks).AsOf);
    }

    [Fact]
    public void Lagging_replicas_share_reads_by_weight() => Assert.Equal(0.75, ShareOf(1, Stopped(secondsApart: 0.5)), 0.001);

    [Fact]
    public void A_recovered_replica_gets_its_full_share_at_once_without_a_ramp()
    {
        var ticks = new Ticks(PrimaryNode, Node("db2"), Node("db3"));
        while (ticks["db2"].Health != NodeHealth.Fresh)
            ticks.Tick(Primary(1_000), Replica(1_000), Replica(1_000, server: 3));

        Assert.Equal(ticks.Now, ticks["db2"].Since);
        Assert.Equal(
            [(1, 1.0), (2, 1.0)],
            ReadRoute.Through(ticks.Fleet, new ReadRules { RampUp = TimeSpan.Zero }, ticks.Now).Shares.Weighted.Order());
    }

    [Fact]
    public void A_delayed_replica_serves_beside_a_stuck_one_but_never_instead_of_the_primary()
    {
        Func<MonotonicInstant, NodeReading> delayed = Replica(1_000, server: 3)
            .Saying(channel => channel with { Delay = TimeSpan.FromHours(1) });
        Ticks stuck = BothFresh().Tick(4, Primary(2_000), Replica(1_000, sql: ReplicationThread.No), delayed);
        Assert.Equal((NodeSet.Of(1).With(2), false), (Through(stuck).Nodes, Through(stuck).IsCurrent));

        // Alone it is no reason to leave the primary.
        Ticks alone = BothFresh().Tick(4, Primary(2_000), Silent(), delayed);
        Assert.Equal((NodeSet.Of(0), true), (Through(alone).Nodes, Through(alone).IsCurrent));
    }

    [Fact]
    public void Replicas_without_a_web_server_and_promoted_replicas_serve_no_replica_reads()
    {
        Ticks unread = Settled(new Ticks(PrimaryNode, Node("db2") with { ServesReads = false }, Node("db3")));
        Assert.Equal(NodeSet.Of(2), Through(unread).Nodes);

        var promoted = new Ticks(PrimaryNode, Node("db2"), Node("db3"));
        promoted.Tick(3, Primary(1_000), Replica(1_000, head: 70), Replica(1_000, server: 3))
            .Tick(8, Silent(), Primary(90, server: 2), Replica(90, server: 3, source: 2));
        Assert.Equal((1, NodeHealth.Fresh), (promoted.Fleet.PrimaryDetection.Node, promoted["db2"].Health));
        Assert.Equal(NodeSet.Of(2), Through(promoted).Nodes);
    }

    [Fact]
    public void All_nodes_may_serve_reads_of_unknown_age_while_none_answers()
    {
        Ticks replicas = new Ticks(PrimaryNode, Node("db2"), Node("db3")).Tick(4, Silent(), Silent(), Silent());
        Assert.Equal((NodeSet.Of(1).With(2), false, null), (Through(replicas).Nodes, Through(replicas).IsCurrent, Through(replicas).AsOf));

        Ticks alone = new Ticks(PrimaryNode).Tick(4, Silent());
        Assert.Equal((NodeSet.Of(0), false), (Through(alone).Nodes, Through(alone).IsCurrent));

        // One has been seen once, the other never: no label holds for both.
        Ticks half = new Ticks(PrimaryNode, Node("db2"), Node("db3")).Tick(8, Primary(1_000), Replica(1_000), Silent())
            .Tick(8, Silent(), Silent(), Silent());
        Assert.NotNull(half["db2"].ContentTime);
        Assert.Equal((NodeSet.Of(1).With(2), null), (Through(half).Nodes, Through(half).AsOf));
    }

    /// <summary>db3 stops, and some time later db2 does.</summary>
    private static Ticks Stopped(double secondsApart)
    {
        Ticks ticks = Settled(new Ticks(PrimaryNode, Node("db2") with { Weight = 3 }, Node("db3")));
        long head = 1_000;
        for (double apart = 0; apart < secondsApart; apart += ticks.Pause.TotalSeconds)
        {
            head += 1_000;
            ticks.Tick(Primary(head), Replica(head), Replica(1_000, sql: ReplicationThread.No, server: 3));
        }

        return ticks.Tick(
            10, Primary(head + 1_000), Replica(head, sql: ReplicationThread.No), Replica(1_000, sql: ReplicationThread.No, server: 3));
    }

    private static Ticks BothFresh() => Settled(new Ticks(PrimaryNode, Node("db2"), Node("db3")));

    /// <summary>Everybody is well, for longer than the ramp takes.</summary>
    private static Ticks Settled(Ticks ticks) =>
        ticks.Tick(4, Primary(1_000), Replica(1_000), Replica(1_000, server: 3))
            .Tick(60, Primary(1_000), Replica(1_000), Replica(1_000, server: 3));

    private static ReadRoute Through(Ticks ticks) => ReadRoute.Through(ticks.Fleet, Rules, ticks.Now);

    private static double ShareOf(int node, Ticks ticks)
    {
        const int Rolls = 10_000;
        return Enumerable.Range(0, Rolls).Select(roll => Through(ticks).Shares.For((roll + 0.5) / Rolls)).Where(set => set.Contains(node))
            .Sum(set => 1.0 / set.Count) / Rolls;
    }
}
