using System.Globalization;
using ProxyGuard.Commands;

namespace ProxyGuard.Tests.Commands;

public class HoldEndTests
{
    // The last Sundays of March and October are the days of the clocks.
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Theory]
    // Winter, at 18:30 in Berlin.
    [InlineData("2026-11-30T17:30Z", "20:00", "2026-11-30T19:00Z")]
    [InlineData("2026-11-30T17:30Z", "today 20:00", "2026-11-30T19:00Z")]
    [InlineData("2026-11-30T17:30Z", "tomorrow 20:00", "2026-12-01T19:00Z")]
    [InlineData("2026-11-30T17:30Z", "2026-12-24 02:00", "2026-12-24T01:00Z")]
    [InlineData("2026-11-30T17:30Z", "2026-12-24T02:00+05:00", "2026-12-23T21:00Z")]
    [InlineData("2026-11-30T17:30Z", "2026-12-24T02:00:30Z", "2026-12-24T02:00:30Z")]
    // Early, until the evening: longer than half a day, and still today.
    [InlineData("2026-11-30T04:00Z", "20:00", "2026-11-30T19:00Z")]
    // At 23:30 "02:00" is after midnight.
    [InlineData("2026-11-30T22:30Z", "02:00", "2026-12-01T01:00Z")]
    [InlineData("2026-12-31T22:30Z", "2:00", "2027-01-01T01:00Z")]
    // Over a night in which the clocks are changed the hours are what they are.
    [InlineData("2027-03-27T22:30Z", "04:00", "2027-03-28T02:00Z")]
    [InlineData("2026-10-24T20:30Z", "04:00", "2026-10-25T03:00Z")]
    public void A_time_is_meant_in_the_zone_of_the_terminal(string now, string until, string expected)
    {
        Assert.Equal((At(expected), null), HoldEnd.Until(until, At(now), Berlin));
    }

    [Theory]
    // At 21:03: tomorrow's 20:00 is 23 hours away, so that it is more likely a slip.
    [InlineData("2026-11-30T20:03Z", "20:00",
        "--until 20:00 has passed today: it is 2026-11-30 21:03 UTC+01:00. For tomorrow write: --until \"tomorrow 20:00\".")]
    [InlineData("2026-11-30T20:03Z", "today 20:00", "--until 2026-11-30 20:00 UTC+01:00 has passed: it is 2026-11-30 21:03 UTC+01:00.")]
    [InlineData("2026-11-30T20:03Z", "2026-11-30 20:00", "--until 2026-11-30 20:00 UTC+01:00 has passed: it is 2026-11-30 21:03 UTC+01:00.")]
    [InlineData("2026-11-30T20:03Z", "2026-11-30T20:00Z", "--until 2026-11-30 21:00 UTC+01:00 has passed: it is 2026-11-30 21:03 UTC+01:00.")]
    [InlineData("2026-11-30T20:03Z", "2028-01-01 00:00", "--until 2028-01-01 00:00 UTC+01:00 is more than 366 days ahead.")]
    // The clocks go from 02:00 to 03:00.
    [InlineData("2027-03-27T22:30Z", "02:30",
        "--until 2027-03-28 02:30 does not exist in Europe/Berlin: the clocks go forward over it. Name another time.")]
    // They go from 03:00 back to 02:00.
    [InlineData("2026-10-24T20:30Z", "02:30",
        "--until 2026-10-25 02:30 comes twice in Europe/Berlin: the clocks go back. Write which one: 2026-10-25T02:30+02:00 or 2026-10-25T02:30+01:00.")]
    [InlineData("2026-11-30T20:03Z", "8pm",
        "--until is 8pm but must be a time such as 20:00, \"tomorrow 02:00\", \"2026-12-24 02:00\", 2026-12-24T02:00+01:00, or never.")]
    [InlineData("2026-11-30T20:03Z", "24:00",
        "--until is 24:00 but must be a time such as 20:00, \"tomorrow 02:00\", \"2026-12-24 02:00\", 2026-12-24T02:00+01:00, or never.")]
    [InlineData("2026-11-30T20:03Z", "12-11-2026",
        "--until is 12-11-2026 but must be a time such as 20:00, \"tomorrow 02:00\", \"2026-12-24 02:00\", 2026-12-24T02:00+01:00, or never.")]
    public void A_time_that_could_be_meant_otherwise_is_refused_with_what_to_write(string now, string until, string error)
    {
        Assert.Equal((null, error), HoldEnd.Until(until, At(now), Berlin));
    }

    [Fact]
    public void Each_of_two_times_that_are_one_on_the_clock_can_be_written()
    {
        DateTimeOffset now = At("2026-10-24T20:30Z");
        Assert.Equal(At("2026-10-25T00:30Z"), HoldEnd.Until("2026-10-25T02:30+02:00", now, Berlin).End);
        Assert.Equal(At("2026-10-25T01:30Z"), HoldEnd.Until("2026-10-25T02:30+01:00", now, Berlin).End);
    }

    [Theory]
    [InlineData("90m", 90)]
    [InlineData("90min", 90)]
    [InlineData("2h", 120)]
    [InlineData("2h30m", 150)]
    [InlineData("1d", 1440)]
    [InlineData("1d12h", 2160)]
    public void A_length_counts_from_now_whatever_the_clocks_do(string length, int minutes)
    {
        DateTimeOffset now = At("2027-03-27T22:30Z");
        Assert.Equal((now.AddMinutes(minutes), null), HoldEnd.For(length, now));
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("0m")]
    [InlineData("-2h")]
    [InlineData("2 h")]
    [InlineData("367d")]
    [InlineData("02:00:00")]
    public void A_length_without_a_unit_or_end_is_refused(string length)
    {
        Assert.Equal(
            (null, $"--for is {length} but must be a length such as 90m, 2h, 2h30m or 1d, at most 366 days."),
            HoldEnd.For(length, At("2026-11-30T20:03Z")));
    }

    private static DateTimeOffset At(string instant) => DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture);
}
