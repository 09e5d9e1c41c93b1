using System.Text.Json;
using ProxyGuard.Core.Diagnosis;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Deciding.Guarding;
using ProxyGuard.Ground.Texts;
using ProxyGuard.Ground.Time;
using ProxyGuard.Telling.Diagnosis;
using ProxyGuard.Telling.Reports;
using ProxyGuard.Telling.Status;

namespace ProxyGuard.Telling.Admin;

/// <summary>
/// GET /api/v1/fleet: every node as the probes see it, and every web server. For operators only: it names hosts, versions and error texts.
/// </summary>
internal sealed class FleetReport(DiagnosisApi diagnosis, GuardClock clock)
{
    public Task GetAsync(HttpContext context) => DiagnosisApi.LanguageOf(context.Request) is { } language
        ? AdminJson.WriteAsync(context, StatusCodes.Status200OK, json => Write(json, diagnosis.Current, Wording.ForFindings(language)))
        : DiagnosisApi.NoSuchLanguageAsync(context);

    private void Write(Utf8JsonWriter json, SiteDiagnosis current, Wording texts)
    {
        GuardView view = current.View;
        StatusJson.WriteFacts(json, current.Status);
        json.WriteString("at", PublicNames.Of(clock.ToUtc(view.At)));
        json.WriteStartArray("nodes");
        foreach ((int index, NodeState node) in view.Fleet.Nodes.Index())
        {
            json.WriteStartObject();
            Write(json, view, node, current.Now);
            WriteEvidence(json, view.Fleet, node);
            WriteFindings(json, current.Findings.Where(finding => finding.Node == index), texts);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WebServersJson.Write(json, current.Web, clock.ToUtc);
    }

    private void Write(Utf8JsonWriter json, GuardView view, NodeState node, MonotonicInstant now)
    {
        json.WriteString("name", node.Rules.Name);
        json.WriteString("role", PublicNames.Of(node.Role));
        json.WriteString("server", node.LastAnswer?.Version.ToString());
        json.WriteString("source", node.Source is { } source ? view.Fleet.Nodes[source].Rules.Name : null);
        json.WriteString("state", PublicNames.Of(node.Health));
        json.WriteString("since", PublicNames.Of(clock.ToUtc(node.Since)));
        json.WriteNumberOrNull("lagSeconds", node.LagAt(now)?.TotalSeconds, digits: 3);
        json.WriteBoolean("lagIsEstimated", node.IsEstimated);
        json.WriteString("asOf", node.ContentTime is { } content ? PublicNames.Of(clock.ToUtc(content)) : null);
        json.WriteNumberOrNull("queueBytes", node.QueueBytes, digits: 0);
        // In the server's own words, where there are any.
        json.WriteString("why", node.Health is NodeHealth.Fresh ? null : NodeWords.Why(node, view.Fleet, now));
    }

    /// <summary>What is missing to show that the node gets what the site writes; empty when nothing is.</summary>
    private static void WriteEvidence(Utf8JsonWriter json, FleetSnapshot fleet, NodeState node)
    {
        json.WriteStartArray("missingEvidence");
        foreach (MissingEvidence missing in node.Missing)
        {
            json.WriteStartObject();
            json.WriteString("reason", EvidenceNames.Of(missing.Gap));
            json.WriteString("link", $"{fleet.Rules.Nodes[missing.Source].Name} -> {fleet.Rules.Nodes[missing.Replica].Name}");
            json.WriteString("at", fleet.Rules.Nodes[missing.At].Name);
            json.WriteString("setting", missing.Setting.Length > 0 ? missing.Setting : null);
            json.WriteString("option", EvidenceNames.OptionFor(missing, fleet));
            json.WriteBoolean("accepted", missing.IsAccepted);
            json.WriteString("what", EvidenceWords.What(missing, fleet.Rules));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>What to do about them is said by /api/v1/diagnosis.</summary>
    private static void WriteFindings(Utf8JsonWriter json, IEnumerable<Finding> findings, Wording texts)
    {
        json.WriteStartArray("findings");
        foreach (Finding finding in findings)
        {
            var words = new FindingWords(texts, finding);
            json.WriteStartObject();
            json.WriteString("code", finding.Code);
            json.WriteString("severity", DiagnosisNames.Of(finding.Severity));
            json.WriteString("title", words.Title);
            json.WriteString("happened", words.Happened);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
