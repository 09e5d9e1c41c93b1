using ProxyGuard.Core.ReadPort;
using ProxyGuard.Core.Replication;
using ProxyGuard.Core.Routing;
using ProxyGuard.Core.Tests.Replication;
using static ProxyGuard.Core.Tests.Replication.Ticks;

namespace ProxyGuard.Core.Tests.ReadPort;

public class NodeChoiceTests
{
    [Fact]
    public void Nodes_of_equal_weight_take_turns()
    {
        ReadRoute route = RouteOf((1, 1), (2, 1), (3, 1));
        Assert.Equal(
            [1, 2, 3, 1, 2, 3], Enumerable.Range(0, 6).Select(turn => NodeChoice.Next(route, NodeSet.None, 0.7, (uint)turn)!.Value));
    }

    [Fact]
    public void A_node_with_triple_weight_gets_three_times_the_connections()
    {
        ReadRoute route = RouteOf((1, 3), (2, 1));
        Dictionary<int, int> got = Enumerable.Range(0, 4000)
            .Select(turn => NodeChoice.Next(route, NodeSet.None, turn * 0.618_034 % 1, (uint)turn)!.Value).CountBy(node => node)
            .ToDictionary();
        Assert.InRange(got[1], 2900, 3100);
    }

    [Fact]
    public void Every_node_is_tried_exactly_once()
    {
        ReadRoute route = RouteOf((1, 9), (2, 4), (5, 1));
        foreach (double roll in (double[])[0, 0.5, 0.99])
        {
            NodeSet tried = NodeSet.None;
            while (NodeChoice.Next(route, tried, roll, 7) is { } node)
            {
                Assert.False(tried.Contains(node));
                tried = tried.With(node);
            }

            Assert.Equal(NodeSet.None.With(1).With(2).With(5), tried);
        }
    }

    [Fact]
    public void The_connection_limit_applies_only_where_the_primary_stands_in_for_replicas()
    {
        var rules = new ReadRules { AllBehind = AllBehindPolicy.ReadFromPrimary, MaxPrimaryReads = 7 };
        Ticks ticks = new Ticks(PrimaryNode, Node("db2")).Tick(4, Primary(1_000), Replica(1_000));
        Assert.Equal(int.MaxValue, NodeChoice.MostOn(ReadRoute.Through(ticks.Fleet, rules, ticks.Now), rules));

        ReadRoute favour = ReadRoute.Through(
            ticks.Tick(10, Primary(1_000), Replica(1_000, sql: ReplicationThread.No)).Fleet, rules, ticks.Now);
        Assert.Equal((7, int.MaxValue), (NodeChoice.MostOn(favour, rules), NodeChoice.MostOn(favour.AboveLimit!, rules)));
    }

    private static ReadRoute RouteOf(params (int Node, double Weight)[] nodes) =>
        new(nodes.Aggregate(NodeSet.None, (set, node) => set.With(node.Node)), IsCurrent: true, AsOf: null, new Shares<int>(nodes));
}
