using System.Text.RegularExpressions;
using ProxyGuard.Texts;

namespace ProxyGuard.Tests.PublicPages;

public sealed class WordingTests
{
    [Fact]
    public void Every_language_has_the_same_texts_with_the_same_placeholders()
    {
        Wording english = Wording.For("en");
        Assert.NotEmpty(english.Keys);
        foreach (Wording other in Wording.Languages.Select(Wording.For))
        {
            Assert.Equal(english.Keys.Order(StringComparer.Ordinal), other.Keys.Order(StringComparer.Ordinal));
            Assert.All(english.Keys, key => Assert.Equal(PlaceholdersOf(english[key]), PlaceholdersOf(other[key])));
            Assert.All(other.Keys, key => Assert.False(string.IsNullOrWhiteSpace(other[key]), key));
            Assert.Equal(12, other["time.months"].Split(' ').Length);
        }
    }

    [Fact]
    public void No_language_is_a_copy_of_another()
    {
        // Words that are the same by chance.
        string[] same = ["number.decimal", "number.percent", "bytes.mega", "bytes.giga", "status.title", "minutes.one", "minutes.other", "time.day"];
        foreach (string key in Wording.For("en").Keys.Except(same))
            Assert.Equal(3, Wording.Languages.Select(language => Wording.For(language)[key]).Distinct().Count());
    }

    [Fact]
    public void A_value_that_looks_like_a_placeholder_stays_what_it_is() =>
        Assert.Equal("Field “{name}”", Wording.For("en").Say("typed.field", ("name", "{name}")));

    [Fact]
    public void A_language_without_texts_is_not_silently_english() =>
        Assert.Contains("en, de, fr", Assert.Throws<ArgumentException>(() => Wording.For("it")).Message, StringComparison.Ordinal);

    private static IEnumerable<string> PlaceholdersOf(string text) => Regex.Matches(text, @"\{([^}]*)\}").Select(match => match.Value).Order(StringComparer.Ordinal);
}
