using System.Globalization;
using System.Text.Json;
using ProxyGuard.Admin;
using ProxyGuard.Core.Diagnosis;
using ProxyGuard.Core.Replication;
using ProxyGuard.Diagnosis;
using ProxyGuard.Texts;

namespace ProxyGuard.Commands;

/// <summary><c>ProxyGuard.dll explain 1062</c>: what an error of replication means and what to do, in the words of the server. Asks nobody.</summary>
internal static class ExplainCommand
{
    private const int Unknown = 1;

    // Who does not say what they have gets one of each way of saying it: MariaDB, MySQL with the old words, MySQL with the new ones.
    private static readonly string[] Usual = ["MariaDB 10.11", "MySQL 5.7", "MySQL 8.4"];

    /// <param name="server">Such as "MySQL 5.6.24"; null when nobody said.</param>
    /// <returns>0; 1 when the error, or the server, is unknown.</returns>
    public static int Run(int number, string? server, bool usesGtid, ReportForm form)
    {
        Wording labels = Wording.ForReports(form.Language);
        List<ServerVersion> servers = [.. (server is null ? Usual : [server]).Select(VersionOf).OfType<ServerVersion>()];
        if (servers.Count == 0)
            return Refuse(labels.Say("explain.server", ("text", server!)), form);

        var explained = new List<(ServerVersion Server, Finding Finding)>();
        foreach (ServerVersion version in servers)
        {
            if (Findings.Explain(number, version, usesGtid) is { } finding)
                explained.Add((version, finding));
        }

        if (explained.Count == 0)
            return Refuse(labels.Say("explain.unknown", ("number", Whole(number))), form);
        if (form.IsJson)
            form.Output.WriteLine(AdminJson.Text(json => Write(json, number, explained, form.Language)));
        else
            Write(number, explained, form);
        return 0;
    }

    /// <summary>Null when the text names no version.</summary>
    public static ServerVersion? VersionOf(string text)
    {
        int digit = text.AsSpan().IndexOfAnyInRange('0', '9');
        if (digit < 0)
            return null;
        string suffix = text.Contains("MariaDB", StringComparison.OrdinalIgnoreCase) ? "-MariaDB" : "";
        // "8" is a version to people.
        string digits = text[digit..].Split(' ', '-')[0];
        ServerVersion version = ServerVersion.Parse((digits.Contains('.', StringComparison.Ordinal) ? digits : $"{digits}.0") + suffix);
        return version.Number > new Version(0, 0) ? version : null;
    }

    private static int Refuse(string why, ReportForm form)
    {
        if (form.IsJson)
            form.Output.WriteLine(AdminJson.Text(json => json.WriteString("summary", why)));
        else
            ReportConsole.On(form.Output, form.IsTerminal).Paragraph(why);
        return Unknown;
    }

    private static void Write(Utf8JsonWriter json, int number, List<(ServerVersion Server, Finding Finding)> explained, string language)
    {
        Wording texts = Wording.ForFindings(language);
        Finding first = explained[0].Finding;
        json.WriteNumber("error", number);
        json.WriteString("id", first.Code);
        json.WriteString("title", new FindingWords(texts, first).Title);
        json.WriteString("level", DiagnosisNames.Of(first.Severity));
        json.WriteString("language", language);
        FindingJson.Write(json, first, texts);
        json.WriteStartArray("servers");
        foreach ((ServerVersion server, Finding finding) in explained)
        {
            json.WriteStartObject();
            json.WriteString("version", server.ToString());
            FindingJson.WriteSolutions(json, finding, texts, _ => null);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(int number, List<(ServerVersion Server, Finding Finding)> explained, ReportForm form)
    {
        var page = ReportConsole.On(form.Output, form.IsTerminal);
        Wording labels = Wording.ForReports(form.Language);
        var text = new FindingText(page, form.Language);
        Finding first = explained[0].Finding;
        text.Write(first, labels.Say("explain.heading", ("number", Whole(number))), since: null);
        text.StepsHeading();
        if (explained.Count > 1)
            page.Paragraph(labels["explain.versions"], 2);

        // A step is told once; commands as often as servers spell them differently.
        IEnumerable<string> ids = explained.SelectMany(one => one.Finding.Steps.Select(step => step.Id)).Distinct();
        foreach ((int index, string id) in ids.Index())
        {
            (ServerVersion Server, Finding Finding, RemedyStep Step)[] spelt =
                [.. explained.SelectMany(one => one.Finding.Steps.Where(step => step.Id == id).Select(step => (one.Server, one.Finding, step)))];
            text.Step(index + 1, spelt[0].Finding, spelt[0].Step);
            var spellings = spelt.GroupBy(one => string.Join('\n', one.Step.Commands)).ToList();
            foreach (var spelling in spellings)
            {
                bool isForAll = spelling.Count() == explained.Count;
                text.Commands(spelling.First().Step, Where(labels, spelling.First().Step, isForAll ? null : string.Join(", ", spelling.Select(one => one.Server))));
            }
        }

        text.DeadEnds(first);
    }

    private static string Where(Wording labels, RemedyStep step, string? servers)
    {
        string where = step.Place switch
        {
            StepPlace.Node => labels["on.the-replica"],
            StepPlace.Source => labels["on.the-source"],
            StepPlace.Shell => labels["on.shell"],
            _ => throw new System.Diagnostics.UnreachableException($"place {step.Place}"),
        };
        return servers is null ? where : $"{where} ({servers})";
    }

    private static string Whole(int number) => number.ToString(CultureInfo.InvariantCulture);
}
