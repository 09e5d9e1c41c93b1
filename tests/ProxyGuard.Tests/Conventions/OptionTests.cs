using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using ProxyGuard.Core.Requests;
using ProxyGuard.Ground.Settings;
using ProxyGuard.Tests.Ground.Settings;

namespace ProxyGuard.Tests.Conventions;

/// <summary>The settings reader, the table of options, config/README.md and the schema know the same options.</summary>
public sealed class OptionTests
{
    private static readonly JsonSerializerOptions Dump = new() { Converters = { new AsText<IPEndPoint>(), new AsText<PathPattern>() } };

    [Fact]
    public async Task The_reader_asks_for_exactly_the_options_of_the_table()
    {
        string[] known = [.. (await OptionsOfTheReaderAsync("")).Order(StringComparer.Ordinal)];

        Assert.Equal(known, OptionTable.All.Select(option => option.Path).Order(StringComparer.Ordinal));
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

    private sealed class AsText<T> : JsonConverter<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue($"{value}");
    }
}
