using System.Collections.Immutable;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using ProxyGuard.Core.Diagnosis;
using ProxyGuard.Ground.Texts;
using ProxyGuard.Telling.Diagnosis;
using ProxyGuard.Tests.Conventions;

namespace ProxyGuard.Tests.Ground.Texts;

/// <summary>What findings, steps and dead ends are called, in every language.</summary>
public sealed class FindingTextsTests
{
    private static readonly Dictionary<string, Dictionary<string, string>> Texts =
        new[] { "", ".de", ".fr" }.ToDictionary(language => language, Read);

    public static TheoryData<string> Languages => [.. Texts.Keys];

    [Theory]
    [MemberData(nameof(Languages))]
    public void Every_finding_step_and_dead_end_has_texts_and_no_text_is_unused(string language)
    {
        IEnumerable<string> expected =
        [
            .. FindingKinds.All.SelectMany(kind => new[] { $"{kind.Code}.title", $"{kind.Code}.happened", $"{kind.Code}.members" }),
            .. StepKinds.All.SelectMany(step => new[] { $"step.{step.Id}", $"step.{step.Id}.changes" }),
            .. DeadEnds.All.Select(key => $"deadend.{key}"),
            "unknown.node", "unknown.source",
        ];

        Assert.Equal(expected.Order(StringComparer.Ordinal), Texts[language].Keys.Order(StringComparer.Ordinal));
        Assert.All(Texts[language].Values, text => Assert.False(string.IsNullOrWhiteSpace(text)));
    }

    [Fact]
    public void Every_language_has_the_same_placeholders() =>
        Assert.All(
            Texts[""],
            text => Assert.All(Texts.Values, other => Assert.Equal(PlaceholdersOf(text.Value), PlaceholdersOf(other[text.Key]))));

    [Fact]
    public void No_language_is_a_copy_of_another() =>
        Assert.All(Texts[""].Keys, key => Assert.Equal(3, Texts.Values.Select(texts => texts[key]).Distinct().Count()));

    [Fact]
    public void A_finding_has_every_value_its_texts_ask_for()
    {
        foreach (FindingKind kind in FindingKinds.All)
        {
            foreach (string part in (string[])["title", "happened", "members"])
                Assert.Superset(PlaceholdersOf(Texts[""][$"{kind.Code}.{part}"]).ToHashSet(), kind.AllFacts.ToHashSet());
        }
    }

    [Fact]
    public void Unknown_values_are_omitted_from_the_texts()
    {
        // What each finding of its kind has: it would not be one without.
        string[] certain = ["nodes", "configured", "filters", "minutes", "state", "statement", "seconds", "relayMegabytes",
            "binlogMegabytes", "kilobytesPerMinute",
            "webServer", "webServers", "at", "setting", "architecture", "mode", "by", "began"];
        foreach (FindingKind kind in FindingKinds.All)
        {
            string[] known =
            [
                .. FindingKind.Always.Where(name => name is not ("elsewhere" or "late" or "node")),
                .. FindingKind.OfChannel.Where(name => name is not "source" && !name.StartsWith("executed", StringComparison.Ordinal)),
                .. certain, .. kind.Code == "rows-without-key" ? (string[])["table"] : [],
            ];
            foreach (string language in Wording.Languages)
            {
                string template = Texts[language == "en" ? "" : $".{language}"][$"{kind.Code}.happened"];
                string bare = Said(kind, language, name => known.Contains(name) ? "known" : null);
                string whole = Said(kind, language, name => $"what {name} is");

                Assert.DoesNotMatch(@"[<>\[\]{}|]| [.,]|\(\)|  ", bare);
                Assert.All(
                    kind.AllFacts.Where(fact => template.Contains($"{{{fact}}}", StringComparison.Ordinal)),
                    fact => Assert.Contains($"what {fact} is", whole, StringComparison.Ordinal));
            }
        }
    }

    private static string Said(FindingKind kind, string language, Func<string, string?> value)
    {
        var words = new FindingWords(Wording.ForFindings(language), new Finding
        {
            Code = kind.Code,
            Severity = kind.Severity,
            Confidence = Confidence.Certain,
            Values = kind.AllFacts.Where(name => value(name) is not null).ToImmutableDictionary(name => name, name => value(name)!),
        });
        return string.Join('\n', words.Title, words.Happened, words.Members);
    }

    [Fact]
    public void Step_texts_use_only_values_that_every_finding_has()
    {
        foreach (
            string key in Texts[""].Keys.Where(
                key => key.StartsWith("step.", StringComparison.Ordinal) || key.StartsWith("deadend.", StringComparison.Ordinal)))
            Assert.Superset(PlaceholdersOf(Texts[""][key]).ToHashSet(), FindingKind.Always.ToHashSet());
    }

    private static Dictionary<string, string> Read(string language) =>
        XDocument.Parse(Repository.Read("src", "ProxyGuard", "Ground", "Texts", $"Diagnosis{language}.resx")).Root!.Elements("data")
            .ToDictionary(text => text.Attribute("name")!.Value, text => text.Element("value")!.Value);

    private static IEnumerable<string> PlaceholdersOf(string text) =>
        Regex.Matches(text, @"\{([^}]*)\}").Select(match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal);
}
