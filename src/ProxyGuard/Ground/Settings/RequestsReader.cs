using System.Collections.Immutable;
using ProxyGuard.Core.Requests;

namespace ProxyGuard.Ground.Settings;

/// <summary>Reads ProxyGuard:Requests: the rules of what reads and what writes, and whether this is a dry run.</summary>
internal static class RequestsReader
{
    public static Dictionary<string, RequestKind> Kinds { get; } = new(StringComparer.OrdinalIgnoreCase)
    {
        ["read"] = RequestKind.Read,
        ["write"] = RequestKind.Write,
        ["pass"] = RequestKind.Pass,
    };

    /// <summary>A rule's place in <see cref="OptionTable"/>.</summary>
    public const string Rules = "Requests:Rules:<n>";

    public static RequestRules Read(SettingsSection requests)
    {
        bool isDryRun = requests.Truth("DryRun");
        var rules = ImmutableArray.CreateBuilder<RequestRule>();
        // A bare list is its rules: without a dry run no more than that should have to be written.
        foreach (SettingsSection rule in requests.OwnEntries(Rules).Concat(requests.Children("Rules")))
            AddRule(rules, rule, preset: null);
        // Behind them: what the operator says of an application counts first.
        foreach (SettingsSection preset in requests.Children("Presets"))
            PresetReader.AddRules(rules, preset);

        requests.RejectOthers();
        return new RequestRules(rules.ToImmutable(), isDryRun);
    }

    /// <param name="preset">The application's preset that it stands in; null for the operator's own.</param>
    /// <param name="below">The path at which that application is; empty for the site's root.</param>
    public static void AddRule(ImmutableArray<RequestRule>.Builder rules, SettingsSection rule, PresetRule? preset, string below = "")
    {
        string method = rule.Text("Method");
        string path = rule.RequiredText("Path", "a path such as /search or /like/*");
        RequestKind? kind = rule.Choice("Is", Kinds);
        ParameterPattern query = Parameters(rule.Child("Query"));
        ParameterPattern form = Parameters(rule.Child("Form"));
        rule.RejectOthers();
        if (method != "*" && (method.Any(letter => !char.IsAsciiLetterUpper(letter) && letter != '-') || method.Length == 0))
            rule.FaultAt("Method", $"is {SettingsSection.Quote(method)} but must be a method in upper case, or * for all");
        if (!form.IsEmpty && RequestRules.IsSafe(method))
            rule.FaultAt("Form", $"is asked of {method}, which has no form");
        PathPattern? pattern = null;
        if (path.Length > 0 && (pattern = PathPattern.TryParse(below + path, out string? reason)) is null)
            rule.FaultAt("Path", $"is {path} but {reason}");
        if (pattern is not null && kind is { } what)
            rules.Add(new RequestRule(method == "*" ? null : method, pattern, what) { Query = query, Form = form, Preset = preset });
    }

    private static ParameterPattern Parameters(SettingsSection section)
    {
        var wanted = new List<KeyValuePair<string, string>>();
        foreach (SettingsSection parameter in section.Entries())
            wanted.Add(new(parameter.Name, parameter.OwnText("a value, with * for anything")));
        if (wanted.Any(parameter => parameter.Value.Length == 0))
            return ParameterPattern.None;
        ParameterPattern? pattern = ParameterPattern.TryCreate(wanted, out string? reason);
        if (pattern is null)
            section.FaultAt(null, reason!);
        return pattern ?? ParameterPattern.None;
    }
}
