using ProxyGuard.Core.Routing;

namespace ProxyGuard.Core.Tests.Routing;

public class RetryBudgetTests
{
    [Fact]
    public void When_the_reserve_is_spent_ten_requests_earn_one_retry()
    {
        var budget = new RetryBudget();
        Assert.Equal(RetryBudget.Reserve, Spent(budget));

        for (int request = 0; request < 9; request++)
            budget.Save();
        Assert.Equal(0, Spent(budget));
        budget.Save();
        Assert.Equal(1, Spent(budget));
    }

    [Fact]
    public void A_long_quiet_time_saves_no_more_than_the_reserve()
    {
        var budget = new RetryBudget();
        for (int request = 0; request < 100_000; request++)
            budget.Save();

        Assert.Equal(RetryBudget.Reserve, Spent(budget));
    }

    private static int Spent(RetryBudget budget)
    {
        int spent = 0;
        while (budget.TrySpend())
            spent++;
        return spent;
    }
}
