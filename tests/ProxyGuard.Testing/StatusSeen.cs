using System.Text.Json;

namespace ProxyGuard.Testing;

/// <summary>status.json as somebody saw it.</summary>
/// <param name="AskedAt">Before the request.</param>
/// <param name="SeenAt">After the answer.</param>
internal sealed record StatusSeen(DateTimeOffset AskedAt, DateTimeOffset SeenAt, string Text)
{
    private readonly JsonElement _json = Parse(Text);

    public string Mode => _json.GetProperty("mode").GetString()!;

    public string? Cause => _json.GetProperty("cause").GetString();

    /// <summary>To the second, as members get it.</summary>
    public DateTimeOffset Since => _json.GetProperty("since").GetDateTimeOffset();

    /// <summary>To the second, as members get it. Null when what is shown is current, or its age is not known.</summary>
    public DateTimeOffset? AsOf => _json.GetProperty("asOf") is { ValueKind: JsonValueKind.String } asOf ? asOf.GetDateTimeOffset() : null;

    public string? CatchUpState => CatchUp?.GetProperty("state").GetString();

    public double? Percent => NumberOf(CatchUp, "percent");

    public double? QueueBytes => NumberOf(CatchUp, "queueBytes");

    /// <summary>Null while nothing is known of it.</summary>
    public (double Low, double Likely, double High)? RemainingSeconds =>
        CatchUp?.GetProperty("remainingSeconds") is { ValueKind: JsonValueKind.Object } range
            ? (range.GetProperty("low").GetDouble(), range.GetProperty("likely").GetDouble(), range.GetProperty("high").GetDouble())
            : null;

    private JsonElement? CatchUp => _json.GetProperty("catchUp") is { ValueKind: JsonValueKind.Object } catchUp ? catchUp : null;

    private static double? NumberOf(JsonElement? parent, string name) =>
        parent?.GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : null;

    private static JsonElement Parse(string text)
    {
        using JsonDocument json = JsonDocument.Parse(text);
        return json.RootElement.Clone();
    }
}

/// <summary>One node of GET /api/v1/fleet.</summary>
/// <param name="LagSeconds">Null when unknown.</param>
/// <param name="Why">In the server's own words; null while it is fresh.</param>
internal sealed record NodeSeen(string Name, string State, double? LagSeconds, bool LagIsEstimated, double? QueueBytes, string? Why)
{
    public static IReadOnlyList<NodeSeen> AllIn(string fleet)
    {
        using JsonDocument json = JsonDocument.Parse(fleet);
        return [.. json.RootElement.GetProperty("nodes").EnumerateArray().Select(Of)];
    }

    private static NodeSeen Of(JsonElement node) => new(
        node.GetProperty("name").GetString()!,
        node.GetProperty("state").GetString()!,
        NumberOf(node, "lagSeconds"),
        node.GetProperty("lagIsEstimated").GetBoolean(),
        NumberOf(node, "queueBytes"),
        node.GetProperty("why").GetString());

    private static double? NumberOf(JsonElement node, string name) =>
        node.GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : null;
}
