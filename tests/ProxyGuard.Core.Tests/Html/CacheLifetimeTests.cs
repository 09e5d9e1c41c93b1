using ProxyGuard.Core.Html;

namespace ProxyGuard.Core.Tests.Html;

public sealed class CacheLifetimeTests
{
    [Theory]
    [InlineData("public, max-age=600", "public, max-age=30")]
    [InlineData("MAX-AGE=31", "MAX-AGE=30")]
    [InlineData("max-age=600, s-maxage=3600, stale-while-revalidate=86400, stale-if-error=9", "max-age=30, s-maxage=30, stale-while-revalidate=30, stale-if-error=9")]
    [InlineData("public, max-age=31536000, immutable", "public, max-age=30")]
    [InlineData("max-age=\"600\"", "max-age=30")]
    [InlineData("max-age=1d", "max-age=30")]
    [InlineData("max-age", "max-age=30")]
    [InlineData("max-age=99999999999999999999", "max-age=30")]
    [InlineData("private=\"a, max-age=5\", max-age=60", "private=\"a, max-age=5\", max-age=30")]
    [InlineData("content=\"ESI/1.0\", max-age=86400", "content=\"ESI/1.0\", max-age=30")]
    [InlineData("max-age=10, max-age=600", "max-age=10, max-age=30")]
    [InlineData(",, max-age=600 ,", "max-age=30")]
    public void A_lifetime_is_cut_to_thirty_seconds_and_nothing_else_changes(string sent, string cut) =>
        Assert.Equal(cut, CacheLifetime.Cut(sent));

    [Theory]
    [InlineData("")]
    [InlineData("no-store")]
    [InlineData("private, no-cache")]
    [InlineData("max-age=0")]
    [InlineData("max-age=30, s-maxage=5, must-revalidate")]
    [InlineData("x-max-age=600")]
    public void What_is_short_enough_stays_as_it_is(string sent) => Assert.Null(CacheLifetime.Cut(sent));

    [Theory]
    [InlineData("public, max-age=600", false, "public, max-age=30")]
    [InlineData("max-age=600, s-maxage=3600", false, "public, max-age=30")]
    [InlineData("public, max-age=600, s-maxage=5", false, "public, max-age=5")]
    [InlineData("public, max-age=7", false, "public, max-age=7")]
    [InlineData("public, max-age=0, s-maxage=600", false, "public, max-age=0, s-maxage=30")]
    [InlineData("public, max-age=5, s-maxage=20", false, "public, max-age=5, s-maxage=20")]
    [InlineData("max-age=600, s-maxage=20", false, "public, max-age=20")]
    [InlineData("public", false, "private, no-cache")]
    [InlineData("public, max-age=0", false, "private, no-cache")]
    [InlineData("public, max-age=x", false, "private, no-cache")]
    [InlineData("max-age=600", false, "private, no-cache")]
    [InlineData("", false, "private, no-cache")]
    [InlineData("public, max-age=600", true, "private, no-cache")]
    [InlineData("private, s-maxage=600", false, "private, no-cache")]
    [InlineData("public, no-cache, max-age=600", false, "private, no-cache")]
    [InlineData("public, no-store, max-age=600", false, "private, no-cache, no-store")]
    public void A_tagged_page_is_shareable_only_where_the_site_says_so(string sent, bool isForOne, string told) =>
        Assert.Equal(told, CacheLifetime.OfTagged(sent, isForOne));

    [Theory]
    [InlineData("max-age=86400, content=\"ESI/1.0\"", "content=\"ESI/1.0\"")]
    [InlineData("content=\"ESI/1.0 ESI-INV/1.0, x\", max-age=9", "content=\"ESI/1.0 ESI-INV/1.0, x\"")]
    [InlineData("max-age=9", null)]
    [InlineData("", null)]
    public void Surrogate_Control_keeps_its_content(string sent, string? told) => Assert.Equal(told, CacheLifetime.ContentOf(sent));

    [Theory]
    [InlineData(200, "image/jpeg", null, true)]
    [InlineData(200, "text/css; charset=utf-8", null, true)]
    [InlineData(200, "Application/JavaScript", null, true)]
    [InlineData(206, "video/mp4", null, true)]
    [InlineData(200, "font/woff2", null, true)]
    [InlineData(304, null, "image", true)]
    [InlineData(304, null, "document", false)]
    [InlineData(304, null, null, false)]
    [InlineData(404, "image/png", "image", false)]
    [InlineData(200, "text/html", null, false)]
    [InlineData(200, "application/json", null, false)]
    [InlineData(200, "application/rss+xml", null, false)]
    [InlineData(200, null, null, false)]
    [InlineData(301, "text/css", null, false)]
    public void Only_files_that_carry_the_site_keep_their_lifetime(int status, string? type, string? destination, bool isLeftAlone) =>
        Assert.Equal(isLeftAlone, CacheLifetime.IsLeftAlone(status, type, destination));
}
