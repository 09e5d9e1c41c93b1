using System.Text.Json;
using ProxyGuard.Core.Replication;
using ProxyGuard.Ground.Texts;
using ProxyGuard.Telling.Pages;

namespace ProxyGuard.Tests.Ground.Texts;

/// <summary>phrases.js and Phrases.cs are one thing written twice: whoever changes one of them must not forget the other.</summary>
public sealed class PhrasesInTheBrowserTests
{
    private static readonly double[] Numbers =
    [
        0, 0.04, 1, 9.95, 29.9, 59, 60, 61, 89, 90, 119, 150, 600, 1199, 1200, 1201, 1234.5, 3599, 3600, 5400, 7199, 7200, 7201, 64800,
        172799, 172800, 172801, 9e5,
    ];

    [Theory]
    [InlineData("en")]
    [InlineData("de")]
    [InlineData("fr")]
    public async Task The_script_and_the_server_use_the_same_phrases(string language)
    {
        Wording wording = Wording.For(language);
        List<string> said = [];
        foreach (double number in Numbers)
        {
            said.Add(Phrases.Duration(wording, TimeSpan.FromSeconds(number)));
            said.Add(Phrases.Percent(wording, Math.Min(number, 100)));
            said.Add(Phrases.Bytes(wording, number * 1e5));
            said.Add(Phrases.Rate(wording, number * 1e3));
            foreach (double more in Numbers)
                said.Add(
                    Phrases.Range(wording,
                        new Remaining(TimeSpan.FromSeconds(number), TimeSpan.FromSeconds(number), TimeSpan.FromSeconds(number + more))));
        }

        Assert.Equal(said, await SaidByTheScriptAsync(wording));
    }

    [Theory]
    [InlineData(0, 0, 2_500)]
    [InlineData(0, 1, 7_500)]
    [InlineData(1, 0.5, 10_000)]
    [InlineData(3, 0.5, 40_000)]
    [InlineData(30, 0.5, 40_000)]
    [InlineData(30, 0, 20_000)]
    public async Task Page_reconnects_back_off_with_jitter(int failures, double dice, double milliseconds)
    {
        string said = await Node.RunAsync(
            string.Create(System.Globalization.CultureInfo.InvariantCulture,
                $"{PageAsset.Embedded("phrases.js")}\nconsole.log(pauseAfter({failures}, {dice}));"));

        Assert.Equal(milliseconds, double.Parse(said, System.Globalization.CultureInfo.InvariantCulture));
    }

    private static async Task<string[]> SaidByTheScriptAsync(Wording wording)
    {
        string script = $$"""
            {{PageAsset.Embedded("phrases.js")}}
            var phrases = phrasesOf({{JsonSerializer.Serialize(wording.Keys.ToDictionary(key => key, key => wording[key]))}}, '{{wording.Language}}');
            var numbers = {{JsonSerializer.Serialize(Numbers)}}, said = [];
            numbers.forEach(function (number) {
              said.push(phrases.duration(number), phrases.percent(Math.min(number, 100)), phrases.bytes(number * 1e5), phrases.rate(number * 1e3));
              numbers.forEach(function (more) { said.push(phrases.range({ low: number, likely: number, high: number + more })); });
            });
            console.log(JSON.stringify(said));
            """;
        return JsonSerializer.Deserialize<string[]>(await Node.RunAsync(script)) ?? [];
    }
}
