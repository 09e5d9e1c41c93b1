using ProxyGuard.Core.Routing;

namespace ProxyGuard.Core.Tests.Routing;

public class ReactivationBackoffTests
{
    [Theory]
    [InlineData(1, 0.25)]
    [InlineData(2, 0.5)]
    [InlineData(3, 1)]
    [InlineData(4, 2)]
    [InlineData(5, 4)]
    [InlineData(6, 8)]
    [InlineData(7, 10)]
    [InlineData(8, 10)]
    [InlineData(int.MaxValue, 10)]
    public void Backoff_doubles_with_each_failure_up_to_ten_seconds(int failures, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), ReactivationBackoff.After(failures));
}
