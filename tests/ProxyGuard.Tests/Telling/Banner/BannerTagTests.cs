using System.Text;
using ProxyGuard.Telling.Banner;

namespace ProxyGuard.Tests.Telling.Banner;

public class BannerTagTests
{
    [Fact]
    public void The_tag_is_short_and_constant()
    {
        BannerTag tag = new("/_proxyguard/", "0123456789ab");

        Assert.Equal(
            "<script async src=\"/_proxyguard/b.js?v=0123456789ab\" data-cfasync=\"false\"></script>",
            Encoding.ASCII.GetString(tag.Bytes(null).Span));
        Assert.Equal(tag.Bytes(null), tag.Bytes(null));
        Assert.Equal("/_proxyguard/b.js", tag.ScriptPath);
    }

    [Fact]
    public void A_nonce_is_an_attribute() => Assert.Equal(
        "<script async src=\"/p/b.js?v=1\" nonce=\"a+/=\" data-cfasync=\"false\"></script>",
        Encoding.ASCII.GetString(new BannerTag("/p/", "1").Bytes("a+/=").Span));

    [Theory]
    [InlineData("p/", "1")]
    [InlineData("/p", "1")]
    [InlineData("/p\"/", "1")]
    [InlineData("/ü/", "1")]
    [InlineData("/p/", "")]
    [InlineData("/p/", "1\"")]
    [InlineData("/a-prefix-so-long-that-it-would-push-a-meta-charset-out-of-the-window-of-a-browser/", "1")]
    public void What_would_break_a_page_is_refused_at_the_start(string prefix, string version) =>
        Assert.Throws<ArgumentException>(() => new BannerTag(prefix, version));
}
