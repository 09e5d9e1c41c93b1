using System.Collections.Frozen;
using System.Globalization;

namespace ProxyGuard.Ground.Settings;

/// <summary>
/// One section of ProxyGuard's configuration, read by name; defaults and limits are those of <see cref="OptionTable"/>. Whatever is wrong
/// goes to the list of faults and the default is taken, so that one reading finds everything. Every name asked for is known;
/// <see cref="RejectOthers"/> reports the rest, for a misspelt option would silently do nothing.
/// </summary>
internal sealed class SettingsSection
{
    // Options under the names they had once.
    private static readonly FrozenDictionary<string, string> Renamed = new Dictionary<string, string>
    {
        ["ProxyGuard:Proxies:Known"] = "Trusted",
        ["ProxyGuard:Reads:OwnWrites"] = "ReadYourWrites",
        ["ProxyGuard:Reads:PrimaryLimit"] = "MaxPrimaryReads",
        ["ProxyGuard:Requests:Rehearse"] = "DryRun",
        ["ProxyGuard:Shutdown:AnnounceFor"] = "PreStopDelay",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private readonly IConfigurationSection _section;
    private readonly List<ConfigurationError> _faults;
    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);

    // In the table's words: with <name> for what operators name, and without ProxyGuard.
    private readonly string _place;

    /// <param name="place">Where it is in <see cref="OptionTable"/>; empty for the section ProxyGuard itself.</param>
    public SettingsSection(IConfigurationSection section, List<ConfigurationError> faults, string place = "")
    {
        _section = section;
        _faults = faults;
        _place = place;
    }

    public string Name => _section.Key;

    public string Path => _section.Path;

    /// <summary>Whether it has entries, and is not one value.</summary>
    public bool IsSection => _section.GetChildren().Any();

    public SettingsSection Child(string name) => new(Take(name), _faults, PlaceOf(name));

    /// <summary>The entries of a list.</summary>
    public IEnumerable<SettingsSection> Children(string name)
    {
        IConfigurationSection list = Take(name);
        if (HasText(list))
            Fault(list.Path, "is a text but must be a list: [ … ]");
        IConfigurationSection[] items = [.. list.GetChildren()];
        if (items.Any(item => item.Key.AsSpan().ContainsAnyExceptInRange('0', '9') && item.Value is not null))
        {
            Fault(list.Path, "is a section but must be a list: [ { … } ]");
            yield break;
        }

        foreach (IConfigurationSection child in items)
            yield return new SettingsSection(child, _faults, $"{PlaceOf(name)}:<n>");
    }

    /// <summary>The entries of this section where it is itself a list: [ … ].</summary>
    /// <param name="place">What such an entry is in <see cref="OptionTable"/>.</param>
    public IEnumerable<SettingsSection> OwnEntries(string place) =>
        _section.GetChildren().Where(child => child.Key.All(char.IsAsciiDigit))
            .Select(child => new SettingsSection(Take(child.Key), _faults, place));

    /// <summary>The sections directly below this one, whatever their names.</summary>
    public IEnumerable<SettingsSection> Entries()
    {
        if (HasText(_section))
            Fault(_section.Path, "is a text but must be a section of named entries: { … }");
        foreach (IConfigurationSection child in _section.GetChildren())
            yield return new SettingsSection(Take(child.Key), _faults, PlaceOf("<name>"));
    }

    /// <summary>The default where it is absent, or empty where there is none.</summary>
    public string Text(string name) => Text(name, OptionAt(name).Default ?? "");

    public string Text(string name, string whenAbsent) => TakeValue(name).Value is { Length: > 0 } text ? text : whenAbsent;

    public string RequiredText(string name, string allowed)
    {
        IConfigurationSection value = TakeValue(name);
        if (value.Value is { Length: > 0 } text)
            return text;
        if (!value.GetChildren().Any())
            Fault(value.Path, $"is missing; it must be {allowed}");
        return "";
    }

