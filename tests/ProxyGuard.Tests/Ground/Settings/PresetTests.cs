using System.Text.Json.Nodes;
using ProxyGuard.Core.Requests;
using ProxyGuard.Ground.Settings;

namespace ProxyGuard.Tests.Ground.Settings;

/// <summary>The rules that come with applications.</summary>
public sealed class PresetTests
{
    // They run for real in the fleet tests; of the others only the source was read.
    private static readonly string[] Run = ["mediawiki", "wordpress"];

    [Fact]
    public async Task Every_preset_can_be_read_and_says_where_each_line_is_from()
    {
        Assert.Equal(["coppermine", "discourse", "gallery", "mediawiki", "nextcloud", "phpbb", "piwigo", "wordpress"], PresetReader.Names.Order());
        foreach (string name in PresetReader.Names)
        {
            IEnumerable<RequestRule> rules = await RulesAsync(JsonValue.Create(name));
            Assert.NotEmpty(rules);
            Assert.All(rules, rule => Assert.StartsWith("https://", rule.Preset!.Source, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task An_application_that_was_never_run_is_let_through_nothing()
    {
        foreach (string name in PresetReader.Names.Except(Run))
            Assert.All(await RulesAsync(JsonValue.Create(name)), rule => Assert.Equal(RequestKind.Write, rule.Is));
    }

    [Fact]
    public async Task A_preset_stands_at_the_applications_path_behind_the_operators_rules()
    {
        IReadOnlyList<RequestRule> rules = await RulesAsync(JsonNode.Parse("""{ "Name": "MediaWiki", "Path": "/wiki/" }""")!, own: true);

        Assert.Null(rules[0].Preset);
        Assert.All(rules.Skip(1), rule => Assert.StartsWith("/wiki/", rule.Path.ToString(), StringComparison.Ordinal));
    }

    private static async Task<IReadOnlyList<RequestRule>> RulesAsync(JsonNode preset, bool own = false)
    {
        JsonObject json = Configured.Sample();
        json["ProxyGuard"]!["Requests"] = new JsonObject
        {
            ["Presets"] = new JsonArray(preset.DeepClone()),
            ["Rules"] = own ? JsonNode.Parse("""[ { "Path": "/x", "Is": "write" } ]""") : new JsonArray(),
        };
        return (await Configured.ReadAsync(json)).Rules.Requests.Rules;
    }
}
