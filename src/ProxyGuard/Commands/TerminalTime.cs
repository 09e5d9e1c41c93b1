using System.Globalization;
using ProxyGuard.Ground.Texts;

namespace ProxyGuard.Commands;

/// <summary>Moments as the person at the terminal reads them: in their own zone, which is always said.</summary>
/// <param name="Now">When it is told; the day is left out of moments of the same one.</param>
internal sealed record TerminalTime(Wording Words, TimeZoneInfo Zone, DateTimeOffset Now)
{
    /// <summary>"18:40 UTC+01:00".</summary>
    public string At(DateTimeOffset moment) => Phrases.Time(Words, moment, Now, Zone);

    /// <summary>"18:40 UTC+01:00 (17:40 UTC)": to be passed on to somebody who is elsewhere.</summary>
    public string InBothZones(DateTimeOffset moment)
    {
        DateTimeOffset local = TimeZoneInfo.ConvertTime(moment, Zone);
        // Where both have the same day, it is said once.
        return local.Offset == TimeSpan.Zero
            ? At(moment)
            : $"{At(moment)} ({Phrases.Time(Words, moment, local.Date == moment.UtcDateTime.Date ? moment : Now)})";
    }

    /// <summary>"about 12 minutes", of what began or ends then.</summary>
    public string Between(DateTimeOffset moment) => Phrases.Duration(Words, (Now - moment).Duration());

    /// <summary>With seconds, for lists that are compared with logs: "2026-11-22 18:40:09+01:00".</summary>
    public string Exactly(DateTimeOffset moment) =>
        TimeZoneInfo.ConvertTime(moment, Zone).ToString("yyyy-MM-dd HH:mm:sszzz", CultureInfo.InvariantCulture);
}
