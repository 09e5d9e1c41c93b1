using System.Security.Cryptography;
using CsCheck;
using ProxyGuard.Core.Routing;

namespace ProxyGuard.Core.Tests.Routing;

public class MarkSealTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 17, 40, 0, 123, TimeSpan.Zero);
    private static readonly MarkSeal Seal = new(Enumerable.Repeat((byte)7, 32).ToArray());

    [Fact]
    public void A_write_mark_is_read_back_and_never_dates_earlier() =>
        Gen.Long[0, TimeSpan.TicksPerDay].Sample(ticks =>
        {
            DateTimeOffset at = Now.AddTicks(-ticks);
            string mark = Seal.Write(at);

            Assert.Equal(MarkSeal.TextLength, mark.Length);
            DateTimeOffset claim = MarkSeal.ClaimOf(mark, Now)!.Value;
            Assert.True(claim >= at && claim - at <= TimeSpan.FromMilliseconds(1));
            Assert.True(Seal.IsGenuine(mark, claim));
        });

    [Fact]
    public void A_write_mark_with_one_changed_character_is_invalid() =>
        Gen.Select(
            Gen.Int[0, MarkSeal.TextLength - 1],
            Gen.Char["ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=. é"]).Sample((place, other) =>
        {
            char[] mark = Seal.Write(Now).ToCharArray();
            if (mark[place] == other)
                return;
            mark[place] = other;

            Assert.False(MarkSeal.ClaimOf(mark, Now) is { } claim && Seal.IsGenuine(mark, claim));
        });

    [Theory]
    [InlineData(-86_402, false)] // a day and two seconds ago
    [InlineData(-86_398, true)]
    [InlineData(0, true)]
    [InlineData(59, true)] // another machine's clock
    [InlineData(62, false)]
    // To the millisecond, of which a mark counts one more than has passed.
    [InlineData(-86_400.002, false)]
    [InlineData(-86_400.001, true)]
    [InlineData(59.999, true)]
    [InlineData(60, false)]
    public void Expired_and_future_write_marks_are_invalid(double seconds, bool isPossible) =>
        Assert.Equal(isPossible, MarkSeal.ClaimOf(Seal.Write(Now.AddSeconds(seconds)), Now) is not null);

    [Theory]
    [InlineData("")]
    [InlineData("AAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")] // one too long
    [InlineData("******************************")]
    public void Malformed_write_marks_are_invalid(string text) => Assert.Null(MarkSeal.ClaimOf(text, Now));

    [Fact]
    public void A_write_mark_with_extra_characters_or_blanks_is_invalid()
    {
        string mark = Seal.Write(Now);

        Assert.Null(MarkSeal.ClaimOf(mark + "A", Now));
        Assert.Null(MarkSeal.ClaimOf(mark[..4] + "    " + mark[8..], Now));
    }

    [Fact]
    public void Write_marks_are_sealed_with_a_daily_key_derived_from_the_secret()
    {
        byte[] secret = [.. Enumerable.Range(0, 32).Select(number => (byte)number)];
        var seal = new MarkSeal(secret);
        // One that runs for days meets every key, and each place in its memory more than once.
        for (int day = 0; day < 7; day++)
        {
            DateTimeOffset at = Now.AddDays(day);
            Assert.Equal(Sealed(secret, at.ToUnixTimeMilliseconds() + 1), seal.Write(at));
        }
    }

    /// <summary>The same by its description: HMAC-SHA-256 of six bytes of time, under the HMAC of the day's number.</summary>
    private static string Sealed(byte[] secret, long milliseconds)
    {
        byte[] day = [.. BitConverter.GetBytes(milliseconds / 86_400_000).Reverse()];
        byte[] time = [.. BitConverter.GetBytes(milliseconds).Reverse().Skip(2)];
        byte[] key = HMACSHA256.HashData(secret, day);
        return Convert.ToBase64String([.. time, .. HMACSHA256.HashData(key, time).Take(16)]).TrimEnd('=').Replace('+', '-')
            .Replace('/', '_');
    }

    [Fact]
    public void Marks_sealed_with_another_secret_or_another_days_key_are_not_genuine()
    {
        var other = new MarkSeal(Enumerable.Repeat((byte)8, 32).ToArray());
        string mark = other.Write(Now);

        Assert.False(Seal.IsGenuine(mark, MarkSeal.ClaimOf(mark, Now)!.Value));
        // The seal of yesterday on the time of today.
        string grafted = Seal.Write(Now)[..8] + Seal.Write(Now.AddDays(-1))[8..];
        Assert.False(Seal.IsGenuine(grafted, MarkSeal.ClaimOf(grafted, Now)!.Value));
    }

    [Fact]
    public void Marks_of_both_days_are_genuine_around_midnight()
    {
        DateTimeOffset midnight = new(2026, 11, 23, 0, 0, 0, TimeSpan.Zero);
        foreach (int seconds in (int[])[-1, 1, -2, 2])
        {
            string mark = Seal.Write(midnight.AddSeconds(seconds));
            Assert.True(Seal.IsGenuine(mark, MarkSeal.ClaimOf(mark, midnight.AddSeconds(3))!.Value));
        }
    }

    [Fact]
    public void Genuine_and_foreign_marks_are_distinguished_under_concurrency()
    {
        var strange = new MarkSeal(Enumerable.Repeat((byte)8, 32).ToArray());
        Parallel.For(0, 10_000, number =>
        {
            DateTimeOffset at = Now.AddMilliseconds(-number * 8_000);
            Assert.True(Seal.IsGenuine(Seal.Write(at), at.AddMilliseconds(1)));
            Assert.False(Seal.IsGenuine(strange.Write(at), at.AddMilliseconds(1)));
        });
    }

    [Fact]
    public void A_short_secret_is_refused() => Assert.Throws<ArgumentException>(() => new MarkSeal(new byte[31]));
}
