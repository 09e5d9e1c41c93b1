using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Core.Tests.Replication;
using static ProxyGuard.Core.Tests.Replication.Ticks;

namespace ProxyGuard.Core.Tests.Guarding;

public class ReadRouteTests
{
    private static readonly ReadRules Rules = new();

    [Fact]
    public void A_replica_that_came_back_gets_its_share_little_by_little()
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
    public void Two_that_came_back_together_share_evenly() => Assert.Equal(0.5, ShareOf(1, BothFresh()), 0.001);

    [Fact]
    public void A_heavier_node_gets_more()
    {
        var ticks = new Ticks(PrimaryNode, Node("db2") with { Weight = 3 }, Node("db3"));
        ticks.Tick(60, Primary(1_000), Replica(1_000), Replica(1_000, server: 3));

        Assert.Equal(0.75, ShareOf(1, ticks), 0.001);
    }

    [Fact]
    public void When_all_are_behind_the_primary_serves_up_to_its_limit_where_that_is_configured()
    {
        Ticks ticks = BothFresh();
        ticks.Tick(10, Primary(1_000), Replica(1_000, sql: ReplicationThread.No), Replica(1_000, sql: ReplicationThread.No, server: 3));
        ReadRoute reads = ReadRoute.Through(ticks.Fleet, new ReadRules { AllBehind = AllBehindPolicy.ReadFromPrimary }, ticks.Now);

        Assert.Equal((NodeSet.Of(0), true, true), (reads.Nodes, reads.IsCurrent, reads.IsLimited));
        Assert.Equal((NodeSet.Of(1).With(2), false, false), (reads.AboveLimit!.Nodes, reads.AboveLimit.IsCurrent, reads.AboveLimit.IsLimited));
        Assert.Null(ReadRoute.Through(ticks.Fleet, new ReadRules { AllBehind = AllBehindPolicy.ReadFromPrimary, RefuseAboveLimit = true }, ticks.Now).AboveLimit);
    }

    [Fact]
    public void Who_wrote_reads_where_the_write_is_shown()
    {
        Ticks ticks = BothFresh();
        ticks.Tick(Primary(2_000), Replica(2_000), Replica(1_000, server: 3));
        Moment mark = ticks.Now;

        Assert.Equal(NodeSet.Of(1), Through(ticks).After(mark, ticks.Fleet, Rules).Nodes);
        Assert.Equal(NodeSet.Of(1).With(2), Through(ticks).After(mark - TimeSpan.FromSeconds(1), ticks.Fleet, Rules).Nodes);
    }

    [Fact]
    public void Who_wrote_a_moment_ago_reads_from_the_primary_and_above_its_limit_what_is_freshest_with_a_label()
    {
        Ticks ticks = BothFresh();
        ticks.Tick(Primary(2_000), Replica(2_000), Replica(1_000, server: 3));
        ReadRoute reads = Through(ticks).After(ticks.Now + TimeSpan.FromSeconds(0.1), ticks.Fleet, Rules);

        Assert.Equal((NodeSet.Of(0), true), (reads.Nodes, reads.IsLimited));
        Assert.Equal((NodeSet.Of(1), false, ticks["db2"].ContentTime), (reads.AboveLimit!.Nodes, reads.AboveLimit.IsCurrent, reads.AboveLimit.AsOf));
    }

    [Fact]
    public void When_the_primary_is_away_too_the_freshest_serves_with_a_label()
    {
        Ticks ticks = BothFresh();
        ticks.Tick(4, Silent(), Replica(1_000), Replica(1_000, server: 3));
        ReadRoute reads = Through(ticks).After(ticks.Now, ticks.Fleet, Rules);

        Assert.False(reads.IsCurrent);
        Assert.False(reads.IsLimited);
        Assert.False(reads.Nodes.Contains(0));
    }

    [Fact]
    public void A_mark_is_no_reason_to_leave_the_primary()
    {
        var ticks = new Ticks(PrimaryNode);
        ticks.Tick(4, Primary(1_000));
        ReadRoute reads = Through(ticks);

        Assert.Same(reads, reads.After(ticks.Now + TimeSpan.FromSeconds(1), ticks.Fleet, Rules));
    }

