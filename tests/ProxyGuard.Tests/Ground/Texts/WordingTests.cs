using System.Text.RegularExpressions;
using ProxyGuard.Ground.Texts;

namespace ProxyGuard.Tests.Ground.Texts;

public sealed class WordingTests
{
    public static TheoryData<string> Sets => ["Texts", "Diagnosis", "Report"];

    [Theory]
    [MemberData(nameof(Sets))]
    public void Every_language_has_the_same_texts_with_the_same_placeholders(string set)
    {
        Wording english = In(set, "en");
        Assert.NotEmpty(english.Keys);
        foreach (Wording other in Wording.Languages.Select(language => In(set, language)))
        {
            Assert.Equal(english.Keys.Order(StringComparer.Ordinal), other.Keys.Order(StringComparer.Ordinal));
            Assert.All(english.Keys, key => Assert.Equal(PlaceholdersOf(english[key]), PlaceholdersOf(other[key])));
            Assert.All(other.Keys, key => Assert.False(string.IsNullOrWhiteSpace(other[key]), key));
        }
    }

    [Fact]
    public void Every_language_has_twelve_months() =>
        Assert.All(Wording.Languages, language => Assert.Equal(12, Wording.For(language)["time.months"].Split(' ').Length));

    [Fact]
    public void No_language_is_a_copy_of_another()
    {
        // Words that are the same by chance.
        string[] same =
            ["number.decimal", "number.percent", "bytes.mega", "bytes.giga", "status.title", "minutes.one", "minutes.other", "time.day"];
        foreach (string key in Wording.For("en").Keys.Except(same))
            Assert.Equal(3, Wording.Languages.Select(language => Wording.For(language)[key]).Distinct().Count());
    }

    [Fact]
    public void A_value_that_looks_like_a_placeholder_is_not_replaced() =>
        Assert.Equal("Field “{name}”", Wording.For("en").Say("typed.field", ("name", "{name}")));

    [Fact]
    public void A_language_without_texts_is_an_error_not_English() =>
        Assert.Contains("en, de, fr", Assert.Throws<ArgumentException>(() => Wording.For("it")).Message, StringComparison.Ordinal);

    private static Wording In(string set, string language) => set switch
    {
        "Texts" => Wording.For(language),
        "Diagnosis" => Wording.ForFindings(language),
        _ => Wording.ForReports(language),
    };

    private static IEnumerable<string> PlaceholdersOf(string text) =>
        Regex.Matches(text, @"\{([^}]*)\}").Select(match => match.Value).Distinct().Order(StringComparer.Ordinal);
}
