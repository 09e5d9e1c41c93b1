using System.Diagnostics;
using System.Globalization;
using ProxyGuard.Core.Replication;

namespace ProxyGuard.Ground.Texts;

/// <summary>
/// Numbers, durations and moments as members read them. <c>phrases.js</c> says the same in the browser; a test compares the two.
/// </summary>
internal static class Phrases
{
    private enum Unit
    {
        Minutes,
        Hours,
        Days,
    }

    /// <summary>62.4 → "62.4%". Rounded down: nothing is called done before it is.</summary>
    /// <param name="percent">0 to 100.</param>
    public static string Percent(Wording wording, double percent) =>
        wording.Say("number.percent", ("number", Number(wording, Math.Floor(percent * 10) / 10, percent >= 100 ? 0 : 1)));

    /// <summary>305462762 → "305 MB". Decimal units, as cameras and browsers count.</summary>
    public static string Bytes(Wording wording, double bytes)
    {
        double mega = bytes / 1e6;
        return mega switch
        {
            0 => Mega(wording, 0, 0),
            < 0.1 => wording.Say("bytes.little", ("amount", Mega(wording, 0.1, 1))),
            < 10 => Mega(wording, mega, 1),
            < 1000 => Mega(wording, mega, 0),
            _ => wording.Say("bytes.giga", ("number", Number(wording, mega / 1000, 1))),
        };
    }

    public static string Rate(Wording wording, double bytesPerSecond) =>
        wording.Say("bytes.rate", ("amount", Bytes(wording, bytesPerSecond)));

    /// <summary>"about 3 minutes"; "less than a minute".</summary>
    public static string Duration(Wording wording, TimeSpan duration) => duration < TimeSpan.FromMinutes(1)
        ? wording["duration.short"]
        : wording.Say(
            "duration.about", ("amount", Amount(wording, Rounded(duration, number => Math.Round(number, MidpointRounding.AwayFromZero)))));

    /// <summary>"about 2 to 4 minutes". Widened to whole units, never narrowed: the range must hold.</summary>
    public static string Range(Wording wording, Remaining remaining)
    {
        if (remaining.High < TimeSpan.FromMinutes(1))
            return wording["duration.short"];

        (int Number, Unit Unit) high = Rounded(remaining.High, Math.Ceiling);
        if (remaining.Low < TimeSpan.FromMinutes(1))
            return wording.Say("range.up-to", ("high", Amount(wording, high)));

        (int Number, Unit Unit) low = Rounded(remaining.Low, Math.Floor);
        if (low == high)
            return wording.Say("duration.about", ("amount", Amount(wording, high)));

        string from = low.Unit == high.Unit ? Whole(low.Number) : Amount(wording, low);
        return wording.Say("range.between", ("low", from), ("high", Amount(wording, high)));
    }

    /// <summary>"17:40 UTC", with the date when <paramref name="moment"/> is on another day than <paramref name="now"/>.</summary>
    public static string Time(Wording wording, DateTimeOffset moment, DateTimeOffset now) => Time(wording, moment, now, TimeZoneInfo.Utc);

    /// <summary>The same in another zone: "18:40 UTC+01:00".</summary>
    public static string Time(Wording wording, DateTimeOffset moment, DateTimeOffset now, TimeZoneInfo zone)
    {
        DateTimeOffset local = TimeZoneInfo.ConvertTime(moment, zone);
        string clock = local.ToString(local.Offset == TimeSpan.Zero ? "HH':'mm' UTC'" : "HH':'mm' UTC'zzz", CultureInfo.InvariantCulture);
        if (local.Date == TimeZoneInfo.ConvertTime(now, zone).Date)
            return clock;
        string month = wording["time.months"].Split(' ')[local.Month - 1];
        return wording.Say("time.day", ("day", Whole(local.Day)), ("month", month), ("year", Whole(local.Year)), ("clock", clock));
    }

    private static (int Number, Unit Unit) Rounded(TimeSpan duration, Func<double, double> round)
    {
        double minutes = duration.TotalMinutes;
        // No member waits for 47 minutes; beyond 20 the steps are 5.
        double step = minutes > 20 ? 5 : 1;
        return minutes switch
        {
            <= 120 => ((int)(Math.Max(1, round(minutes / step)) * step), Unit.Minutes),
            <= 48 * 60 => ((int)round(minutes / 60), Unit.Hours),
            _ => ((int)round(minutes / (24 * 60)), Unit.Days),
        };
    }

    private static string Amount(Wording wording, (int Number, Unit Unit) amount)
    {
        string unit = amount.Unit switch
        {
            Unit.Minutes => "minutes",
            Unit.Hours => "hours",
            Unit.Days => "days",
            _ => throw new UnreachableException($"unit {amount.Unit}"),
        };
        return wording.Say(amount.Number == 1 ? $"{unit}.one" : $"{unit}.other", ("number", Whole(amount.Number)));
    }

    private static string Mega(Wording wording, double mega, int digits) =>
        wording.Say("bytes.mega", ("number", Number(wording, mega, digits)));

    private static string Number(Wording wording, double number, int digits) =>
        number.ToString($"F{digits}", CultureInfo.InvariantCulture).Replace(".", wording["number.decimal"], StringComparison.Ordinal);

    private static string Whole(int number) => number.ToString(CultureInfo.InvariantCulture);
}
