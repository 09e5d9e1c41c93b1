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
            "<script async=\"\" src=\"/_proxyguard/b.js?v=0123456789ab\" data-cfasync=\"false\"></script>",
            Encoding.ASCII.GetString(tag.Bytes(null).Span));
        Assert.Equal(tag.Bytes(null), tag.Bytes(null));
        Assert.Equal("/_proxyguard/b.js", tag.ScriptPath);
    }

    [Fact]
    public void The_nonce_becomes_an_attribute_of_the_tag() => Assert.Equal(
        "<script async=\"\" src=\"/p/b.js?v=1\" nonce=\"a+/=\" data-cfasync=\"false\"></script>",
        Encoding.ASCII.GetString(new BannerTag("/p/", "1").Bytes("a+/=").Span));

    [Theory]
    [InlineData("p/", "1")]
    [InlineData("/p", "1")]
    [InlineData("/p\"/", "1")]
    [InlineData("/ü/", "1")]
    [InlineData("/p/", "")]
    [InlineData("/p/", "1\"")]
    [InlineData("/a-prefix-so-long-that-it-would-push-a-meta-charset-out-of-the-window-of-a-browser/", "1")]
    public void A_prefix_or_version_that_would_break_pages_is_rejected(string prefix, string version) =>
        Assert.Throws<ArgumentException>(() => new BannerTag(prefix, version));
}
