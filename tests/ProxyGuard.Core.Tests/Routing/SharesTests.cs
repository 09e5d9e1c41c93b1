using CsCheck;
using ProxyGuard.Core.Routing;

namespace ProxyGuard.Core.Tests.Routing;

public class SharesTests
{
    [Fact]
    public void Every_item_gets_its_share_if_each_set_is_used_evenly() =>
        Gen.Double[0.05, 100].Array[1, 8].Sample(weights =>
        {
            const int Rolls = 20_000;
            var shares = new Shares<int>(weights.Select((weight, item) => (item, weight)));
            double[] got = new double[weights.Length];
            for (int roll = 0; roll < Rolls; roll++)
            {
                IReadOnlyList<int> set = shares.For((roll + 0.5) / Rolls);
                foreach (int item in set)
                    got[item] += 1.0 / set.Count / Rolls;
            }

            for (int item = 0; item < weights.Length; item++)
                Assert.Equal(weights[item] / weights.Sum(), got[item], 0.002);
        }, iter: 200);

    [Fact]
    public void Equal_weights_always_give_the_whole_set()
    {
        var shares = new Shares<string>([("web1", 2), ("web2", 2), ("web3", 2)]);

        Assert.All([0, 0.3, 0.999999], roll => Assert.Same(shares.For(0), shares.For(roll)));
        Assert.Equal(3, shares.For(0).Count);
    }

    [Fact]
    public void The_highest_roll_gives_the_whole_set() =>
        Gen.Double[0.05, 100].Array[1, 8].Sample(weights =>
            Assert.Equal(weights.Length,
                new Shares<int>(weights.Select((weight, item) => (item, weight))).For(Math.BitDecrement(1)).Count));

    [Fact]
    public void Shares_of_no_items_are_empty() => Assert.Empty(new Shares<int>([]).For(0.5));
}
