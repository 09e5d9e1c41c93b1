using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ProxyGuard.Tests.Conventions;

/// <summary>
/// The few words of JSON Schema 2020-12 that our schema uses; any other one throws, so that none is silently not checked.
/// </summary>
internal sealed class SchemaCheck(JsonObject root)
{
    private static readonly string[] Described = ["$schema", "$defs", "title", "description", "default"];

    /// <summary>What is wrong with a value, each with its path; empty when it fits.</summary>
    public IEnumerable<string> Faults(JsonNode? value) => Faults(root, value, "");

    public JsonObject Resolved(JsonObject schema) =>
        schema["$ref"] is { } reference ? root["$defs"]![reference.GetValue<string>()["#/$defs/".Length..]]!.AsObject() : schema;

    private IEnumerable<string> Faults(JsonObject schema, JsonNode? value, string path) =>
        from word in schema
        where !Described.Contains(word.Key)
        from fault in word.Key is "$ref" ? Faults(Resolved(schema), value, path) : FaultsOf(word.Key, word.Value!, schema, value, path)
        select fault;

    private IEnumerable<string> FaultsOf(string word, JsonNode rule, JsonObject schema, JsonNode? value, string path) => word switch
    {
        "type" =>
            Unless(
                (rule is JsonArray any ? any : [rule.DeepClone()]).Any(type => TypeOf(value) == type!.GetValue<string>()), path,
                $"is no {rule}"),
        "enum" => Unless(rule.AsArray().Any(allowed => JsonNode.DeepEquals(allowed, value)), path, $"is none of {rule.ToJsonString()}"),
        "pattern" => Unless(value is null || Regex.IsMatch(value.ToString(), rule.GetValue<string>()), path, $"does not match {rule}"),
        "const" => Unless(JsonNode.DeepEquals(rule, value), path, $"is not {rule.ToJsonString()}"),
        "anyOf" => Unless(rule.AsArray().Any(one => !Faults(one!.AsObject(), value, path).Any()), path, "fits none of the forms"),
        "minimum" => Unless(value is null || value.GetValue<int>() >= rule.GetValue<int>(), path, $"is below {rule}"),
        "maximum" => Unless(value is null || value.GetValue<int>() <= rule.GetValue<int>(), path, $"is above {rule}"),
        "maxLength" => Unless(value is null || value.ToString().Length <= rule.GetValue<int>(), path, "is too long"),
        "minLength" => Unless(value is null || value.ToString().Length >= rule.GetValue<int>(), path, "is too short"),
        "minProperties" => Unless(value is not JsonObject few || few.Count >= rule.GetValue<int>(), path, "has too few entries"),
        "maxProperties" => Unless(value is not JsonObject many || many.Count <= rule.GetValue<int>(), path, "has too many entries"),
        "required" =>
            rule.AsArray().SelectMany(
                name => Unless(value is JsonObject o && o.ContainsKey(name!.GetValue<string>()), $"{path}:{name}", "is missing")),
        "propertyNames" => Entries(value).SelectMany(entry => Faults(rule.AsObject(), entry.Key, $"{path}:{entry.Key}")),
        "properties" =>
            Entries(value).Where(entry => rule[entry.Key] is not null)
                .SelectMany(entry => Faults(rule[entry.Key]!.AsObject(), entry.Value, $"{path}:{entry.Key}")),
        "additionalProperties" =>
            Others(schema, value).SelectMany(
                entry => rule is JsonObject other ? Faults(other, entry.Value, $"{path}:{entry.Key}")
                    : [$"{path}:{entry.Key} is not allowed"]),
        "items" => value is JsonArray list ? list.SelectMany((item, place) => Faults(rule.AsObject(), item, $"{path}:{place}")) : [],
        _ => throw new NotSupportedException($"the schema uses {word}, which this check does not know"),
    };

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Entries(JsonNode? value) => value as JsonObject ?? [];

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Others(JsonObject schema, JsonNode? value) =>
        Entries(value).Where(entry => schema["properties"]?[entry.Key] is null);

    private static string[] Unless(bool isRight, string path, string fault) => isRight ? [] : [$"{path} {fault}"];

    private static string TypeOf(JsonNode? value) => value?.GetValueKind() switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => value.GetValue<JsonElement>().TryGetInt64(out _) ? "integer" : "number",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        _ => "null",
    };
}
