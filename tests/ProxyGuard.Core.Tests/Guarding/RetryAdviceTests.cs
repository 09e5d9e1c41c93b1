using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;

namespace ProxyGuard.Core.Tests.Guarding;

public class RetryAdviceTests
{
    private static readonly ReadOnlyRules Rules = new() { MinFreshReplicas = 1, ReopenAfter = TimeSpan.FromSeconds(30) };

    private static readonly DateTimeOffset Now = new(2026, 11, 22, 17, 40, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(-60, 5)]
    [InlineData(5, 5)]
    [InlineData(6, 6)]
    [InlineData(600, 600)]
    [InlineData(601, 600)]
    public void Retry_advice_is_between_five_seconds_and_ten_minutes(double endsIn, double advice) =>
        Assert.Equal(TimeSpan.FromSeconds(advice), RetryAdvice.Until(Now.AddSeconds(endsIn), Now));

    [Theory]
    [InlineData(0, 100)]
    [InlineData(0.5, 110)]
    [InlineData(1, 120)]
    public void Retry_advice_is_spread_by_up_to_20_percent(double dice, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), RetryAdvice.Spread(TimeSpan.FromSeconds(100), dice));

    [Theory]
    [InlineData(1, 0, 2)]
    [InlineData(1, 0.5, 4)]
    [InlineData(800, 0.5, 4)]
    [InlineData(5_000, 0, 2)]
    [InlineData(5_000, 0.5, 14.5)]
    [InlineData(100_000, 0.5, 32)]
    public void Event_stream_reconnects_are_spread_over_a_time_that_grows_with_their_number(long streams, double dice, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), RetryAdvice.Reconnect(streams, dice));

    [Theory]
    [InlineData(0, 30)]
    [InlineData(100, 155)] // a quarter more than likely, and the quiet time
    [InlineData(1_000, 600)]
    [InlineData(null, 120)]
    public void Retry_advice_covers_the_estimated_catch_up_with_a_margin_and_the_quiet_time(int? likely, int seconds)
    {
        TimeSpan? left = likely is { } known ? TimeSpan.FromSeconds(known) : null;
        var catchUp =
            new CatchUp { State = CatchUpState.CatchingUp, Remaining = left is { } span ? new Remaining(span / 2, span, span * 2) : null };

        Assert.Equal(
            TimeSpan.FromSeconds(seconds),
            RetryAdvice.For(catchUp, isHeld: false, Incident(calmFor: null), MonotonicInstant.At(100), Rules));
        // When an operator opens again, no probe knows.
        Assert.Equal(RetryAdvice.Unknown, RetryAdvice.For(catchUp, isHeld: true, Incident(calmFor: null), MonotonicInstant.At(100), Rules));
    }

    [Theory]
    [InlineData(0, 30)]
    [InlineData(12, 18)]
    [InlineData(29, 5)]
    public void Retry_advice_after_recovery_is_the_rest_of_the_quiet_time(int calmFor, int seconds) =>
        Assert.Equal(
            TimeSpan.FromSeconds(seconds),
            RetryAdvice.For(catchUp: null, isHeld: false, Incident(calmFor), MonotonicInstant.At(100), Rules));

    private static Incident Incident(int? calmFor) =>
        new(
            Cause.ReplicasStuck, MonotonicInstant.At(10), SawFault: true,
            calmFor is { } seconds ? MonotonicInstant.At(100 - seconds) : null);
}
