using ProxyGuard.Core.Html;

namespace ProxyGuard.Core.Tests.Html;

public class ContentCodingsTests
{
    [Theory]
    [InlineData(null, ContentCoding.Identity)]
    [InlineData("", ContentCoding.Identity)]
    [InlineData("identity", ContentCoding.Identity)]
    [InlineData(" GZip ", ContentCoding.Gzip)]
    [InlineData("x-gzip", ContentCoding.Gzip)]
    [InlineData("deflate", ContentCoding.Deflate)]
    [InlineData("br", ContentCoding.Brotli)]
    [InlineData("zstd", ContentCoding.Zstandard)]
    [InlineData("compress", null)]
    [InlineData("gzip, gzip", null)]
    [InlineData("gzip;q=1", null)]
    public void One_known_coding_is_read(string? said, ContentCoding? expected) => Assert.Equal(expected, ContentCodings.Parse(said));

    [Theory]
    [InlineData("gzip, br", true)]
    [InlineData("deflate, X-GZIP ; q=0.5", true)]
    [InlineData("gzip;q=0.001", true)]
    [InlineData("gzip;q=nonsense", true)]
    [InlineData("*", true)]
    [InlineData("br, *;q=0.1", true)]
    [InlineData("gzip;q=0", false)]
    [InlineData("gzip; Q=0.000, *", false)]
    [InlineData("*, gzip;q=0", false)]
    [InlineData("br, *;q=0", false)]
    [InlineData("br", false)]
    [InlineData("identity", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void A_coding_is_accepted_unless_its_quality_is_zero(string? accepted, bool expected) =>
        Assert.Equal(expected, ContentCodings.IsAccepted(ContentCoding.Gzip, accepted));
}
