using ProxyGuard.Core.Html;

namespace ProxyGuard.Core.Tests.Html;

public sealed class PageValidatorTests
{
    private static readonly PageResponse Page = new()
    {
        Status = 200,
        Type = PageType.Parse("text/html; charset=utf-8"),
        Coding = ContentCoding.Identity,
        Validator = "\"1\"",
    };

    [Fact]
    public void It_is_the_same_for_the_same_page_and_another_when_anything_differs()
    {
        string own = PageValidator.Of(Page, "tag", "read-only")!;

        Assert.Matches("^W/\"pg-[0-9a-f]{24}\"$", own);
        Assert.Equal(own, PageValidator.Of(Page, "tag", "read-only"));
        string?[] others =
        [
            PageValidator.Of(Page with { Validator = "\"2\"" }, "tag", "read-only"), PageValidator.Of(Page, "tag2", "read-only"),
            PageValidator.Of(Page, "tag", "normal"), PageValidator.Of(Page, "tagread-only", ""), PageValidator.Of(Page, "tag"),
        ];
        Assert.Equal(6, others.Append(own).Distinct().Count());
    }

    [Fact]
    public void There_is_none_where_the_site_has_none_or_the_same_page_may_come_out_otherwise()
    {
        Assert.Null(PageValidator.Of(Page with { Validator = null }, "tag"));
        Assert.Null(PageValidator.Of(Page with { Validator = "" }, "tag"));
        Assert.Null(PageValidator.Of(Page with { Status = 404 }, "tag"));
        Assert.Null(PageValidator.Of(Page with { Type = PageType.Parse("text/html") }, "tag"));
    }

    [Theory]
    [InlineData("W/\"pg-1\"", true)]
    [InlineData("\"pg-1\"", true)]
    [InlineData("\"a,b\", W/\"pg-1\"", true)]
    [InlineData("W/\"pg-12\"", false)]
    [InlineData("pg-1", false)]
    [InlineData("*", false)]
    [InlineData("", false)]
    public void A_client_holds_what_it_names(string ifNoneMatch, bool isHeld) =>
        Assert.Equal(isHeld, PageValidator.IsHeld("W/\"pg-1\"", ifNoneMatch));
}
