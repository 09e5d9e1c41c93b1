using System.Globalization;

namespace ProxyGuard.Ground.Settings;

/// <summary>
/// Compares a section with its shape: names that nothing reads, texts where a list is read, values that would be taken for something else
/// or silently for nothing.
/// </summary>
internal sealed class ShapeCheck
{
    private readonly List<ConfigurationError> _faults = [];

    private ShapeCheck()
    {
    }

    public static IReadOnlyList<ConfigurationError> Faults(IConfigurationSection section, ConfigShape shape)
    {
        var check = new ShapeCheck();
        check.Compare(section, shape);
        return check._faults;
    }

    private void Compare(IConfigurationSection at, ConfigShape shape)
    {
        switch (shape)
        {
            case ConfigShape.Section section:
                CompareSection(at, section);
                break;
            case ConfigShape.List list:
                CompareList(at, list);
                break;
            case ConfigShape.Anything:
                break;
            default:
                CompareValue(at, shape);
                break;
        }
    }

    private void CompareSection(IConfigurationSection at, ConfigShape.Section section)
    {
        if (at.Value is { Length: > 0 })
            Fault(at, $"is a text but must be a section: {{ … }}");
        foreach (IConfigurationSection child in at.GetChildren())
        {
            if (section.Names.TryGetValue(child.Key, out ConfigShape? known))
                Compare(child, known);
            else if (section.Entry is null)
                Fault(child, UnknownNames.Describe(child.Path, child.Key, at.Path, section.Names.Keys));
            else if (NearMiss.Typed(child.Key, section.Names.Keys) is { } near)
                Fault(child, $"is read by nothing (did you mean {near}?)");
            else
                Compare(child, section.Entry);
        }
    }

    private void CompareList(IConfigurationSection at, ConfigShape.List list)
    {
        if (at.Value is { Length: > 0 })
            Fault(at, "is a text but must be a list: [ … ]");
        IConfigurationSection[] items = [.. at.GetChildren()];
        // One item without the brackets around it. Items under names of their own are taken, as the configuration of .NET has it.
        if (list.Item is ConfigShape.Section && items.Any(item => item.Value is not null))
        {
            Fault(at, "is a section but must be a list: [ { … } ]");
            return;
        }

        foreach (IConfigurationSection item in items)
            Compare(item, list.Item);
    }

    private void CompareValue(IConfigurationSection at, ConfigShape shape)
    {
        if (at.GetChildren().Any())
            Fault(at, "is a section but must be one value");
        else if (at.Value is { } value && ProblemOf(value, shape) is { } problem)
            Fault(at, $"is {SettingsSection.Quote(value)}{problem}");
    }

    private static string? ProblemOf(string value, ConfigShape shape) => shape switch
    {
        ConfigShape.Text => null,
        ConfigShape.Truth => bool.TryParse(value, out _) ? null : " but must be true or false",
        ConfigShape.Number =>
            long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) ? null : " but must be a whole number",
        ConfigShape.Duration => ProblemOfTime(value),
        ConfigShape.HttpVersion =>
            WebServerSettings.VersionOf(value) is not null ? null : " but must be a version such as 1.1 or 2",
        // .NET also takes numbers, and several with commas between them.
        ConfigShape.Word word =>
            value.Split(',', StringSplitOptions.TrimEntries).All(one => IsWord(one, word)) ? null
                : $" but must be {(word.Words.Length > 3 ? "one of " : "")}{string.Join(word.Words.Length > 3 ? ", " : " or ", word.Words)}{NearMiss.Question(value, word.Words)}",
        _ => throw new System.Diagnostics.UnreachableException($"shape {shape.GetType().Name}"),
    };

    private static bool IsWord(string value, ConfigShape.Word word) =>
        word.Words.Contains(value, StringComparer.OrdinalIgnoreCase) || int.TryParse(value, CultureInfo.InvariantCulture, out _);

    private static string? ProblemOfTime(string value)
    {
        // Zero is the same in every unit.
        if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0)
            return $", which is {number} days; {number} seconds are {TimeSpan.FromSeconds(number):c}";
        return TimeSpan.TryParseExact(value, "c", CultureInfo.InvariantCulture, out _) ? null : " but must be a time such as 00:01:40";
    }

    private void Fault(IConfigurationSection at, string problem) => _faults.Add(new ConfigurationError(at.Path, problem));
}
