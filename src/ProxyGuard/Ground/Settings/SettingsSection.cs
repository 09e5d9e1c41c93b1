using System.Collections.Frozen;
using System.Globalization;

namespace ProxyGuard.Ground.Settings;

/// <summary>One thing that is wrong with the configuration, said so that it can be mended: what, where, and what is allowed.</summary>
/// <param name="Path">Such as "ProxyGuard:Probe:Interval".</param>
/// <param name="Problem">Such as "is 5 but must be a time such as 00:00:00.500, from … to …".</param>
internal sealed record ConfigurationError(string Path, string Problem)
{
    public override string ToString() => $"{Path} {Problem}.";
}

/// <summary>
/// One section of the configuration, read by name. Whatever is wrong goes to the list of faults and the default is taken, so that one
/// reading finds everything. Every name asked for is known; <see cref="RejectOthers"/> reports the rest, for a misspelt option would
/// silently do nothing.
/// </summary>
internal sealed class SettingsSection(IConfigurationSection section, List<ConfigurationError> faults)
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

    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);

    public string Name => section.Key;

    public string Path => section.Path;

    /// <summary>Whether it has entries, and is not one value.</summary>
    public bool IsSection => section.GetChildren().Any();

    public SettingsSection Child(string name) => new(Take(name), faults);

    /// <summary>The entries of a list.</summary>
    public IEnumerable<SettingsSection> Children(string name)
    {
        IConfigurationSection list = Take(name);
        if (HasText(list))
            Fault(list.Path, "is a text but must be a list: [ … ]");
        foreach (IConfigurationSection child in list.GetChildren())
            yield return new SettingsSection(child, faults);
    }

    /// <summary>The entries of this section where it is itself a list: [ … ].</summary>
    public IEnumerable<SettingsSection> OwnEntries() =>
        section.GetChildren().Where(child => child.Key.All(char.IsAsciiDigit)).Select(child => Child(child.Key));

    /// <summary>The sections directly below this one, whatever their names.</summary>
    public IEnumerable<SettingsSection> Entries()
    {
        if (HasText(section))
            Fault(section.Path, "is a text but must be a section of named entries: { … }");
        foreach (IConfigurationSection child in section.GetChildren())
            yield return Child(child.Key);
    }

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

    /// <summary>The section's own value, where it is a text and not a section.</summary>
    public string OwnText(string allowed)
    {
        if (section.Value is { Length: > 0 } text)
            return text;
        Fault(section.Path, $"is {(section.GetChildren().Any() ? "a section" : "empty")} but must be {allowed}");
        return "";
    }

    public TimeSpan Duration(string name, TimeSpan whenAbsent, TimeSpan from, TimeSpan to)
    {
        IConfigurationSection value = TakeValue(name);
        if (value.Value is null)
            return whenAbsent;
        // A bare number would be taken for days.
        bool isDuration = value.Value.Contains(':') && TimeSpan.TryParse(value.Value, CultureInfo.InvariantCulture, out TimeSpan duration)
            && duration >= from && duration <= to;
        if (isDuration)
            return TimeSpan.Parse(value.Value, CultureInfo.InvariantCulture);
        Fault(value.Path, $"is {Quote(value.Value)} but must be a time such as {Render(whenAbsent)}, from {Render(from)} to {Render(to)}");
        return whenAbsent;
    }

    public int Number(string name, int whenAbsent, int from, int to)
    {
        IConfigurationSection value = TakeValue(name);
        if (value.Value is null)
            return whenAbsent;
        if (int.TryParse(value.Value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= from && number <= to)
            return number;
        Fault(value.Path, $"is {Quote(value.Value)} but must be a whole number from {from} to {to}");
        return whenAbsent;
    }

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

    /// <summary>One word of several. Null, reported, when it is missing or another one.</summary>
    public T? Choice<T>(string name, IReadOnlyDictionary<string, T> words)
        where T : struct
    {
        IConfigurationSection value = TakeValue(name);
        if (value.Value is not null && words.TryGetValue(value.Value, out T choice))
            return choice;
        string allowed = string.Join(" or ", words.Keys);
        if (!value.GetChildren().Any())
            Fault(value.Path, value.Value is null ? $"is missing; it must be {allowed}" : $"is {Quote(value.Value)} but must be {allowed}");
        return null;
    }

    /// <summary>One word of several, or the default.</summary>
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
                entry.FaultAt(null, $"is {Quote(word)} but must be one of {string.Join(", ", words.Keys)}{Meant(word, words.Keys)}");
        }
    }

    /// <summary>The word that is the likely one: letters added, left out or changed, up to a third of them.</summary>
    public static string Meant(string word, IEnumerable<string> words) =>
        words.Select(known => (Word: known, Distance: Distance(word.ToUpperInvariant(), known.ToUpperInvariant())))
            .Where(known => known.Distance <= known.Word.Length / 3).OrderBy(known => known.Distance).FirstOrDefault().Word is { } likely
            ? $" (did you mean {likely}?)"
            : "";

    // Levenshtein's, one row at a time.
    private static int Distance(string one, string other)
    {
        int[] row = [.. Enumerable.Range(0, other.Length + 1)];
        for (int at = 1; at <= one.Length; at++)
        {
            int corner = row[0];
            row[0] = at;
            for (int to = 1; to <= other.Length; to++)
            {
                int changed = corner + (one[at - 1] == other[to - 1] ? 0 : 1);
                corner = row[to];
                row[to] = Math.Min(changed, Math.Min(row[to], row[to - 1]) + 1);
            }
        }

        return row[^1];
    }

    public void Fault(string path, string problem) => faults.Add(new ConfigurationError(path, problem));

    /// <summary>A fault of this section or of one of its options.</summary>
    public void FaultAt(string? name, string problem) => Fault(name is null ? section.Path : $"{section.Path}:{name}", problem);

    /// <summary>An option's value for a message that compares it with another one: a default is not found in the operator's file.</summary>
    public string RenderWithOrigin(string name, TimeSpan value) => section[name] is null ? $"{Render(value)} (the default)" : Render(value);

    /// <summary>A time as people write it: the fraction only where there is one, and no longer than needed.</summary>
    public static string Render(TimeSpan time) => time.Ticks % TimeSpan.TicksPerSecond == 0 ? $"{time:c}" : $"{time:c}".TrimEnd('0');

    public void RejectOthers()
    {
        if (HasText(section))
            Fault(section.Path, $"is a text but must be a section: {{ … }} with {KnownNames}");
        foreach (IConfigurationSection child in section.GetChildren())
        {
            if (_known.Contains(child.Key))
                continue;
            Fault(
                child.Path,
                Renamed.TryGetValue(child.Path, out string? now) ? $"is called {section.Path}:{now} now"
                    : $"is not an option; {section.Path} has {KnownNames}");
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

    // Not the text itself: it may be a key or a connection string that slipped one level up.
    private static bool HasText(IConfigurationSection section) => section.Value is { Length: > 0 };

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
        return section.GetSection(name);
    }
}
