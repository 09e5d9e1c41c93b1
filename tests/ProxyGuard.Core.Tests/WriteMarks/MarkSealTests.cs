using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using CsCheck;
using ProxyGuard.Core.WriteMarks;

namespace ProxyGuard.Core.Tests.WriteMarks;

public class MarkSealTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 17, 40, 0, 123, TimeSpan.Zero);
    private static readonly MarkSeal Seal = new(Enumerable.Repeat((byte)7, 32).ToArray());

    [Fact]
    public void A_mark_is_read_back_and_never_says_an_earlier_time() =>
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
    public void Whoever_changes_one_character_has_no_mark() =>
        Gen.Select(Gen.Int[0, MarkSeal.TextLength - 1], Gen.Char["ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=. é"]).Sample((place, other) =>
        {
            char[] mark = Seal.Write(Now).ToCharArray();
            if (mark[place] == other)
                return;
            mark[place] = other;

            Assert.False(MarkSeal.ClaimOf(mark, Now) is { } claim && Seal.IsGenuine(mark, claim));
        });

    [Theory]
    // A mark says a millisecond later than the write.
    [InlineData(-86_400_002, false)] // longer ago than a day
    [InlineData(-86_400_001, true)]
    [InlineData(0, true)]
    [InlineData(59_999, true)] // another machine's clock
    [InlineData(60_000, false)]
    public void Marks_too_old_or_from_the_future_are_none(long milliseconds, bool isPossible) =>
        Assert.Equal(isPossible, MarkSeal.ClaimOf(Seal.Write(Now.AddMilliseconds(milliseconds)), Now) is not null);

    /// <summary>What other ProxyGuards of the site, of this version or another, must agree on: six bytes of time, sixteen of a seal under the key of that day.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(-3)] // its key takes the place of today's
    public void A_mark_is_a_time_sealed_under_the_key_of_its_day(int days)
    {
        var seal = new MarkSeal(Enumerable.Repeat((byte)7, 32).ToArray());
        seal.Write(Now);
        DateTimeOffset at = Now.AddDays(days);
        byte[] time = BytesOf(at.ToUnixTimeMilliseconds() + 1)[2..];
        byte[] key = HMACSHA256.HashData(Enumerable.Repeat((byte)7, 32).ToArray(), BytesOf((long)(at.UtcDateTime.Date - DateTime.UnixEpoch).TotalDays));

        Assert.Equal(Base64Url.EncodeToString([.. time, .. HMACSHA256.HashData(key, time)[..16]]), seal.Write(at));
    }

    private static byte[] BytesOf(long number)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        return bytes;
    }

    [Theory]
    [InlineData("")]
    [InlineData("AAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")] // one too long
    [InlineData("******************************")]
    public void Nonsense_is_no_mark(string text) => Assert.Null(MarkSeal.ClaimOf(text, Now));

    [Fact]
    public void Another_secret_and_another_days_key_are_not_ours()
    {
        var other = new MarkSeal(Enumerable.Repeat((byte)8, 32).ToArray());
        string mark = other.Write(Now);

        Assert.False(Seal.IsGenuine(mark, MarkSeal.ClaimOf(mark, Now)!.Value));
        // The seal of yesterday on the time of today.
        string grafted = Seal.Write(Now)[..8] + Seal.Write(Now.AddDays(-1))[8..];
        Assert.False(Seal.IsGenuine(grafted, MarkSeal.ClaimOf(grafted, Now)!.Value));
    }

    [Fact]
    public void Over_midnight_marks_of_both_days_are_known()
    {
        DateTimeOffset midnight = new(2026, 11, 23, 0, 0, 0, TimeSpan.Zero);
        foreach (int seconds in (int[])[-1, 1, -2, 2])
        {
            string mark = Seal.Write(midnight.AddSeconds(seconds));
            Assert.True(Seal.IsGenuine(mark, MarkSeal.ClaimOf(mark, midnight.AddSeconds(3))!.Value));
        }
    }

    [Fact]
    public void Many_at_once_are_told_apart()
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