    /// <summary>A secret, or what the file has that is named by the same option with "File". Empty when there is neither.</summary>
    /// <param name="baseDirectory">What the file's name is relative to.</param>
    public string Secret(string name, string baseDirectory)
    {
        string secret = Text(name);
        string file = SecretOfFile(name, baseDirectory);
        if (secret.Length > 0 && Text($"{name}File").Length > 0)
            FaultAt(null, $"has {name} and {name}File but may have only one of them");
        return file.Length > 0 ? file : secret;
    }

    /// <summary>The same where the secret itself is no option.</summary>
    public string SecretOfFile(string name, string baseDirectory) => Text($"{name}File") is { Length: > 0 } file
        ? SecretFile.Read($"{Path}:{name}File", System.IO.Path.GetFullPath(file, baseDirectory), _faults)
        : "";

    /// <summary>The section's own value, where it is a text and not a section.</summary>
    public string OwnText(string allowed)
    {
        if (_section.Value is { Length: > 0 } text)
            return text;
        Fault(_section.Path, $"is {(_section.GetChildren().Any() ? "a section" : "empty")} but must be {allowed}");
        return "";
    }

    public TimeSpan Duration(string name)
    {
        Option option = OptionAt(name);
        TimeSpan whenAbsent = ParseTime(option.Default!);
        IConfigurationSection value = TakeValue(name);
        if (value.Value is null)
            return whenAbsent;
        // A bare number would be taken for days.
        bool isDuration = value.Value.Contains(':') && TimeSpan.TryParse(value.Value, CultureInfo.InvariantCulture, out TimeSpan duration)
            && duration >= ParseTime(option.From!) && duration <= ParseTime(option.To!);
        if (isDuration)
            return ParseTime(value.Value);
        Fault(
            value.Path,
            $"is {Quote(value.Value)} but must be a time such as {option.Default}, from {option.From} to {option.To}");
        return whenAbsent;
    }

    public int Number(string name) => NumberOrNull(name) ?? int.Parse(OptionAt(name).Default!, CultureInfo.InvariantCulture);

