using System.Globalization;
using System.Text.Json;
using ProxyGuard.Telling.Admin;

namespace ProxyGuard.Commands;

/// <summary>
/// Reads the management API's answers. What is missing, null or of another kind is null: a newer or older ProxyGuard may answer.
/// </summary>
internal static class ManagementJson
{
    extension(JsonElement json)
    {
        public JsonElement? PartOf(string name) =>
            json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out JsonElement part)
                && part.ValueKind is not JsonValueKind.Null
                ? part
                : null;

        public string? TextOf(string name) => json.PartOf(name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

        public double? NumberOf(string name) =>
            json.PartOf(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetDouble(out double value) ? value : null;

        public bool? TruthOf(string name) => json.PartOf(name)?.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => null,
        };

        public DateTimeOffset? MomentOf(string name) => DateTimeOffset.TryParse(
            json.TextOf(name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset moment)
            ? moment
            : null;

        /// <summary>As the management API writes it, for programs.</summary>
        public string ToText() => AdminJson.Text(text =>
        {
            foreach (JsonProperty fact in json.EnumerateObject())
                fact.WriteTo(text);
        });

        /// <summary>Empty where there is no such list.</summary>
        public IEnumerable<JsonElement> ItemsOf(string name) =>
            json.PartOf(name) is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray()] : [];
    }
}
