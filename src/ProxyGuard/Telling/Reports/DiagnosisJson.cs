using System.Text.Json;
using ProxyGuard.Core.Diagnosis;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Ground.Texts;
using ProxyGuard.Telling.Diagnosis;
using ProxyGuard.Telling.Status;

namespace ProxyGuard.Telling.Reports;

/// <summary>
/// A diagnosis for programs, in the shape of MySQL Shell's util.checkForServerUpgrade
/// (https://dev.mysql.com/doc/mysql-shell/8.4/en/mysql-shell-utilities-upgrade.html): counts, a summary, and one check for each kind of
/// finding with the problems it detected. What it has no place for stands beside it.
/// </summary>
internal sealed class DiagnosisJson(SiteDiagnosis diagnosis, string language)
{
    private readonly Wording _texts = Wording.ForFindings(language);

    /// <summary>Writes the members of the one object.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteString("at", PublicNames.Of(diagnosis.At));
        json.WriteString("site", diagnosis.Rules.Site.Name);
        json.WriteString("language", language);
        StatusJson.WriteFacts(json, diagnosis.Status);
        json.WriteNumber("errorCount", diagnosis.Count(Severity.Error));
        json.WriteNumber("warningCount", diagnosis.Count(Severity.Warning));
        json.WriteNumber("noticeCount", diagnosis.Count(Severity.Notice));
        json.WriteString("summary", ReportPhrases.Summary(Wording.ForReports(language), diagnosis));
        WriteServers(json);
        WebServersJson.Write(json, diagnosis.Web, diagnosis.ToUtc);
        json.WriteStartArray("topology");
        foreach (TopologyTree tree in TopologyTree.Of(diagnosis.Fleet))
            Write(json, tree);
        json.WriteEndArray();
        WriteChecks(json);
    }

    private void WriteServers(Utf8JsonWriter json)
    {
        json.WriteStartArray("servers");
        foreach ((NodeState node, NodeExamination? examination) in diagnosis.Fleet.Nodes.Zip(diagnosis.Examinations))
        {
            json.WriteStartObject();
            json.WriteString("name", node.Rules.Name);
            json.WriteString("address", AddressOf(node));
            json.WriteString("version", node.LastAnswer?.Version.ToString());
            json.WriteString("role", PublicNames.Of(node.Role));
            json.WriteString("source", NameOf(node.Source));
            json.WriteString("examinedAt", examination is null ? null : PublicNames.Of(diagnosis.ToUtc(examination.At)));
            json.WriteNumberOrNull("dataBytes", examination?.DataBytes, digits: 0);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void Write(Utf8JsonWriter json, TopologyTree tree)
    {
        NodeState node = tree.Node;
        json.WriteStartObject();
        json.WriteString("name", node.Rules.Name);
        json.WriteString("role", PublicNames.Of(node.Role));
        json.WriteString("state", PublicNames.Of(node.Health));
        json.WriteNumberOrNull("lagSeconds", node.LagAt(diagnosis.Now)?.TotalSeconds, digits: 3);
        json.WriteBoolean("lagIsEstimated", node.IsEstimated);
        json.WriteStartObject("configured");
        json.WriteString("role", PublicNames.Of(node.Rules.Role));
        json.WriteString("address", AddressOf(node));
        json.WriteEndObject();
        WriteSeen(json, node);
        json.WriteStartArray("replicas");
        foreach (TopologyTree replica in tree.Replicas)
            Write(json, replica);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>What the server itself says; null when it never answered.</summary>
    private void WriteSeen(Utf8JsonWriter json, NodeState node)
    {
        if (node.LastAnswer is not { } answer)
        {
            json.WriteNull("seen");
            return;
        }

        json.WriteStartObject("seen");
        json.WriteNumber("serverId", answer.Server.Id);
        json.WriteBoolean("readOnly", answer.ReadOnly);
        json.WriteStartArray("sources");
        foreach (ChannelState channel in node.Channels)
        {
            json.WriteStartObject();
            json.WriteString("channel", channel.Status.Channel);
            json.WriteString("address", $"{channel.Status.SourceHost}:{channel.Status.SourcePort}");
            json.WriteString("name", NameOf(channel.Source));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void WriteChecks(Utf8JsonWriter json)
    {
        json.WriteStartArray("checksPerformed");
        foreach (IGrouping<string, Finding> check in diagnosis.Findings.GroupBy(finding => finding.Code))
        {
            json.WriteStartObject();
            json.WriteString("id", check.Key);
            json.WriteString("title", new FindingWords(_texts, check.First()).Title);
            json.WriteString("status", DiagnosisNames.Of(check.Max(finding => finding.Severity)).ToUpperInvariant());
            json.WriteStartArray("detectedProblems");
            foreach (Finding finding in check)
                WriteProblem(json, finding);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteProblem(Utf8JsonWriter json, Finding finding)
    {
        json.WriteStartObject();
        json.WriteString("level", DiagnosisNames.Of(finding.Severity));
        json.WriteString("dbObject", diagnosis.NodeOf(finding)?.Rules.Name ?? finding.Values.GetValueOrDefault("webServer"));
        json.WriteString(
            "dbObjectType", finding.Values.ContainsKey("webServers") ? "WebServer" : finding.Node is null ? "Fleet" : "Server");
        json.WriteString("channel", finding.Channel);
        json.WriteString("since", diagnosis.SinceOf(finding) is { } since ? PublicNames.Of(since) : null);
        FindingJson.Write(json, finding, _texts);
        FindingJson.WriteSolutions(json, finding, _texts, step => diagnosis.TargetOf(finding, step));
        json.WriteEndObject();
    }

    private string? NameOf(int? index) => index is { } node ? diagnosis.Fleet.Nodes[node].Rules.Name : null;

    private static string AddressOf(NodeState node) => $"{node.Rules.Host}:{node.Rules.Port}";
}
