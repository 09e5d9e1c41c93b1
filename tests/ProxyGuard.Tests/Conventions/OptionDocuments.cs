using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ProxyGuard.Core.Replication;
using ProxyGuard.Ground.Settings;

namespace ProxyGuard.Tests.Conventions;

/// <summary>What the two documents say of the options, made from <see cref="OptionTable"/> and <see cref="ConfigShapes"/>.</summary>
internal static partial class OptionDocuments
{
    /// <summary>A table of config/README.md, with a line break at its end.</summary>
    public static string TableOf(string section) =>
        "| Option | Meaning | Default | Allowed |\n|---|---|---|---|\n" + string.Concat(
            OptionTable.All.Where(option => option.Path.StartsWith($"{section}:", StringComparison.Ordinal))
                .Select(option => $"| `{option.Path}` | {option.Meaning} | {DefaultOf(option)} | {AllowedOf(option)} |\n"));

    /// <summary>The whole schema: our section, those of others, and what is common to them.</summary>
    public static JsonObject Schema()
    {
        JsonObject schema = JsonNode.Parse("""
            {
              "$schema": "https://json-schema.org/draft/2020-12/schema",
              "title": "ProxyGuard's configuration",
              "description": "Every option is explained in config/README.md.",
              "type": "object",
              "required": [ "ReverseProxy", "ProxyGuard" ],
              "additionalProperties": false,
              "properties": {
                "$schema": { "type": "string" },
                "AllowedHosts": { "description": "Of templates; it does nothing here. See ProxyGuard:Site:Hosts.", "const": "*" },
                "Urls": {
                  "description": "Where members come in, over plain HTTP; several with a semicolon between them. Not read when Kestrel:Endpoints is there.",
                  "type": "string",
                  "pattern": "^http://[^;/ ]+:[0-9]+/?(;http://[^;/ ]+:[0-9]+/?)*$",
                  "default": "http://127.0.0.1:8080"
                }
              },
              "$defs": {
                "duration": { "type": "string", "pattern": "^[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,7})?$" },
                "parameters": {
                  "type": "object",
                  "propertyNames": { "pattern": "^[A-Za-z0-9_-]{1,64}$" },
                  "additionalProperties": { "type": "string", "minLength": 1, "maxLength": 100 }
                }
              }
            }
            """)!.AsObject();
        JsonObject sections = schema["properties"]!.AsObject();
        sections[ConfigShapes.Kestrel] = Kestrel();
        sections[ConfigShapes.Logging] = Described(
            OfShape(ConfigShapes.Root.Names[ConfigShapes.Logging]), "ASP.NET Core's own section: how much is logged, by category.");
        sections[ConfigShapes.ReverseProxy] = ReverseProxy();
        sections[OptionTable.Root] = OfOptions();
        return schema;
    }

    private static JsonObject Kestrel()
    {
        JsonObject kestrel = OfShape(ConfigShapes.Root.Names[ConfigShapes.Kestrel]);
        JsonObject endpoint = kestrel["properties"]!["Endpoints"]!["additionalProperties"]!.AsObject();
        endpoint["required"] = new JsonArray("Url");
        endpoint["properties"]!["Url"]!["pattern"] = "^https?://(unix:.+|([^;/ *]+|[*]):[0-9]+/?)$";
        return Described(kestrel, "ASP.NET Core's own section, for TLS and HTTP/2.");
    }

    private static JsonObject ReverseProxy()
    {
        JsonObject proxy = OfShape(ConfigShapes.Root.Names[ConfigShapes.ReverseProxy]);
        proxy["required"] = new JsonArray("Routes", "Clusters");
        JsonObject routes = proxy["properties"]!["Routes"]!.AsObject();
        routes["minProperties"] = 1;
        routes["additionalProperties"]!["required"] = new JsonArray("ClusterId");
        JsonObject cluster = proxy["properties"]!["Clusters"]!["additionalProperties"]!.AsObject();
        cluster["required"] = new JsonArray("Destinations");
        cluster["properties"]!["Destinations"]!["minProperties"] = 1;
        JsonObject destination = cluster["properties"]!["Destinations"]!["additionalProperties"]!.AsObject();
        destination["required"] = new JsonArray("Address");
        destination["properties"]!["Address"]!["pattern"] = "^https?://";
        destination["properties"]!["Health"]!["pattern"] = "^https?://";
        JsonObject metadata = destination["properties"]!["Metadata"]!["properties"]!.AsObject();
        metadata["ReadsFrom"]!["description"] = "The node of ProxyGuard:Nodes this web server reads from; without it, it depends on no database.";
        metadata["ReadsVia"] = JsonNode.Parse("""{ "description": "How else it comes to its node.", "enum": [ "Header", "ReadPort" ] }""");
        return Described(proxy, "YARP's own section: https://learn.microsoft.com/aspnet/core/fundamentals/servers/yarp/config-files");
    }

