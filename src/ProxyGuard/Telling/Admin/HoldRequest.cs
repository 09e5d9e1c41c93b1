using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using ProxyGuard.Core.Guarding;

namespace ProxyGuard.Telling.Admin;

/// <summary>
/// The body of PUT /api/v1/maintenance. An omitted field stays as it is; null or "" clears it. Everything that is wrong is listed at once.
/// </summary>
internal sealed class HoldRequest
{
    private const int LongestText = 2000;

    // An object of texts and one of texts in it.
    private const int Deepest = 4;

    // What of a wrong value is repeated.
    private const int LongestQuote = 80;

    // RFC 3339, section 5.6; seconds may be left out.
    private static readonly string[] Instants =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mmzzz", "yyyy-MM-dd'T'HH:mm'Z'",
    ];

    private readonly List<string> _errors = [];
    private HoldMode? _mode;
    private string? _reason;
    private ImmutableSortedDictionary<string, string>? _message;
    private bool _hasEnd;
    private DateTimeOffset? _endsAt;

    private HoldRequest()
    {
    }

    public IReadOnlyList<string> Errors => _errors;

    /// <param name="languages">The site's languages: a message in another one would never be shown.</param>
    /// <param name="utcNow">An end must lie after it.</param>
    public static HoldRequest Parse(ReadOnlyMemory<byte> body, ImmutableArray<string> languages, DateTimeOffset utcNow)
    {
        var request = new HoldRequest();
        try
        {
            if (UnreadableText(body.Span) is { } offset)
            {
                request._errors.Add(
                    $"The text at byte {offset} of the body is no Unicode: a byte that is no UTF-8, or half of a surrogate pair such as \\ud800.");
                return request;
            }

            using JsonDocument json = JsonDocument.Parse(
                body, new JsonDocumentOptions { MaxDepth = Deepest, AllowDuplicateProperties = false });
            if (json.RootElement.ValueKind == JsonValueKind.Object)
                request.ReadAll(json.RootElement, languages, utcNow);
            else
                request._errors.Add("The body must be a JSON object such as {\"mode\": \"read-only\", \"reason\": \"…\"}.");
        }
        catch (JsonException e)
        {
            request._errors.Add($"The body is no JSON: {e.Message}");
        }

        return request;
    }

    /// <summary>Where the first text begins that is none, of names as of values; null when all can be read.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    private static long? UnreadableText(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = Deepest });
        while (reader.Read())
        {
            if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName))
                continue;
            try
            {
                reader.GetString();
            }
            catch (InvalidOperationException)
            {
                return reader.TokenStartIndex;
            }
        }

        return null;
    }

    private static string Quote(JsonElement value) => Quote(value.GetRawText());

    private static string Quote(string text) => text.Length <= LongestQuote ? text : $"{text[..LongestQuote]}…";

    /// <summary>Null, with an error, when there is nothing to change yet and no mode was given.</summary>
    public Hold? ApplyTo(Hold? current, string who, DateTimeOffset utcNow)
    {
        if (_errors.Count > 0)
            return null;
        if ((_mode ?? current?.Mode) is not { } mode)
        {
            _errors.Add("mode is missing, and there is no hold to keep it from; it must be read-only, maintenance or open.");
            return null;
        }

        return new Hold
        {
            Mode = mode,
            Reason = _reason ?? current?.Reason ?? "",
            Message = _message ?? current?.Message ?? ImmutableSortedDictionary<string, string>.Empty,
            By = who,
            Since = current is not null && current.Mode == mode ? current.Since : utcNow,
            EndsAt = _hasEnd ? _endsAt : current?.EndsAt,
        };
    }

    private void ReadAll(JsonElement body, ImmutableArray<string> languages, DateTimeOffset utcNow)
    {
        foreach (JsonProperty field in body.EnumerateObject())
        {
            switch (field.Name)
            {
                case "mode":
                    ReadMode(field.Value);
                    break;
                case "reason":
                    _reason = ReadText("reason", field.Value);
                    break;
                case "message":
                    ReadMessage(field.Value, languages);
                    break;
                case "endsAt":
                    ReadEnd(field.Value, utcNow);
                    break;
                default:
                    _errors.Add($"{Quote(field.Name)} is not a field; there are mode, reason, message and endsAt.");
                    break;
            }
        }
    }

    private void ReadMode(JsonElement value)
    {
        string? word = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        HoldMode[] named = [.. Enum.GetValues<HoldMode>().Where(mode => PublicNames.Of(mode) == word)];
        if (named is [HoldMode mode])
            _mode = mode;
        else
            _errors.Add($"mode is {Quote(value)} but must be \"read-only\", \"maintenance\" or \"open\".");
    }

    private string ReadText(string name, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null)
            return "";
        if (value.ValueKind == JsonValueKind.String && value.GetString() is { Length: <= LongestText } text)
            return text;
        _errors.Add($"{name} must be a text of at most {LongestText} characters.");
        return "";
    }

    private void ReadMessage(JsonElement value, ImmutableArray<string> languages)
    {
        var message = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty text in value.EnumerateObject())
            {
                if (!languages.Contains(text.Name))
                    _errors.Add($"message.{Quote(text.Name)} is in none of the site's languages: {string.Join(", ", languages)}.");
                else if (ReadText($"message.{text.Name}", text.Value) is { Length: > 0 } words)
                    message[text.Name] = words;
            }
        }
        else if (value.ValueKind != JsonValueKind.Null)
        {
            _errors.Add("message must be an object such as {\"de\": \"…\", \"en\": \"…\"}.");
        }

        _message = message.ToImmutable();
    }

    private void ReadEnd(JsonElement value, DateTimeOffset utcNow)
    {
        _hasEnd = true;
        if (value.ValueKind == JsonValueKind.Null || value.ValueKind == JsonValueKind.String && value.GetString() is "")
            return;
        // One form, with a zone: of 12-11-2026 nobody knows the month, and of 22:00 alone whose evening it is.
        if (value.ValueKind != JsonValueKind.String
            || !DateTimeOffset.TryParseExact(
                value.GetString(), Instants, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset end))
            _errors.Add($"endsAt is {Quote(value)} but must be a time with its zone, such as \"2026-11-22T22:00:00+01:00\".");
        else if (end <= utcNow)
            _errors.Add($"endsAt is {end:O} but must lie in the future; it is {utcNow:O}.");
        else
            _endsAt = end.ToUniversalTime();
    }
}
