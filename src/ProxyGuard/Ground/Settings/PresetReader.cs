using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Reflection;
using ProxyGuard.Core.Requests;

namespace ProxyGuard.Ground.Settings;

/// <summary>
/// Reads the rules that are known of an application, from a file of its own in the same words as an operator's rules, each with its reason
/// and its source. Applications that the tests run have rules that let requests through; all others only such that refuse more.
/// </summary>
internal static class PresetReader
{
    private const string Folder = "Presets.";
    private const string Ending = ".json";

    private static readonly Assembly Own = typeof(PresetReader).Assembly;

    /// <summary>The applications, by the names of their files.</summary>
    public static FrozenSet<string> Names { get; } = Own.GetManifestResourceNames()
        .Where(name => name.StartsWith(Folder, StringComparison.Ordinal)).Select(name => name[Folder.Length..^Ending.Length])
        .ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static string AllNames => string.Join(", ", Names.Order(StringComparer.Ordinal));

    /// <param name="preset">The name of one, or a section that also says at which path the application is.</param>
    public static void AddRules(ImmutableArray<RequestRule>.Builder rules, SettingsSection preset)
    {
        string name = preset.IsSection ? preset.RequiredText("Name", $"one of {AllNames}") : preset.OwnText($"one of {AllNames}");
        string below = preset.IsSection ? preset.Text("Path", "/").TrimEnd('/') : "";
        if (preset.IsSection)
            preset.RejectOthers();
        if (name.Length == 0)
            return;
        if (!Names.TryGetValue(name, out string? application))
            preset.FaultAt(preset.IsSection ? "Name" : null, $"is {SettingsSection.Quote(name)} but must be one of {AllNames}{NearMiss.Question(name, Names)}");
        else if (below.Length > 0 && (PathPattern.TryParse(below, out string? reason) is null || below.Contains('*')))
            preset.FaultAt("Path", $"is {below} but {reason ?? "must be the path of one application"}");
        else
            AddRules(rules, application, below);
    }

    private static void AddRules(ImmutableArray<RequestRule>.Builder rules, string application, string below)
    {
        using Stream file = Own.GetManifestResourceStream($"{Folder}{application}{Ending}")!;
        var faults = new List<ConfigurationError>();
        var list = new SettingsSection(new ConfigurationBuilder().AddJsonStream(file).Build().GetSection("Rules"), faults);
        foreach (SettingsSection rule in list.OwnEntries(RequestsReader.Rules))
        {
            string reason = rule.RequiredText("Reason", "what it is");
            string source = rule.RequiredText("Source", "where that is to be seen");
            bool isBackground = rule.Truth("Background", whenAbsent: false);
            RequestsReader.AddRule(rules, rule, new PresetRule(application, reason, source, isBackground), below);
        }

        if (faults.Count > 0)
            throw new InvalidOperationException($"the preset {application}: {string.Join(" ", faults)}");
    }
}
