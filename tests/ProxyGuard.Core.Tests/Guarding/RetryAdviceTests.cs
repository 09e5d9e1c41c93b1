using ProxyGuard.Core.Guarding;

namespace ProxyGuard.Core.Tests.Guarding;

public class RetryAdviceTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 17, 40, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(-60, 5)]
    [InlineData(5, 5)]
    [InlineData(6, 6)]
    [InlineData(600, 600)]
    [InlineData(601, 600)]
    public void Nobody_is_sent_away_for_less_than_five_seconds_or_more_than_ten_minutes(double endsIn, double advice) =>
        Assert.Equal(TimeSpan.FromSeconds(advice), RetryAdvice.Until(Now.AddSeconds(endsIn), Now));

    [Theory]
    [InlineData(0, 100)]
    [InlineData(0.5, 110)]
    [InlineData(1, 120)]
    public void Those_who_were_refused_together_come_back_over_a_fifth_of_the_time(double dice, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), RetryAdvice.Spread(TimeSpan.FromSeconds(100), dice));
}
