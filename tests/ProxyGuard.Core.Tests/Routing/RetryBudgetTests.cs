using ProxyGuard.Core.Routing;

namespace ProxyGuard.Core.Tests.Routing;

public class RetryBudgetTests
{
    [Fact]
    public void Ten_requests_earn_one_retry_once_the_reserve_is_spent()
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
    public void Saved_retries_never_exceed_the_reserve()
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
