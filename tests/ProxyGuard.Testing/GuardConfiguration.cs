using System.Text.Json.Nodes;
using ProxyGuard.Demo.Fleet;
using ProxyGuard.Ground.Settings;

namespace ProxyGuard.Testing;

/// <summary>The configuration of a real ProxyGuard in front of a real fleet; everything that is not said here is the default.</summary>
internal sealed record GuardConfiguration
{
    public const string Key = "the-key-of-the-fleet-tests-0123456789-abcdef";
    public const string KeyName = "fleet-tests";

    /// <summary>Where members come in, and where operators do.</summary>
    public required int Port { get; init; }

    public required int ManagementPort { get; init; }

    public required ReplicationFleet Fleet { get; init; }

    /// <summary>Who asks the nodes.</summary>
    public required Account Account { get; init; }

    /// <summary>Where ProxyGuard connects to instead of the node itself, by the node's name.</summary>
    public IReadOnlyDictionary<string, Relay> Relays { get; init; } = new Dictionary<string, Relay>();

    public required IReadOnlyList<WebServer> WebServers { get; init; }

    /// <summary>Absolute, or relative to the configuration file.</summary>
    public string StateDirectory { get; init; } = "state";

    /// <summary>The section ReadPort as JSON; without options there is no read port.</summary>
    public string ReadPort { get; init; } = "{}";

    /// <summary>The section Reads as JSON.</summary>
    public string Reads { get; init; } = "{}";

    /// <summary>The section Freshness as JSON.</summary>
    public string Freshness { get; init; } = "{}";

    /// <summary>The section Requests as JSON; as a default the rules of the photo site.</summary>
    public string Requests { get; init; } =
        """[ { "Method": "POST", "Path": "/search", "Is": "read" }, { "Method": "GET", "Path": "/like/*", "Is": "write" } ]""";

    /// <summary>The section Site's Databases as JSON; empty without it.</summary>
    public string Databases { get; init; } = "[]";

    /// <summary>What is accepted, by the node's name.</summary>
    public IReadOnlyDictionary<string, string> Accepts { get; init; } = new Dictionary<string, string>();

    public async Task WriteAsync(string file) => await File.WriteAllTextAsync(file, ToJson().ToJsonString());

    private JsonObject ToJson() => new()
    {
        ["Urls"] = $"http://127.0.0.1:{Port}",
        ["ReverseProxy"] = new JsonObject
        {
            ["Routes"] = new JsonObject { ["site"] = JsonNode.Parse("""{ "ClusterId": "site", "Match": { "Path": "{**catch-all}" } }""") },
            ["Clusters"] =
                new JsonObject { ["site"] = new JsonObject { ["Destinations"] = ObjectOf(WebServers, web => web.Name, Destination) } },
        },
        ["ProxyGuard"] = new JsonObject
        {
            ["Site"] = JsonNode.Parse($$"""{ "Name": "Photo Club", "Languages": [ "en", "de", "fr" ], "Databases": {{Databases}} }"""),
            ["Nodes"] = ObjectOf(Fleet.Nodes, node => node.Name, Node),
            [nameof(Requests)] = JsonNode.Parse(Requests),
            ["Admin"] = new JsonObject
            {
                ["Listen"] = $"http://127.0.0.1:{ManagementPort}",
                ["Keys"] = new JsonObject { [KeyName] = AdminKey.Configured(Key) },
            },
            [nameof(Reads)] = JsonNode.Parse(Reads),
            [nameof(Freshness)] = JsonNode.Parse(Freshness),
            [nameof(ReadPort)] = JsonNode.Parse(ReadPort),
            ["State"] = new JsonObject { ["Directory"] = StateDirectory },
        },
    };

    private static JsonObject Destination(WebServer web)
    {
        var destination = new JsonObject { ["Address"] = web.Address.ToString() };
        if (web.Reads is { } reads)
            destination["Metadata"] = new JsonObject { [reads.How] = reads.What };
        return destination;
    }

    private JsonObject Node(DatabaseNode node) => new()
    {
        ["Connection"] = node.ConnectionString(Account) + (Relays.GetValueOrDefault(node.Name) is { } relay ? $";Port={relay.Port}" : ""),
        ["Role"] = node == Fleet.Primary ? "primary" : "replica",
        ["Accept"] = new JsonArray(Accepts.TryGetValue(node.Name, out string? accepted) ? [accepted] : []),
    };

    private static JsonObject ObjectOf<T>(IEnumerable<T> items, Func<T, string> name, Func<T, JsonNode> value) =>
        new(items.Select(item => KeyValuePair.Create<string, JsonNode?>(name(item), value(item))));
}

/// <param name="Reads">Its metadata: <c>("ReadsFrom", "db2")</c>, <c>("ReadsVia", "Header")</c>; null for one that depends on no
/// database.</param>
internal sealed record WebServer(string Name, Uri Address, (string How, string What)? Reads);