    /// <summary>Null when it is absent; also, reported, when it is wrong.</summary>
    public int? NumberOrNull(string name)
    {
        Option option = OptionAt(name);
        IConfigurationSection value = TakeValue(name);
        if (value.Value is null)
            return null;
        if (int.TryParse(value.Value, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && number >= ParseNumber(option.From!) && number <= ParseNumber(option.To!))
            return number;
        Fault(value.Path, $"is {Quote(value.Value)} but must be a whole number from {option.From} to {option.To}");
        return null;
    }

    public bool Truth(string name) => Truth(name, bool.Parse(OptionAt(name).Default!));

    public bool Truth(string name, bool whenAbsent)
    {
        IConfigurationSection value = TakeValue(name);
        if (value.Value is null)
            return whenAbsent;
        if (bool.TryParse(value.Value, out bool truth))
            return truth;
        Fault(value.Path, $"is {Quote(value.Value)} but must be true or false");
        return whenAbsent;
    }

    /// <summary>One word of several, or the default. Null, reported, when it is another one, or missing and there is no default.</summary>
    /// <param name="synonyms">Words that are understood, and not offered.</param>
    /// <param name="meant">What words of other languages, that are none here, are called here.</param>
    public T? Choice<T>(
        string name, IReadOnlyDictionary<string, T> words, IReadOnlyDictionary<string, T>? synonyms = null,
        IReadOnlyDictionary<string, string>? meant = null)
        where T : struct
    {
        IConfigurationSection value = TakeValue(name);
        string? word = value.Value ?? (value.GetChildren().Any() ? null : OptionAt(name).Default);
        if (word is not null && (words.TryGetValue(word, out T choice) || synonyms?.TryGetValue(word, out choice) == true))
            return choice;
        string allowed = string.Join(" or ", words.Keys);
        if (!value.GetChildren().Any())
            Fault(
                value.Path,
                word is null ? $"is missing; it must be {allowed}"
                    : $"is {Quote(word)} but must be {allowed}{QuestionOf(word)}");
        return null;

        string QuestionOf(string other) =>
            meant?.GetValueOrDefault(other) is { } known ? $" (did you mean {known}?)" : NearMiss.Question(other, words.Keys);
    }

    /// <summary>One word of several, or the default, for what is no option of its own.</summary>
    public T Choice<T>(string name, IReadOnlyDictionary<string, T> words, T whenAbsent)
        where T : struct =>
        Take(name).Exists() ? Choice(name, words) ?? whenAbsent : whenAbsent;

    /// <summary>A list of words of several. What is none of them is reported, with the word that was likely meant.</summary>
    public IEnumerable<T> Choices<T>(string name, IReadOnlyDictionary<string, T> words)
        where T : struct
    {
        foreach (SettingsSection entry in Children(name))
        {
            string word = entry.OwnText($"one of {string.Join(", ", words.Keys)}");
            if (words.TryGetValue(word, out T choice))
                yield return choice;
            else if (word.Length > 0)
                entry.FaultAt(
                    null, $"is {Quote(word)} but must be one of {string.Join(", ", words.Keys)}{NearMiss.Question(word, words.Keys)}");
        }
    }

    public void Fault(string path, string problem) => _faults.Add(new ConfigurationError(path, problem));

    /// <summary>A fault of this section or of one of its options.</summary>
    public void FaultAt(string? name, string problem) => Fault(name is null ? _section.Path : $"{_section.Path}:{name}", problem);

    /// <summary>An option's value for a message that compares it with another one: a default is not found in the operator's file.</summary>
    public string RenderWithOrigin(string name, TimeSpan value) => _section[name] is null ? $"{Render(value)} (the default)" : Render(value);

    /// <summary>A time as people write it: the fraction only where there is one, and no longer than needed.</summary>
    public static string Render(TimeSpan time) => time.Ticks % TimeSpan.TicksPerSecond == 0 ? $"{time:c}" : $"{time:c}".TrimEnd('0');

    public void RejectOthers()
    {
        if (HasText(_section))
            Fault(_section.Path, $"is a text but must be a section: {{ … }} with {KnownNames}");
        foreach (IConfigurationSection child in _section.GetChildren().Where(child => !_known.Contains(child.Key)))
        {
            Fault(
                child.Path,
                Renamed.TryGetValue(child.Path, out string? now) ? $"is called {_section.Path}:{now} now"
                    : UnknownNames.Describe(child.Path, child.Key, _section.Path, _known));
        }
    }

    /// <summary>A value for a message; but an operator who mixes up two options must not find a password in the log.</summary>
    public static string Quote(string value) => value switch
    {
        "" => "empty",
        _ when value.Contains("password", StringComparison.OrdinalIgnoreCase)
            || value.Contains("pwd", StringComparison.OrdinalIgnoreCase) => "a text with a password in it",
        _ => value,
    };

    private string KnownNames => string.Join(", ", _known.Order(StringComparer.Ordinal));

    private static TimeSpan ParseTime(string text) => TimeSpan.Parse(text, CultureInfo.InvariantCulture);

    private static int ParseNumber(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    // Not the text itself: it may be a key or a connection string that slipped one level up.
    private static bool HasText(IConfigurationSection section) => section.Value is { Length: > 0 };

    private Option OptionAt(string name) => OptionTable.Named(PlaceOf(name));

    private string PlaceOf(string name) => _place.Length == 0 ? name : $"{_place}:{name}";

    private IConfigurationSection TakeValue(string name)
    {
        IConfigurationSection value = Take(name);
        if (value.GetChildren().Any())
            Fault(value.Path, "is a section but must be one value");
        return value;
    }

    private IConfigurationSection Take(string name)
    {
        _known.Add(name);
        return _section.GetSection(name);
    }
}