    private static JsonObject OfOptions()
    {
        JsonObject root = OfOptionsBelow("");
        root["required"] = new JsonArray("Site", "Nodes");
        JsonObject sections = root["properties"]!.AsObject();
        foreach ((string name, string description) in OptionTable.Sections)
            sections[name] = Described(sections[name]!.AsObject(), description);
        JsonObject nodes = sections["Nodes"]!.AsObject();
        JsonObject node = nodes["additionalProperties"]!.AsObject();
        node["required"] = new JsonArray("Role");
        // Understood, and not offered in the documents.
        foreach (string synonym in NodesReader.Synonyms.Keys)
            node["properties"]!["Role"]!["enum"]!.AsArray().Add(synonym);
        node["anyOf"] = JsonNode.Parse("""[ { "required": [ "Connection" ] }, { "required": [ "ConnectionFile" ] } ]""");
        nodes["minProperties"] = 1;
        nodes["maxProperties"] = NodeRules.MaxNodes;
        nodes["propertyNames"] = JsonNode.Parse("""{ "pattern": "^[A-Za-z0-9_.-]+$" }""");
        JsonObject keys = sections["Admin"]!["properties"]!["Keys"]!.AsObject();
        keys["additionalProperties"] = Keys(keys["additionalProperties"]!.AsObject());
        JsonObject requests = sections["Requests"]!.AsObject();
        JsonObject rule = requests["properties"]!["Rules"]!["items"]!.AsObject();
        foreach (string name in (string[])["Query", "Form"])
            rule["properties"]![name] = new JsonObject { ["$ref"] = "#/$defs/parameters" };
        // A bare list is its rules.
        requests["type"] = new JsonArray("object", "array");
        requests["items"] = rule.DeepClone();
        requests["properties"]!["Presets"]!["items"] = Presets();
        return root;
    }

    private static JsonObject Keys(JsonObject hash)
    {
        JsonObject section = JsonNode.Parse("""
            {
              "type": "object", "required": [ "Key" ], "additionalProperties": false,
              "properties": { "Right": { "enum": [ "view", "operate" ] } }
            }
            """)!.AsObject();
        section["properties"]!["Key"] = hash.DeepClone();
        return new JsonObject { ["anyOf"] = new JsonArray(hash.DeepClone(), section) };
    }

    private static JsonObject Presets()
    {
        var names = new JsonArray([.. PresetReader.Names.Order(StringComparer.Ordinal).Select(name => JsonValue.Create(name))]);
        JsonObject section = JsonNode.Parse("""
            {
              "type": "object", "required": [ "Name" ], "additionalProperties": false,
              "properties": { "Path": { "description": "Where on the site it is.", "type": "string", "pattern": "^/[^*?#%]*$", "default": "/" } }
            }
            """)!.AsObject();
        section["properties"]!["Name"] = new JsonObject { ["enum"] = names.DeepClone() };
        return new JsonObject { ["anyOf"] = new JsonArray(new JsonObject { ["enum"] = names }, section) };
    }

    private static JsonObject OfOptionsBelow(string section)
    {
        string[] names =
        [
            .. OptionTable.All.Where(option => option.Path.StartsWith(section, StringComparison.Ordinal))
                .Select(option => option.Path[section.Length..].Split(':')[0]).Distinct(),
        ];
        if (names is ["<n>"])
            return new JsonObject { ["type"] = "array", ["items"] = OfOptionsBelow($"{section}<n>:") };
        var schema = new JsonObject { ["type"] = "object" };
        string[] required =
            [.. names.Where(name => OptionTable.All.Any(option => option.Path == $"{section}{name}" && option.IsRequired))];
        if (required.Length > 0 && !required[0].StartsWith('<'))
            schema["required"] = new JsonArray([.. required.Select(name => JsonValue.Create(name))]);
        if (names is ["<name>"])
        {
            schema["additionalProperties"] = At($"{section}<name>");
            return schema;
        }

        schema["additionalProperties"] = false;
        schema["properties"] = new JsonObject(names.Select(name => KeyValuePair.Create(name, (JsonNode?)At($"{section}{name}"))));
        return schema;
    }

    private static JsonObject At(string path) =>
        OptionTable.All.FirstOrDefault(option => option.Path == path) is { } option ? OfOption(option) : OfOptionsBelow($"{path}:");

    private static JsonObject OfOption(Option option)
    {
        JsonObject schema = Described(KindOf(option), SentenceOf(option));
        if (option.Default is { } usual)
            schema["default"] = option.Kind switch
            {
                OptionKind.Number => int.Parse(usual),
                OptionKind.Truth => bool.Parse(usual),
                _ => usual,
            };
        return schema;
    }

