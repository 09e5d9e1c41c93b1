using System.Collections.Frozen;
using System.Globalization;
using System.Resources;
using System.Text;

namespace ProxyGuard.Ground.Texts;

/// <summary>One set of texts in one language: what members read, what operators read, and what findings say.</summary>
/// <remarks>
/// All languages are in the program itself, not in satellite assemblies: a lost folder would turn German pages into English ones without a
/// word. A new language is a file <c>xx.resx</c> of every set, its lines in <c>ProxyGuard.csproj</c> and its code in
/// <see cref="Languages"/>.
/// </remarks>
internal sealed class Wording
{
    private static readonly FrozenDictionary<string, Wording> Members = SetNamed("Texts");
    private static readonly FrozenDictionary<string, Wording> Findings = SetNamed("Diagnosis");
    private static readonly FrozenDictionary<string, Wording> Labels = SetNamed("Report");

    private readonly FrozenDictionary<string, string> _texts;

    private Wording(string set, string language)
    {
        Language = language;
        _texts = TextsOf(set, language);
    }

    /// <summary>What there are texts for, as two-letter codes.</summary>
    public static IReadOnlyList<string> Languages => ["en", "de", "fr"];

    /// <summary>As in an HTML lang attribute.</summary>
    public string Language { get; }

    public IReadOnlyCollection<string> Keys => _texts.Keys;

    /// <summary>The text as it was written, with its placeholders. A key without text is a bug, and throws.</summary>
    public string this[string key] =>
        _texts.TryGetValue(key, out string? text) ? text : throw new KeyNotFoundException($"There is no text '{key}' in '{Language}'.");

    /// <summary>What members read.</summary>
    /// <param name="language">One of <see cref="Languages"/>.</param>
    public static Wording For(string language) => In(Members, language);

    /// <summary>What findings and their remedies say. For operators.</summary>
    /// <param name="language">One of <see cref="Languages"/>.</param>
    public static Wording ForFindings(string language) => In(Findings, language);

    /// <summary>What stands around findings in a report. For operators.</summary>
    /// <param name="language">One of <see cref="Languages"/>.</param>
    public static Wording ForReports(string language) => In(Labels, language);

    /// <summary>The text with every placeholder replaced; each must be given.</summary>
    public string Say(string key, params ReadOnlySpan<(string Name, string Value)> values) => Fill(this[key], values);

    /// <summary>Replaces <c>{name}</c> in one pass: a value that looks like a placeholder stays what it is.</summary>
    internal static string Fill(string template, ReadOnlySpan<(string Name, string Value)> values)
    {
        var filled = new StringBuilder();
        int from = 0;
        for (int open = template.IndexOf('{', from); open >= 0; open = template.IndexOf('{', from))
        {
            int close = template.IndexOf('}', open);
            filled.Append(template, from, open - from).Append(ValueOf(template[(open + 1)..close], values));
            from = close + 1;
        }

        return filled.Append(template, from, template.Length - from).ToString();
    }

    private static string ValueOf(string name, ReadOnlySpan<(string Name, string Value)> values)
    {
        foreach ((string known, string value) in values)
        {
            if (known == name)
                return value;
        }

        throw new KeyNotFoundException($"Nothing was given for the placeholder '{name}'.");
    }

    private static FrozenDictionary<string, Wording> SetNamed(string set) =>
        Languages.ToFrozenDictionary(language => language, language => new Wording(set, language));

    private static Wording In(FrozenDictionary<string, Wording> set, string language) => set.TryGetValue(language, out Wording? wording)
        ? wording
        : throw new ArgumentException($"There are no texts in '{language}', only in {string.Join(", ", Languages)}.", nameof(language));

    private static FrozenDictionary<string, string> TextsOf(string set, string language)
    {
        using Stream file = typeof(Wording).Assembly.GetManifestResourceStream($"ProxyGuard.{set}.{language}.resources")
            ?? throw new MissingManifestResourceException($"The program was built without its {set} in '{language}'.");
        using var reader = new ResourceReader(file);
        var texts = new Dictionary<string, string>();
        foreach (System.Collections.DictionaryEntry text in reader)
            texts.Add((string)text.Key, Convert.ToString(text.Value, CultureInfo.InvariantCulture) ?? "");
        return texts.ToFrozenDictionary();
    }
}
