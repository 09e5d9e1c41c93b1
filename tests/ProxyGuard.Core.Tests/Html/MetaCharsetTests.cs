using System.Text;
using ProxyGuard.Core.Html;

namespace ProxyGuard.Core.Tests.Html;

public class MetaCharsetTests
{
    [Theory]
    [InlineData("<meta charset=utf-8>", "UTF-8")]
    [InlineData("<META CHARSET='Latin1'/>", "windows-1252")]
    [InlineData("<meta/charset=\" sjis \">", "Shift_JIS")]
    [InlineData("<meta charset = koi8-r >", "KOI8-R")]
    [InlineData("<meta http-equiv=Content-Type content='text/html; charset=euc-jp'>", "EUC-JP")]
    [InlineData("<meta content='text/html; charset = \"gbk\" ' http-equiv=content-type>", "GBK")]
    [InlineData("<meta http-equiv=content-type content='charsetx charset=big5;x'>", "Big5")]
    [InlineData("<meta content='text/html; charset=utf-8'>", null)]
    [InlineData("<meta http-equiv=refresh content='0; charset=utf-8'>", null)]
    [InlineData("<meta http-equiv=content-type content='charset=\"utf-8'>", null)]
    [InlineData("<meta charset=nonsense><meta charset=utf-8>", "UTF-8")]
    [InlineData("<meta charset=utf-16>", "UTF-8")]
    [InlineData("<meta charset=x-user-defined>", "windows-1252")]
    [InlineData("<meta charset=utf-8", null)]
    [InlineData("<meta charset=utf-8 ", null)]
    [InlineData("<meta charset=utf-8 charset=latin1>", "UTF-8")]
    [InlineData("<metacharset=utf-8>", null)]
    [InlineData("<!-- <meta charset=latin1> --><meta charset=utf-8>", "UTF-8")]
    [InlineData("<!--><meta charset=utf-8>", "UTF-8")]
    [InlineData("<!-- a --!><meta charset=utf-8>", null)]
    [InlineData("<? <meta charset=latin1><meta charset=utf-8>", "UTF-8")]
    [InlineData("</p a='<meta charset=latin1>'><meta charset=utf-8>", "UTF-8")]
    [InlineData("<p a='<meta charset=latin1>'><meta charset=utf-8>", "UTF-8")]
    [InlineData("<p/a=\"><meta charset=utf-8>\"", "UTF-8")]
    [InlineData("< <meta charset=utf-8>", "UTF-8")]
    [InlineData("<", null)]
    [InlineData("", null)]
    public void A_meta_charset_is_read_like_the_browsers_prescan(string page, string? encoding) =>
        Assert.Equal(encoding, MetaCharset.Find(Encoding.UTF8.GetBytes(page))?.Encoding);

    [Fact]
    public void The_end_of_a_meta_is_the_byte_after_it()
    {
        const string Meta = "<title>x</title><meta charset=utf-8>";

        Assert.Equal(new MetaEncoding("UTF-8", Meta.Length), MetaCharset.Find(Encoding.ASCII.GetBytes(Meta + "<p>")));
    }

    [Theory]
    [InlineData(1024, true)]
    [InlineData(1025, false)]
    public void A_meta_counts_only_if_it_ends_within_the_first_1024_bytes(int end, bool isFound) =>
        Assert.Equal(isFound, MetaCharset.Find(PageWithMetaEndingAt(end)) is not null);

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void A_tag_that_would_push_the_meta_beyond_1024_bytes_is_not_inserted(int beyond, bool isInserted)
    {
        byte[] page = PageWithMetaEndingAt(1024 - Injection.Tag.Length + beyond);

        Injection injection = Injection.Run(page, encodingKnown: false);

        Assert.Equal(isInserted ? InsertionPoint.Insert(6) : InsertionPoint.Refuse(SkipReason.CharsetWouldMove), injection.InsertionPoint);
        Assert.Equal(MetaCharset.Find(page)?.Encoding, MetaCharset.Find(injection.Output)?.Encoding);
    }

    [Fact]
    public void The_meta_is_ignored_if_the_encoding_is_known_from_the_header_or_a_BOM()
    {
        byte[] page = PageWithMetaEndingAt(1024);

        Assert.Equal(InsertionPoint.Insert(6), Injection.Run(page, encodingKnown: true).InsertionPoint);
        Assert.Equal(InsertionPoint.Insert(9), Injection.Run([0xEF, 0xBB, 0xBF, .. page], encodingKnown: false).InsertionPoint);
    }

    [Fact]
    public void A_tag_inserted_after_the_first_1024_bytes_needs_no_meta_check()
    {
        byte[] page = [.. "<!--"u8, .. Enumerable.Repeat((byte)'x', 1100), .. "--><head>"u8];

        Assert.Equal(InsertionPoint.Insert(page.Length), Injection.Run(page, encodingKnown: false).InsertionPoint);
    }

    [Fact]
    public void The_scanner_stops_waiting_as_soon_as_the_meta_arrives()
    {
        TagPlacer placer = new(Injection.Tag.Length, navigated: false, encodingKnown: false);

        Assert.Equal(InsertionPoint.Undecided(6), placer.Feed("<head><title>"u8));
        Assert.True(placer.AwaitsCharset);
        Assert.Equal(InsertionPoint.Insert(6), placer.Feed("</title><meta charset=utf-8>"u8));
        Assert.False(placer.AwaitsCharset);
    }

    [Fact]
    public void A_page_whose_charset_arrives_too_late_gets_no_tag()
    {
        TagPlacer placer = new(Injection.Tag.Length, navigated: false, encodingKnown: false);
        placer.Feed("<head><title>"u8);

        Assert.Equal(InsertionPoint.Refuse(SkipReason.CharsetTooSlow), placer.StopWaiting());
        Assert.Equal(InsertionPoint.Refuse(SkipReason.CharsetTooSlow), placer.Feed("<meta charset=utf-8>"u8));
        Assert.Equal(InsertionPoint.Refuse(SkipReason.CharsetTooSlow), placer.End());
    }

    private static byte[] PageWithMetaEndingAt(int end)
    {
        const string Meta = "<meta charset=koi8-r>";
        return Encoding.ASCII.GetBytes("<head>" + new string(' ', end - Meta.Length - 6) + Meta + new string(' ', 2000));
    }
}
