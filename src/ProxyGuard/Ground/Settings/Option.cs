using System.Collections.Immutable;
using System.Globalization;

namespace ProxyGuard.Ground.Settings;

internal enum OptionKind
{
    Text,
    Duration,
    Number,
    Truth,
    Word,
    Texts,
    Words,
}

/// <summary>
/// One option of the section ProxyGuard, in the words of config/README.md (Markdown): reader, schema and document have it from here.
/// </summary>
/// <param name="Path">Below ProxyGuard; <c>&lt;name&gt;</c> is an entry that operators name, <c>&lt;n&gt;</c> one of a list.</param>
/// <param name="Meaning">A sentence without capital and full stop.</param>
internal sealed record Option(string Path, OptionKind Kind, string Meaning)
{
    /// <summary>As it would be written; null: there is none.</summary>
    public string? Default { get; init; }

    /// <summary>What goes without it where there is no default; null with a default, and where it is required.</summary>
    public string? Without { get; init; }

    public bool IsRequired => Default is null && Without is null;

    /// <summary>Inclusive, as written; null where <see cref="Kind"/> has no limits.</summary>
    public string? From { get; init; }

    /// <summary>Inclusive, as written.</summary>
    public string? To { get; init; }

    /// <summary>What is asked of the value besides its limits, to end a sentence.</summary>
    public string Besides { get; init; } = "";

    /// <summary>Which words there are; empty where <see cref="Kind"/> has none.</summary>
    public ImmutableArray<string> Words { get; init; } = [];

    /// <summary>What a text, or each of a list, may be.</summary>
    public string Allowed { get; init; } = "any text";

    /// <summary>The same for programs: a regular expression of JSON Schema; null: any text.</summary>
    public string? Pattern { get; init; }

    public int? LeastLength { get; init; }

    public static Option Duration(string path, string meaning, TimeSpan usual, TimeSpan from, TimeSpan to) =>
        new(path, OptionKind.Duration, meaning)
        {
            Default = SettingsSection.Render(usual),
            From = SettingsSection.Render(from),
            To = SettingsSection.Render(to),
        };

    public static Option Number(string path, string meaning, int usual, int from, int to) =>
        Number(path, meaning, from, to) with { Default = usual.ToString(CultureInfo.InvariantCulture) };

    public static Option Number(string path, string meaning, int from, int to) => new(path, OptionKind.Number, meaning)
    {
        From = from.ToString(CultureInfo.InvariantCulture),
        To = to.ToString(CultureInfo.InvariantCulture),
    };

    public static Option Truth(string path, string meaning, bool usual) =>
        new(path, OptionKind.Truth, meaning) { Default = usual ? "true" : "false" };

    public static Option Word(string path, string meaning, params ReadOnlySpan<string> words) =>
        new(path, OptionKind.Word, meaning) { Words = [.. words] };

    public static Option WordsOf(string path, string meaning, params ReadOnlySpan<string> words) =>
        new(path, OptionKind.Words, meaning) { Words = [.. words] };

    public static Option Text(string path, string meaning) => new(path, OptionKind.Text, meaning);

    public static Option Texts(string path, string meaning) => new(path, OptionKind.Texts, meaning);
}
