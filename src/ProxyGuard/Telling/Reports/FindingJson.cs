using System.Text.Json;
using ProxyGuard.Core.Diagnosis;
using ProxyGuard.Ground.Texts;
using ProxyGuard.Telling.Diagnosis;

namespace ProxyGuard.Telling.Reports;

/// <summary>What a finding says and what can be done, as members of a JSON object.</summary>
internal static class FindingJson
{
    public static void Write(Utf8JsonWriter json, Finding finding, Wording texts)
    {
        var words = new FindingWords(texts, finding);
        json.WriteString("confidence", DiagnosisNames.Of(finding.Confidence));
        json.WriteString("description", words.Happened);
        json.WriteString("members", words.Members);
        json.WriteStartObject("values");
        foreach ((string name, string value) in finding.Values.OrderBy(value => value.Key, StringComparer.Ordinal))
            json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteStartArray("doNot");
        foreach (string deadEnd in words.DeadEnds)
            json.WriteStringValue(deadEnd);
        json.WriteEndArray();
    }

    /// <param name="placeOf">The server a step is for; null when it is a shell, or unknown.</param>
    public static void WriteSolutions(Utf8JsonWriter json, Finding finding, Wording texts, Func<RemedyStep, string?> placeOf)
    {
        var words = new FindingWords(texts, finding);
        json.WriteStartArray("solutions");
        foreach (RemedyStep step in finding.Steps)
        {
            json.WriteStartObject();
            json.WriteString("id", step.Id);
            json.WriteString("on", placeOf(step) ?? DiagnosisNames.Of(step.Target));
            json.WriteString("danger", DiagnosisNames.Of(step.Danger));
            json.WriteString("confidence", DiagnosisNames.Of(step.IsPossibleOnly ? Confidence.Possible : Confidence.Certain));
            json.WriteString("text", words.Does(step));
            json.WriteString("changes", words.Changes(step));
            json.WriteStartArray("commands");
            foreach (string command in step.Commands)
                json.WriteStringValue(command);
            json.WriteEndArray();
            json.WriteStartArray("fillIn");
            foreach (string blank in step.Blanks)
                json.WriteStringValue(blank);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
