using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ProxyGuard.Tests.Conventions;

/// <summary>One row of a table in config/README.md. Names of entries are placeholders there: <c>Nodes:&lt;name&gt;:Role</c>.</summary>
internal sealed record ReadmeOption(string Path, string Default, string Allowed);

/// <summary>One option of the schema, by the same path.</summary>
internal sealed record SchemaOption(string Path, JsonObject Schema, bool IsRequired);

/// <summary>What the two documents say about the options of the ProxyGuard section.</summary>
internal static partial class Documented
{
    /// <summary>Tables of other sections (Urls, Kestrel) are those of others.</summary>
    public static IReadOnlyList<ReadmeOption> InReadme() =>
        [.. Row().Matches(Repository.Read("config", "README.md"))
            .Select(match => new ReadmeOption(match.Groups["path"].Value, match.Groups["default"].Value, match.Groups["allowed"].Value))
            .Where(option => Repository.Read("config", "README.md")
                .Contains($"## ProxyGuard:{option.Path.Split(':')[0]}\n", StringComparison.Ordinal))];

    public static IReadOnlyList<SchemaOption> InSchema()
    {
        JsonObject root = Repository.ReadJson("config", "proxyguard.schema.json");
        return [.. OptionsBelow(new SchemaCheck(root), root["properties"]!["ProxyGuard"]!.AsObject(), "", isRequired: true)];
    }

    private static IEnumerable<SchemaOption> OptionsBelow(SchemaCheck check, JsonObject schema, string path, bool isRequired)
    {
        JsonObject resolved = check.Resolved(schema);
        if (resolved["properties"] is JsonObject properties)
            return properties.SelectMany(
                property => OptionsBelow(
                    check, property.Value!.AsObject(), path.Length == 0 ? property.Key
                        : $"{path}:{property.Key}", Requires(resolved, property.Key)));
        if (resolved["additionalProperties"] is JsonObject entry)
            return OptionsBelow(check, entry, $"{path}:<name>", isRequired: false);
        if (resolved["items"] is JsonObject item && check.Resolved(item)["properties"] is not null)
            return OptionsBelow(check, item, $"{path}:<n>", isRequired: false);
        return [new SchemaOption(path, schema, isRequired)];
    }

    private static bool Requires(JsonObject schema, string name) =>
        schema["required"]?.AsArray().Any(required => required!.GetValue<string>() == name) ?? false;

    [GeneratedRegex(@"^\| `(?<path>[A-Za-z:<>]+)` \| .+ \| (?<default>[^|]+) \| (?<allowed>[^|]+) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
