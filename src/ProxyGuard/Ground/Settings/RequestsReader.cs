using System.Collections.Immutable;
using ProxyGuard.Core.Requests;

namespace ProxyGuard.Ground.Settings;

/// <summary>Reads ProxyGuard:Requests: the rules of what reads and what writes, and whether this is a dry run.</summary>
internal static class RequestsReader
{
    private static readonly Dictionary<string, RequestKind> Kinds = new(StringComparer.OrdinalIgnoreCase)
    {
        ["read"] = RequestKind.Read,
        ["write"] = RequestKind.Write,
        ["pass"] = RequestKind.Pass,
    };

    public static RequestRules Read(SettingsSection requests)
    {
        bool rehearses = requests.Truth("DryRun", whenAbsent: false);
        var rules = ImmutableArray.CreateBuilder<RequestRule>();
        // A bare list is its rules: without a rehearsal no more than that should have to be written.
        foreach (SettingsSection rule in requests.OwnEntries().Concat(requests.Children("Rules")))
        {
            string method = rule.Text("Method", "*");
            string path = rule.RequiredText("Path", "a path such as /search or /like/*");
            RequestKind? kind = rule.Choice("Is", Kinds);
            rule.RejectOthers();
            if (method != "*" && (method.Any(letter => !char.IsAsciiLetterUpper(letter) && letter != '-') || method.Length == 0))
                rule.FaultAt("Method", $"is {SettingsSection.Quote(method)} but must be a method in upper case, or * for all");
            PathPattern? pattern = null;
            if (path.Length > 0 && (pattern = PathPattern.TryParse(path, out string? reason)) is null)
                rule.FaultAt("Path", $"is {path} but {reason}");
            if (pattern is not null && kind is { } what)
                rules.Add(new RequestRule(method == "*" ? null : method, pattern, what));
        }

        requests.RejectOthers();
        return new RequestRules(rules.ToImmutable(), rehearses);
    }
}
