using System.Text.Json.Nodes;
using ProxyGuard.Ground.Settings;
using ProxyGuard.Tests.Conventions;

namespace ProxyGuard.Tests.Ground.Settings;

/// <summary>Configurations that differ from the sample one in what a test names.</summary>
internal static class Configured
{
    public static JsonObject Sample() => Repository.ReadJson("config", "proxyguard.json");

    /// <summary>Sets or, with null, removes what is at a path such as "ProxyGuard:Requests:0:Path".</summary>
    public static void Put(this JsonObject json, string path, JsonNode? value)
    {
        string[] steps = path.Split(':');
        JsonNode node = json;
        foreach (string step in steps[..^1])
            node = node is JsonArray list
                ? list[int.Parse(step)]!
                : node[step] as JsonObject ?? node[step] as JsonArray ?? (node[step] = new JsonObject());

        if (node is JsonArray entries)
            entries[int.Parse(steps[^1])] = value;
        else if (value is null)
            node.AsObject().Remove(steps[^1]);
        else
            node[steps[^1]] = value;
    }

    public static JsonNode? At(this JsonObject json, string path) =>
        path.Split(':').Aggregate(
            (JsonNode?)json, (node, step) => node is JsonArray list ? list[int.Parse(step)] : (node as JsonObject)?[step]);

    public static async Task<GuardSettings> ReadAsync(JsonObject json)
    {
        string directory = Directory.CreateTempSubdirectory("proxyguard-settings-").FullName;
        try
        {
            string file = Path.Combine(directory, "proxyguard.json");
            await File.WriteAllTextAsync(file, json.ToJsonString());
            return (await new ConfigurationSource(file).ReadAsync()).Settings;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>Empty when the configuration is right.</summary>
    public static async Task<IReadOnlyList<ConfigurationError>> FaultsAsync(JsonObject json)
    {
        try
        {
            await ReadAsync(json);
            return [];
        }
        catch (SettingsException e)
        {
            Assert.Equal(
                1 + e.Faults.Count,
                e.Message.Split(Environment.NewLine).Count(line => !line.StartsWith("  Besides, ", StringComparison.Ordinal)));
            return e.Faults;
        }
    }
}