    private static JsonObject KindOf(Option option)
    {
        switch (option.Kind)
        {
            case OptionKind.Duration:
                return new JsonObject { ["$ref"] = "#/$defs/duration" };
            case OptionKind.Number:
                return new JsonObject
                {
                    ["type"] = "integer",
                    ["minimum"] = int.Parse(option.From!),
                    ["maximum"] = int.Parse(option.To!),
                };
            case OptionKind.Truth:
                return new JsonObject { ["type"] = "boolean" };
            case OptionKind.Word:
                return EnumOf(option.Words);
            case OptionKind.Words:
                return new JsonObject { ["type"] = "array", ["items"] = EnumOf(option.Words) };
            default:
                var text = new JsonObject { ["type"] = "string" };
                if (option.Pattern is { } pattern)
                    text["pattern"] = pattern;
                if (option.LeastLength is { } least)
                    text["minLength"] = least;
                return option.Kind == OptionKind.Texts ? new JsonObject { ["type"] = "array", ["items"] = text } : text;
        }
    }

    /// <summary>Of sections that others read: their values may be texts, as YARP's documentation has some of them.</summary>
    private static JsonObject OfShape(ConfigShape shape) => shape switch
    {
        ConfigShape.Section section => new JsonObject
        {
            ["type"] = "object",
            ["additionalProperties"] = section.Entry is { } entry ? OfShape(entry) : JsonValue.Create(false),
            ["properties"] = new JsonObject(
                section.Names.OrderBy(name => name.Key, StringComparer.Ordinal)
                    .Select(name => KeyValuePair.Create(name.Key, (JsonNode?)OfShape(name.Value)))),
        },
        ConfigShape.List list => new JsonObject { ["type"] = "array", ["items"] = OfShape(list.Item) },
        ConfigShape.Anything => [],
        ConfigShape.Text => new JsonObject { ["type"] = "string" },
        ConfigShape.Truth => new JsonObject { ["type"] = new JsonArray("boolean", "string"), ["pattern"] = "^([Tt]rue|[Ff]alse)$" },
        ConfigShape.Number => new JsonObject { ["type"] = new JsonArray("integer", "string"), ["pattern"] = "^-?[0-9]+$" },
        ConfigShape.Duration => new JsonObject
        {
            ["type"] = "string",
            ["pattern"] = "^([0-9]+[.])?[0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}([.][0-9]{1,7})?)?$",
        },
        ConfigShape.HttpVersion => new JsonObject { ["type"] = new JsonArray("string", "number", "integer") },
        ConfigShape.Word word => EnumOf(word.Words),
        _ => throw new System.Diagnostics.UnreachableException($"shape {shape.GetType().Name}"),
    };

    private static JsonObject EnumOf(IEnumerable<string> words) =>
        new() { ["enum"] = new JsonArray([.. words.Select(word => JsonValue.Create(word))]) };

    private static JsonObject Described(JsonObject schema, string description)
    {
        schema.Remove("description");
        schema.Insert(0, "description", description);
        return schema;
    }

    private static string SentenceOf(Option option)
    {
        string plain = Marks().Replace(Links().Replace(option.Meaning, "$1"), "");
        string limits = option.Kind == OptionKind.Duration ? $": {option.From} to {option.To}" : "";
        string besides = option.Besides.Length > 0 ? $", {Marks().Replace(option.Besides, "")}" : "";
        string without = option.Without is { } none ? $". Without it: {Marks().Replace(none, "").Replace("none: ", "")}" : "";
        return $"{char.ToUpperInvariant(plain[0])}{plain[1..]}{limits}{besides}{without}.";
    }

    private static string DefaultOf(Option option) => option.IsRequired ? "*required*" : option.Default is { } usual ? $"`{usual}`" : option.Without!;

    private static string AllowedOf(Option option) => option.Kind switch
    {
        OptionKind.Duration or OptionKind.Number => $"{option.From} to {option.To}{(option.Besides.Length > 0 ? $", {option.Besides}" : "")}",
        OptionKind.Truth => "`true`, `false`",
        OptionKind.Word => string.Join(", ", option.Words.Select(word => $"`{word}`")),
        OptionKind.Words => $"a list of {string.Join(", ", option.Words.Select(word => $"`{word}`"))}",
        OptionKind.Texts => $"a list of {option.Allowed}",
        OptionKind.Text => option.Allowed,
        _ => throw new System.Diagnostics.UnreachableException($"option {option.Kind}"),
    };

    [GeneratedRegex(@"\[([^]]+)\]\([^)]+\)")]
    private static partial Regex Links();

    // What marks code and emphasis; a star that is meant stands in code.
    [GeneratedRegex(@"`|\*(?=[a-zA-Z])|(?<=[a-z])\*")]
    private static partial Regex Marks();
}
