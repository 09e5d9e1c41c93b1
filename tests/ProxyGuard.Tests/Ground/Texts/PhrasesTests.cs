using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Ground.Texts;

using ProxyGuard.Tests.Telling.Status;

namespace ProxyGuard.Tests.Ground.Texts;

public sealed class PhrasesTests
{
    [Theory]
    [InlineData(10, 59, "less than a minute", "weniger als eine Minute", "moins d’une minute")]
    [InlineData(10, 60, "up to about 1 minute", "bis zu etwa 1 Minute", "jusqu’à 1 minute environ")]
    [InlineData(10, 200, "up to about 4 minutes", "bis zu etwa 4 Minuten", "jusqu’à 4 minutes environ")]
    [InlineData(120, 120, "about 2 minutes", "etwa 2 Minuten", "environ 2 minutes")]
    [InlineData(130, 230, "about 2 to 4 minutes", "etwa 2 bis 4 Minuten", "environ 2 à 4 minutes")]
    [InlineData(1260, 1261, "about 20 to 25 minutes", "etwa 20 bis 25 Minuten", "environ 20 à 25 minutes")]
    [InlineData(3000, 7201, "about 50 minutes to 3 hours", "etwa 50 Minuten bis 3 Stunden", "environ 50 minutes à 3 heures")]
    [InlineData(64800, 70000, "about 18 to 20 hours", "etwa 18 bis 20 Stunden", "environ 18 à 20 heures")]
    [InlineData(86400 * 3, 86400 * 3, "about 3 days", "etwa 3 Tage", "environ 3 jours")]
    public void A_range_is_rounded_to_whole_units_and_never_narrowed(int low, int high, string en, string de, string fr)
    {
        var remaining = new Remaining(TimeSpan.FromSeconds(low), TimeSpan.FromSeconds(low), TimeSpan.FromSeconds(high));
        AssertSaid(wording => Phrases.Range(wording, remaining), en, de, fr);
    }

    [Theory]
    [InlineData(0, "less than a minute", "weniger als eine Minute", "moins d’une minute")]
    [InlineData(60, "about 1 minute", "etwa 1 Minute", "environ 1 minute")]
    [InlineData(150, "about 3 minutes", "etwa 3 Minuten", "environ 3 minutes")]
    [InlineData(1234.5, "about 20 minutes", "etwa 20 Minuten", "environ 20 minutes")]
    [InlineData(7200, "about 120 minutes", "etwa 120 Minuten", "environ 120 minutes")]
    [InlineData(64800, "about 18 hours", "etwa 18 Stunden", "environ 18 heures")]
    [InlineData(259200, "about 3 days", "etwa 3 Tage", "environ 3 jours")]
    public void A_duration_is_rounded_to_a_useful_precision(double seconds, string en, string de, string fr) =>
        AssertSaid(wording => Phrases.Duration(wording, TimeSpan.FromSeconds(seconds)), en, de, fr);

    [Theory]
    [InlineData(0, "0 MB", "0 MB", "0 Mo")]
    [InlineData(1, "less than 0.1 MB", "weniger als 0,1 MB", "moins de 0,1 Mo")]
    [InlineData(1_550_000, "1.6 MB", "1,6 MB", "1,6 Mo")]
    [InlineData(305_462_762, "305 MB", "305 MB", "305 Mo")]
    [InlineData(2_400_000_000, "2.4 GB", "2,4 GB", "2,4 Go")]
    public void Bytes_are_shown_in_decimal_units(double bytes, string en, string de, string fr) =>
        AssertSaid(wording => Phrases.Bytes(wording, bytes), en, de, fr);

    [Theory]
    [InlineData(0, "0.0%", "0,0 %", "0,0 %")]
    [InlineData(62.4, "62.4%", "62,4 %", "62,4 %")]
    [InlineData(99.99, "99.9%", "99,9 %", "99,9 %")]
    [InlineData(100, "100%", "100 %", "100 %")]
    public void A_percentage_is_never_rounded_up_to_100(double percent, string en, string de, string fr) =>
        AssertSaid(wording => Phrases.Percent(wording, percent), en, de, fr);

    [Theory]
    [InlineData("2026-11-22T17:40:59Z", "17:40 UTC", "17:40 UTC", "17:40 UTC")]
    [InlineData("2026-11-22T01:40:00+02:00", "21 November 2026, 23:40 UTC", "21. November 2026, 23:40 UTC", "21 novembre 2026, 23:40 UTC")]
    [InlineData("2026-03-01T00:00:00Z", "1 March 2026, 00:00 UTC", "1. März 2026, 00:00 UTC", "1 mars 2026, 00:00 UTC")]
    public void A_time_has_its_date_unless_it_is_today(string moment, string en, string de, string fr) =>
        AssertSaid(
            wording => Phrases.Time(wording, DateTimeOffset.Parse(moment, System.Globalization.CultureInfo.InvariantCulture), Statuses.At),
            en, de, fr);

    [Fact]
    public void A_timestamp_is_RFC_3339_in_UTC() =>
        Assert.Equal("2026-11-22T18:02:11Z", PublicNames.Of(Statuses.At.ToOffset(TimeSpan.FromHours(5))));

    private static void AssertSaid(Func<Wording, string> say, string en, string de, string fr)
    {
        Assert.Equal(en, Plain(say(Wording.For("en"))));
        Assert.Equal(de, Plain(say(Wording.For("de"))));
        Assert.Equal(fr, Plain(say(Wording.For("fr"))));
    }

    // Which spaces do not break is the translator's choice.
    private static string Plain(string text) => text.Replace('\u00a0', ' ').Replace('\u202f', ' ');
}
