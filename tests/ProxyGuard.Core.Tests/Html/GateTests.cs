using ProxyGuard.Core.Html;

namespace ProxyGuard.Core.Tests.Html;

public class GateTests
{
    private const string BrowserAccept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

    private static readonly PageRequest Navigation = new() { Method = "GET", SecFetchDest = "document" };
    private static readonly PageRequest OldNavigation = new() { Method = "GET", Accept = BrowserAccept };
    private static readonly PageResponse Page = new()
    {
        Status = 200,
        Type = PageType.Parse("text/html; charset=utf-8"),
        Coding = ContentCoding.Identity,
    };

    public static readonly TheoryData<PageRequest, SkipReason?> Requests = new()
    {
        { Navigation, null },
        { Navigation with { Method = "HEAD" }, null },
        { OldNavigation, null },
        { Navigation with { Method = "POST" }, null },
        { Navigation with { Method = "PUT" }, SkipReason.NotGetOrHead },
        { Navigation with { Method = "get" }, SkipReason.NotGetOrHead },
        { Navigation with { IsOwnPath = true }, SkipReason.OwnPath },
        { Navigation with { SecFetchDest = "iframe", Accept = BrowserAccept }, SkipReason.NotANavigation },
        { Navigation with { SecFetchDest = "empty", Accept = BrowserAccept }, SkipReason.NotANavigation },
        { Navigation with { SecFetchDest = "empty", SecFetchMode = "cors", Accept = BrowserAccept }, SkipReason.NotANavigation },
        { Navigation with { SecFetchDest = "empty", SecFetchMode = "navigate" }, null },
        { Navigation with { SecFetchDest = "iframe", SecFetchMode = "navigate" }, SkipReason.NotANavigation },
        { Navigation with { SecFetchDest = "empty", SecFetchMode = "no-cors", Purpose = "prefetch" }, null },
        { Navigation with { SecFetchDest = "document", SecFetchMode = "navigate", Purpose = "prefetch;prerender" }, null },
        { Navigation with { SecFetchDest = "image", Purpose = "prefetch" }, SkipReason.NotANavigation },
        { Navigation with { SecFetchDest = "document,document" }, SkipReason.NotANavigation },
        { OldNavigation with { Accept = "text/html, */*; q=0.01" }, SkipReason.NotANavigation },
        { OldNavigation with { Accept = "*/*" }, SkipReason.NotANavigation },
        { OldNavigation with { Accept = null }, SkipReason.NotANavigation },
        { OldNavigation with { XRequestedWith = "XMLHttpRequest" }, SkipReason.NotANavigation },
        { Navigation with { Range = "bytes=0-9" }, SkipReason.RangeRequested },
        { Navigation with { IfRange = "\"x\"" }, SkipReason.RangeRequested },
        { Navigation with { Upgrade = "websocket" }, SkipReason.UpgradeRequested },
        { Navigation with { NavigationPreload = "true" }, SkipReason.NavigationPreload },
    };

    public static readonly TheoryData<PageResponse, SkipReason?> Responses = new()
    {
        { Page, null },
        { Page with { Type = PageType.Parse("Text/HTML") }, null },
        { Page with { Disposition = "inline; filename=a.html" }, null },
        { Page with { Coding = ContentCoding.Brotli }, null },
        { Page with { CacheControl = "max-age=60, ext=\"no-transform\"" }, null },
        { Page with { Status = 206 }, SkipReason.StatusNotOk },
        { Page with { Status = 304 }, SkipReason.StatusNotOk },
        { Page with { Status = 204 }, SkipReason.StatusNotOk },
        { Page with { Status = 301 }, SkipReason.StatusNotOk },
        { Page with { Status = 404 }, null },
        { Page with { Status = 410 }, null },
        { Page with { Status = 500 }, null },
        { Page with { Type = PageType.Parse("application/xhtml+xml; charset=utf-8") }, null },
        { Page with { Type = PageType.Parse("application/xml") }, SkipReason.NotHtml },
        { Page with { Type = PageType.Parse("multipart/x-mixed-replace") }, SkipReason.NotHtml },
        { Page with { Type = PageType.Parse("text/html, text/html") }, SkipReason.NotHtml },
        { Page with { Type = PageType.Parse(null) }, SkipReason.NotHtml },
        { Page with { Disposition = "Attachment; filename=a.html" }, SkipReason.NotInline },
        { Page with { Disposition = "attachment" }, SkipReason.NotInline },
        { Page with { Coding = null }, SkipReason.UnknownCoding },
        { Page with { CacheControl = "public, No-Transform" }, SkipReason.NoTransform },
        { Page with { IsDigested = true }, SkipReason.Digested },
        { Page with { Type = PageType.Parse("text/html; charset=utf-16le") }, SkipReason.UnsafeCharset },
        { Page with { IsMarked = true }, SkipReason.AlreadyMarked },
        { Page with { Length = 0 }, SkipReason.NoBody },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public void Only_a_navigation_request_may_get_the_tag(PageRequest request, SkipReason? expected) =>
        Assert.Equal(expected, request.WhySkip());

    [Theory]
    [MemberData(nameof(Responses))]
    public void Only_a_complete_inline_HTML_response_may_get_the_tag(PageResponse response, SkipReason? expected) =>
        Assert.Equal(expected, response.WhySkip());

    [Theory]
    [InlineData("text/html", null, false, true)]
    [InlineData("text/html; charset=UTF-8", "UTF-8", true, true)]
    [InlineData("text/html;charset=\"windows-1252\"", "windows-1252", true, true)]
    [InlineData("text/html; a=\"b;charset=x\"; Charset=big5", "big5", true, true)]
    [InlineData("text/html; charset=utf-8; charset=utf-16", "utf-8", true, true)]
    [InlineData("text/html; charset=shift_jis", "shift_jis", true, true)]
    [InlineData("text/html; charset=gb18030", "gb18030", true, true)]
    [InlineData("text/html; charset=nonsense", "nonsense", false, true)]
    [InlineData("text/html; charset=utf-16be", "utf-16be", true, false)]
    [InlineData("text/html; charset=unicode", "unicode", true, false)]
    [InlineData("text/html; charset=utf-7", "utf-7", false, false)]
    [InlineData("text/html; charset=utf-32", "utf-32", false, false)]
    [InlineData("text/html; charset=iso-2022-jp", "iso-2022-jp", true, false)]
    [InlineData("text/html; charset=iso-2022-kr", "iso-2022-kr", true, false)]
    [InlineData("text/html; charset=hz-gb-2312", "hz-gb-2312", true, false)]
    public void A_charset_is_classified_by_whether_browsers_know_it_and_it_is_safe_to_scan(
        string type, string? charset, bool isNamed, bool isSafe)
    {
        PageType parsed = PageType.Parse(type);

        Assert.Equal((true, charset, isNamed, isSafe), (parsed.IsHtml, parsed.Charset, parsed.NamesEncoding, parsed.IsSafe));
    }

    [Fact]
    public void The_name_of_an_encoding_is_one_of_its_labels()
    {
        foreach (string name in (string[])["UTF-8", "windows-1252", "ISO-8859-8-I", "x-mac-cyrillic", "GBK", "replacement", "UTF-16LE"])
            Assert.Equal(name, EncodingLabels.Find($" {name}\t"));
        Assert.Null(EncodingLabels.Find("utf-7"));
    }
}
