using ProxyGuard.Ground.Texts;

namespace ProxyGuard.Tests.Ground.Texts;

public sealed class LanguageChoiceTests
{
    [Theory]
    [InlineData(null, "de")]
    [InlineData("", "de")]
    [InlineData("fr", "fr")]
    [InlineData("FR-ch", "fr")]
    [InlineData("en-GB,en;q=0.9,de;q=0.8", "en")]
    [InlineData("it,fr;q=0.3,en;q=0.7", "en")]
    [InlineData("it, es;q=0.9", "de")]
    [InlineData("it, *;q=0.5", "de")]
    [InlineData("*, de;q=0", "en")]
    [InlineData("de;q=0, fr;q=0", "de")]
    [InlineData("fr;q=0.5, en;q=0.5", "fr")]
    [InlineData("en;q=0.001, fr;q=1.000", "fr")]
    [InlineData("fr ; q=0.2 , en ; q=0.4", "en")]
    [InlineData("en;q=banana, fr;q=0.1", "fr")]
    [InlineData("en;q=7, fr;q=0.1", "fr")]
    [InlineData("en;q=-1, fr;q=0.1", "fr")]
    [InlineData("en;q=NaN, fr;q=0.1", "fr")]
    [InlineData(";;;,,;q=1,fr", "fr")]
    [InlineData("frr", "de")]
    public void The_configured_language_with_the_highest_Accept_Language_weight_is_used(string? header, string expected) =>
        Assert.Equal(expected, LanguageChoice.For(header, ["de", "en", "fr"]));

    [Fact]
    public void A_language_that_is_not_configured_is_never_used() => Assert.Equal("fr", LanguageChoice.For("de, en", ["fr"]));

    [Fact]
    public void An_endless_Accept_Language_header_is_not_read_to_its_end() =>
        Assert.Equal("de", LanguageChoice.For(string.Concat(Enumerable.Repeat("it,", 10_000)) + "fr", ["de", "fr"]));
}
