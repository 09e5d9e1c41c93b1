using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using ProxyGuard.Core.Requests;
using ProxyGuard.Ground.Settings;
using ProxyGuard.Tests.Ground.Settings;

namespace ProxyGuard.Tests.Conventions;

/// <summary>The settings reader, config/README.md and the schema know the same options, with the same defaults and limits.</summary>
public sealed partial class OptionTests
{
    private static readonly JsonSerializerOptions Dump = new() { Converters = { new AsText<IPEndPoint>(), new AsText<PathPattern>() } };

    [Fact]
    public async Task Readme_and_schema_list_exactly_the_options_the_reader_knows()
    {
        string[] known = [.. (await OptionsOfTheReaderAsync("")).Order(StringComparer.Ordinal)];

        Assert.Equal(known, Documented.InReadme().Select(option => option.Path).Order(StringComparer.Ordinal));
        Assert.Equal(known, Documented.InSchema().Select(option => option.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Setting_an_option_to_its_documented_default_changes_nothing()
    {
        string withoutOptions = Described(await Configured.ReadAsync(Minimal()));
        foreach (SchemaOption option in Documented.InSchema().Where(option => option.Schema["default"] is not null))
        {
            JsonObject json = Minimal();
            json.Put(InSample(option.Path), option.Schema["default"]!.DeepClone());

            GuardSettings settings = await Configured.ReadAsync(json);

            Assert.Equal((option.Path, withoutOptions), (option.Path, Described(settings)));
        }
    }

    [Fact]
    public void The_readme_and_the_schema_name_the_same_defaults()
    {
        Dictionary<string, string> readme = Documented.InReadme().ToDictionary(option => option.Path, option => option.Default);
        foreach (SchemaOption option in Documented.InSchema())
        {
            string expected = option switch
            {
                { IsRequired: true } => "*required*",
                { Schema: var schema } when schema["default"] is { } value =>
                    $"`{(value.GetValueKind() is JsonValueKind.False or JsonValueKind.True ? value.ToJsonString() : value)}`",
                _ => option.Path switch
                {
                    "Site:Languages" => "`en`, `de`, `fr`",
                    "Site:Hosts" => "none: every name is the site's",
                    "Site:Databases" => "none: every database but the servers' own",
                    "Nodes:<name>:Accept" => "none: it is told",
                    "Heartbeat:Table" => "none: no second witness",
                    "Reads:MarkSecret" => "none: made once and kept in `State:Directory`",
                    "Requests:Rules:<n>:Query:<name>" or "Requests:Rules:<n>:Form:<name>" => "none: nothing is asked of it",
                    "Requests:Presets" => "none: only your own rules",
                    "Proxies:Trusted" => "none: no proxy is trusted",
                    "Limits:MaxBodyBytes" => "none: the web servers decide",
                    "ReadPort:Listen" => "none: no read port",
                    "Admin:Hosts" => "none: `localhost` and its addresses",
                    "Admin:Keys:<name>" => "none: no client gets in",
                    _ => "(neither a default nor required)",
                },
            };
            Assert.Equal((option.Path, expected), (option.Path, readme[option.Path]));
        }
    }

    [Fact]
    public async Task The_default_languages_are_all_languages_in_the_readmes_order()
    {
        JsonObject json = Minimal();
        json.Put("ProxyGuard:Site:Languages", JsonNode.Parse("""["en", "de", "fr"]"""));

        Assert.Equal((await Configured.ReadAsync(json)).Rules.Site.Languages, (await Configured.ReadAsync(Minimal())).Rules.Site.Languages);
    }

    [Fact]
    public async Task Only_options_documented_as_required_are_required()
    {
        foreach (ReadmeOption option in Documented.InReadme())
        {
            JsonObject json = Full();
            json.Put(InSample(option.Path), null);

            IReadOnlyList<ConfigurationError> faults = await Configured.FaultsAsync(json);

            Assert.Equal(
                (option.Path, option.Default == "*required*"),
                (option.Path, faults.Any(
                    fault => fault.Path == InSample(option.Path) && fault.Problem.StartsWith("is missing", StringComparison.Ordinal))));
        }
    }

    [Fact]
    public async Task Limits_in_readme_and_schema_match_the_validation()
    {
        Dictionary<string, SchemaOption> schema = Documented.InSchema().ToDictionary(option => option.Path);
        int compared = 0;
        foreach (ReadmeOption option in Documented.InReadme())
        {
            JsonObject json = Full();
            json.Put(InSample(option.Path), "nonsense");
            if ((await Configured.FaultsAsync(json)).Select(fault => Limits().Match(fault.Problem))
                .FirstOrDefault(match => match.Success) is not { } limits)
                continue;

            compared++;
            JsonObject described = schema[option.Path].Schema;
            Assert.StartsWith($"{limits.Groups[1]} to {limits.Groups[2]}", option.Allowed, StringComparison.Ordinal);
            if (described["minimum"] is { } minimum)
                Assert.Equal((limits.Groups[1].Value, limits.Groups[2].Value), (minimum.ToString(), described["maximum"]!.ToString()));
            else
                Assert.Contains(
                    $"{limits.Groups[1]} to {limits.Groups[2]}", described["description"]!.ToString(), StringComparison.Ordinal);
        }

        Assert.True(compared >= 18, $"only {compared} options have limits in their messages");
    }

    // Each reading is of a file in a folder of its own.
    private static string Described(GuardSettings settings) =>
        JsonSerializer.Serialize(settings with { StateDirectory = Path.GetFileName(settings.StateDirectory) }, Dump);

    private static JsonObject Minimal()
    {
        JsonObject sample = Configured.Sample();
        return new JsonObject
        {
            ["ReverseProxy"] = sample["ReverseProxy"]!.DeepClone(),
            ["ProxyGuard"] = new JsonObject
            {
                ["Site"] = JsonNode.Parse("""{ "Name": "Photo Club" }"""),
                ["Nodes"] = sample["ProxyGuard"]!["Nodes"]!.DeepClone(),
                ["Requests"] = JsonNode.Parse("""{ "Rules": [{ "Path": "/login", "Is": "pass" }] }"""),
            },
        };
    }

    private static JsonObject Full()
    {
        JsonObject json = Configured.Sample();
        json.Put("ProxyGuard:Site:Prefix", "/_proxyguard/");
        json.Put("ProxyGuard:Admin:Keys:anna", AdminKey.Configured("anything"));
        return json;
    }

    private static string InSample(string option) =>
        "ProxyGuard:" + option.Replace("Nodes:<name>", "Nodes:db1", StringComparison.Ordinal).Replace("<n>", "0", StringComparison.Ordinal)
            .Replace("<name>", "anna", StringComparison.Ordinal);

    /// <summary>Asks every section what it has, by giving it an option that it cannot know.</summary>
    private static async Task<string[]> OptionsOfTheReaderAsync(string section)
    {
        JsonObject json = Full();
        string path = InSample(section).TrimEnd(':');
        if (json.At(path) is JsonArray)
            return [section];
        json.Put($"{path}:NoSuchOption", "x");
        ConfigurationError? refusal = (await Configured.FaultsAsync(json))
            .FirstOrDefault(
                fault => fault.Path == $"{path}:NoSuchOption" && fault.Problem.StartsWith("is not an option", StringComparison.Ordinal));
        if (refusal is null)
            return [section];

        List<string> options = [];
        foreach (string name in refusal.Problem[(refusal.Problem.IndexOf(" has ", StringComparison.Ordinal) + 5)..].Split(", "))
        {
            string option = section.Length == 0 ? name : $"{section}:{name}";
            options.AddRange(
                await OptionsOfTheReaderAsync(
                    option + option switch
                    {
                        "Nodes" or "Admin:Keys" or "Requests:Rules:<n>:Form" or "Requests:Rules:<n>:Query" => ":<name>",
                        "Requests:Rules" => ":<n>",
                        _ => "",
                    }));
        }

        return [.. options];
    }

    [GeneratedRegex(@"from (\S+) to (\S+)$")]
    private static partial Regex Limits();

    private sealed class AsText<T> : JsonConverter<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue($"{value}");
    }
}
