using System.Globalization;
using System.Text.RegularExpressions;

namespace ProxyGuard.Commands;

/// <summary>When a hold shall end, as it is typed: <c>--until 20:00</c> in the terminal's time, or <c>--for 2h</c>.</summary>
internal static partial class HoldEnd
{
    public const string AllowedUntil = "20:00, \"tomorrow 02:00\", \"2026-12-24 02:00\", 2026-12-24T02:00+01:00, or never";
    public const string AllowedFor = "90m, 2h, 2h30m or 1d, at most 366 days";

    private const int MostDays = 366;

    // A time of day that has passed is meant for tomorrow by those who work through the night, and is a slip by all others.
    private static readonly TimeSpan NightShift = TimeSpan.FromHours(12);

    private static readonly string[] Days = ["yyyy-MM-dd HH:mm", "yyyy-MM-ddTHH:mm", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-ddTHH:mm:ss"];
    private static readonly string[] Instants = ["yyyy-MM-ddTHH:mmK", "yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-dd HH:mmK", "yyyy-MM-dd HH:mm:ssK"];

    /// <returns>The instant; or what is wrong, as a sentence.</returns>
    public static (DateTimeOffset? End, string? Error) Until(string text, DateTimeOffset now, TimeZoneInfo zone)
    {
        if (ClockTime().Match(text) is { Success: true } clock)
            return AtTime(clock, now, zone);
        // With a zone of its own it is an instant already.
        if (Zoned().IsMatch(text))
        {
            return DateTimeOffset.TryParseExact(
                text, Instants, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTimeOffset instant)
                ? Ahead(instant, now, zone)
                : NotATime(text);
        }

        return DateTime.TryParseExact(text, Days, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime local)
            ? At(local, now, zone)
            : NotATime(text);
    }

    /// <returns>The instant; or what is wrong, as a sentence.</returns>
    public static (DateTimeOffset? End, string? Error) For(string text, DateTimeOffset now)
    {
        Match match = Length().Match(text);
        TimeSpan length = TimeSpan.Zero;
        if (match.Success)
            length = new TimeSpan(NumberIn(match.Groups["d"]), NumberIn(match.Groups["h"]), NumberIn(match.Groups["m"]), 0);
        return length > TimeSpan.Zero && length <= TimeSpan.FromDays(MostDays)
            ? (now + length, null)
            : (null, $"--for is {text} but must be a length such as {AllowedFor}.");
    }

    private static (DateTimeOffset? End, string? Error) AtTime(Match clock, DateTimeOffset now, TimeZoneInfo zone)
    {
        DateTime today = TimeZoneInfo.ConvertTime(now, zone).Date;
        TimeSpan timeOfDay = new(NumberIn(clock.Groups["h"]), NumberIn(clock.Groups["m"]), 0);
        bool isTomorrow = clock.Groups["day"].Value == "tomorrow";
        (DateTimeOffset? end, string? error) = At(today.AddDays(isTomorrow ? 1 : 0) + timeOfDay, now, zone);
        if (isTomorrow || clock.Groups["day"].Success || end is not null || error is not null && !IsPast(today + timeOfDay, now, zone))
            return (end, error);
        (DateTimeOffset? tomorrow, string? why) = At(today.AddDays(1) + timeOfDay, now, zone);
        return tomorrow is null || tomorrow - now <= NightShift
            ? (tomorrow, why)
            : (null, $"--until {clock.Value} has passed today: it is {Local(now, zone)}. For tomorrow write: --until \"tomorrow {clock.Value}\".");
    }

    private static bool IsPast(DateTime local, DateTimeOffset now, TimeZoneInfo zone) =>
        local <= TimeZoneInfo.ConvertTime(now, zone).DateTime;

    private static (DateTimeOffset? End, string? Error) At(DateTime local, DateTimeOffset now, TimeZoneInfo zone)
    {
        if (zone.IsInvalidTime(local))
            return (null, $"--until {Written(local)} does not exist in {zone.Id}: the clocks go forward over it. Name another time.");
        if (!zone.IsAmbiguousTime(local))
            return Ahead(new DateTimeOffset(local, zone.GetUtcOffset(local)), now, zone);
        string[] both =
        [
            .. zone.GetAmbiguousTimeOffsets(local).OrderDescending().Select(offset => new DateTimeOffset(local, offset))
                .Select(one => one.ToString("yyyy-MM-dd'T'HH:mmzzz", CultureInfo.InvariantCulture)),
        ];
        return (null, $"--until {Written(local)} comes twice in {zone.Id}: the clocks go back. Write which one: {string.Join(" or ", both)}.");
    }

    private static (DateTimeOffset? End, string? Error) Ahead(DateTimeOffset end, DateTimeOffset now, TimeZoneInfo zone)
    {
        if (end <= now)
            return (null, $"--until {Local(end, zone)} has passed: it is {Local(now, zone)}.");
        return end - now > TimeSpan.FromDays(MostDays)
            ? (null, $"--until {Local(end, zone)} is more than {MostDays} days ahead.")
            : (end, null);
    }

    private static (DateTimeOffset? End, string? Error) NotATime(string text) =>
        (null, $"--until is {text} but must be a time such as {AllowedUntil}.");

    private static string Local(DateTimeOffset moment, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(moment, zone).ToString("yyyy-MM-dd HH:mm 'UTC'zzz", CultureInfo.InvariantCulture);

    private static string Written(DateTime local) => local.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    // The patterns allow few digits only.
    private static int NumberIn(Group digits) => digits.Success ? int.Parse(digits.ValueSpan, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"^(?:(?<day>today|tomorrow) )?(?<h>[01]?[0-9]|2[0-3]):(?<m>[0-5][0-9])$")]
    private static partial Regex ClockTime();

    [GeneratedRegex(@"(Z|[+\-][0-9]{2}:[0-9]{2})$")]
    private static partial Regex Zoned();

    [GeneratedRegex(@"^(?=.)(?:(?<d>[0-9]{1,3})d)?(?:(?<h>[0-9]{1,4})h)?(?:(?<m>[0-9]{1,5})m(?:in)?)?$")]
    private static partial Regex Length();
}
