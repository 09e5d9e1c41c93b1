using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ProxyGuard.Core.Requests;

namespace ProxyGuard.Routing.Rehearsal;

/// <summary>
/// A rule for ProxyGuard:Requests:Rules, ready to be copied: what is counted as a write would be taken for a read, and the other way round.
/// That it is one, only its operator can say.
/// </summary>
internal static class SuggestedRule
{
    // It stands in a page as text, and in JSON as a string.
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Empty for a path that no pattern can name.</summary>
    public static string Of(RehearsedKind kind, CommonParameter? parameter = null)
    {
        if (PathPattern.TryParse(kind.Path, out _) is null || kind.Path.EndsWith('…'))
            return "";
        var rule = new JsonObject { ["Method"] = kind.Method, ["Path"] = kind.Path };
        if (parameter is { } common)
            rule[common.Source == ParameterSource.Form ? "Form" : "Query"] = new JsonObject { [common.Name] = common.Value };
        rule["Is"] = kind.What == Rehearsed.Write ? "read" : "write";
        return rule.ToJsonString(Readable);
    }
}
