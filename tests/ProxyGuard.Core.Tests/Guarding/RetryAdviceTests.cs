using ProxyGuard.Core.Guarding;

namespace ProxyGuard.Core.Tests.Guarding;

public class RetryAdviceTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 17, 40, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(-10, 5)]
    [InlineData(4, 5)]
    [InlineData(60, 60)]
    [InlineData(3_600, 600)]
    public void A_hold_whose_end_is_known_is_waited_for_between_five_seconds_and_ten_minutes(int endsIn, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), RetryAdvice.Until(Now.AddSeconds(endsIn), Now));

    [Theory]
    [InlineData(0, 100)]
    [InlineData(0.5, 110)]
    [InlineData(1, 120)]
    public void Those_who_were_refused_together_come_back_spread_by_up_to_a_fifth(double dice, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), RetryAdvice.Spread(TimeSpan.FromSeconds(100), dice));
}