    [Fact]
    public void A_mark_that_all_show_changes_nothing()
    {
        ReadRoute reads = Through(BothFresh());

        Assert.Same(reads, reads.After(reads.AsOf!.Value, BothFresh().Fleet, Rules));
    }

    [Fact]
    public void A_late_page_that_shows_the_write_is_late_all_the_same()
    {
        Ticks ticks = BothFresh();
        ticks.Tick(Primary(2_000), Replica(2_000), Replica(2_000, server: 3));
        ticks.Tick(Primary(3_000), Replica(2_000), Replica(3_000, server: 3));
        ticks.Tick(30, Primary(4_000), Replica(2_000, sql: ReplicationThread.No), Replica(3_000, sql: ReplicationThread.No, server: 3));
        ReadRoute reads = Through(ticks);
        ReadRoute mine = reads.After(reads.AsOf!.Value + TimeSpan.FromSeconds(0.1), ticks.Fleet, Rules);

        Assert.Equal((NodeSet.Of(1).With(2), false), (reads.Nodes, reads.IsCurrent));
        Assert.Equal((NodeSet.Of(2), false), (mine.Nodes, mine.IsCurrent));
    }

    [Fact]
    public void What_two_show_is_as_old_as_the_older_one_whichever_comes_first()
    {
        Ticks ticks = BothFresh();
        ticks.Tick(Primary(2_000), Replica(1_000), Replica(2_000, server: 3));

        Assert.Equal((NodeSet.Of(1).With(2), ticks["db2"].ContentTime), (Through(ticks).Nodes, Through(ticks).AsOf));
        Assert.NotEqual(ticks["db2"].ContentTime, ticks["db3"].ContentTime);
    }

    [Fact]
    public void Without_a_ramp_a_replica_has_its_whole_share_in_the_moment_it_is_back()
    {
        Ticks ticks = BothFresh();
        ticks.Tick(10, Primary(1_000), Replica(1_000), Replica(1_000, sql: ReplicationThread.No, server: 3));
        ticks.Tick(3, Primary(1_000), Replica(1_000), Replica(1_000, server: 3));
        ReadRoute reads = ReadRoute.Through(ticks.Fleet, new ReadRules { RampUp = TimeSpan.Zero }, ticks["db3"].Since);

        Assert.Equal([1.0, 1.0], reads.Shares.Weighted.Select(node => node.Weight));
    }

    [Fact]
    public void A_replica_that_no_web_server_reads_from_is_none_to_read_from()
    {
        var ticks = new Ticks(PrimaryNode, Node("db2"), Node("db3") with { ServesReads = false });
        ticks.Tick(4, Primary(1_000), Replica(1_000), Replica(1_000, server: 3));

        Assert.Equal(NodeSet.Of(1), Through(ticks).Nodes);
    }

    [Fact]
    public void Late_ones_have_their_weights_too()
    {
        var ticks = new Ticks(PrimaryNode, Node("db2") with { Weight = 3 }, Node("db3"));
        ticks.Tick(10, Primary(1_000), Replica(1_000), Replica(1_000, server: 3));
        ticks.Tick(10, Primary(1_000), Replica(1_000, sql: ReplicationThread.No), Replica(1_000, sql: ReplicationThread.No, server: 3));
        Assert.Equal(0.75, ShareOf(1, ticks), 0.001);
    }

    private static Ticks BothFresh() =>
        new Ticks(PrimaryNode, Node("db2"), Node("db3")).Tick(4, Primary(1_000), Replica(1_000), Replica(1_000, server: 3)).Tick(60, Primary(1_000), Replica(1_000), Replica(1_000, server: 3));

    private static ReadRoute Through(Ticks ticks) => ReadRoute.Through(ticks.Fleet, Rules, ticks.Now);

    private static double ShareOf(int node, Ticks ticks)
    {
        const int Rolls = 10_000;
        return Enumerable.Range(0, Rolls).Select(roll => Through(ticks).Shares.For((roll + 0.5) / Rolls)).Where(set => set.Contains(node)).Sum(set => 1.0 / set.Count) / Rolls;
    }
}
