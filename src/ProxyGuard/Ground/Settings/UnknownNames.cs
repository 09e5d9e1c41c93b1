using ProxyGuard.Core.Routing;

namespace ProxyGuard.Ground.Settings;

/// <summary>What is said of a name that nothing reads: what was likely meant, here or in another place.</summary>
internal static class UnknownNames
{
    private const int MostPlaces = 3;

    /// <param name="path">Of the name.</param>
    /// <param name="section">The path of the section that it stands in; empty for the file.</param>
    /// <param name="known">What that section has.</param>
    public static string Describe(string path, string name, string section, IEnumerable<string> known)
    {
        if (ConfigShapes.Instead.TryGetValue(path, out string? instead))
            return instead;
        string has = $"{(section.Length == 0 ? "the file" : section)} has {string.Join(", ", known.Order(StringComparer.Ordinal))}";
        // "Certificate:" in a file is the option "" of the section Certificate.
        if (name.Length == 0)
            return $"has an empty name, as if a colon stood within the quotes of {section[(section.LastIndexOf(':') + 1)..]}; {has}";
        if (section.EndsWith(":Metadata", StringComparison.OrdinalIgnoreCase) && NearMiss.Typed(name, ReadMetadata.Names) is not null)
            return "is read by nothing here; each web server has Metadata of its own";
        if (known.Contains("Connection") && ConnectionText.IsOption(name))
            return $"is not an option: it is a part of {section}:Connection, {ConnectionText.Allowed}";
        return $"is not an option{Question(name, section, known)}; {has}";
    }

    private static string Question(string name, string section, IEnumerable<string> known)
    {
        if (NearMiss.Of(name, known) is { } near)
            return $" (did you mean {near}?)";
        string[] elsewhere = [.. Elsewhere(name, section).Take(MostPlaces)];
        return elsewhere.Length > 0 ? $" (did you mean {string.Join(" or ", elsewhere)}?)" : "";
    }

    /// <summary>Where else there is this name, the nearest first: below the section, then below the one that it is in, and so on.</summary>
    private static IEnumerable<string> Elsewhere(string name, string section)
    {
        string[] steps = section.Length == 0 ? [] : section.Split(':');
        ConfigShape? shape = ConfigShapes.Root;
        List<(string Path, ConfigShape Shape)> above = [("", ConfigShapes.Root)];
        for (int step = 0; step < steps.Length && shape is not null; step++)
        {
            shape = Below(shape, steps[step]);
            if (shape is not null)
                above.Add((string.Join(':', steps[..(step + 1)]), shape));
        }

        // Names of other sections mean other things: of them only what stands in the file itself, unless it was sought there. What YARP
        // calls so in a route is not what it is in a cluster.
        bool isOurs = steps.Length > 0 && steps[0].Equals(OptionTable.Root, StringComparison.OrdinalIgnoreCase);
        int last = isOurs ? 1 : Math.Clamp(steps.Length, 1, 2);
        for (int level = above.Count - 1; level >= last; level--)
        {
            string[] found = [.. Named(name, above[level].Shape, above[level].Path)];
            if (found.Length > 0)
                return found;
        }

        return steps.Length == 0 ? Named(name, ConfigShapes.Root, "")
            : ConfigShapes.Root.Names.Keys.Where(known => known.Equals(name, StringComparison.OrdinalIgnoreCase));
    }

    private static ConfigShape? Below(ConfigShape shape, string name) => shape switch
    {
        ConfigShape.Section section => section.Names.GetValueOrDefault(name) ?? section.Entry,
        ConfigShape.List list => list.Item,
        _ => null,
    };

    /// <summary>The places of the fewest steps.</summary>
    private static IEnumerable<string> Named(string name, ConfigShape shape, string path)
    {
        (string Path, ConfigShape Shape)[] level = [(path, shape)];
        while (level.Length > 0)
        {
            string[] found =
            [
                .. from one in level
                   where one.Shape is ConfigShape.Section
                   from known in ((ConfigShape.Section)one.Shape).Names.Keys
                   where string.Equals(known, name, StringComparison.OrdinalIgnoreCase)
                   select Joined(one.Path, known),
            ];
            if (found.Length > 0)
                return found.Order(StringComparer.Ordinal);
            level = [.. level.SelectMany(one => PartsOf(one.Shape, one.Path))];
        }

        return [];
    }

    private static IEnumerable<(string Path, ConfigShape Shape)> PartsOf(ConfigShape shape, string path) => shape switch
    {
        ConfigShape.Section section =>
            section.Names.Select(known => (Joined(path, known.Key), known.Value))
                .Concat(section.Entry is { } entry ? [(Joined(path, "<name>"), entry)] : []),
        ConfigShape.List list => [(Joined(path, "<n>"), list.Item)],
        _ => [],
    };

    private static string Joined(string path, string name) => path.Length == 0 ? name : $"{path}:{name}";
}
