using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ProxyGuard.Core.Diagnosis;
using ProxyGuard.Core.Replication;
using ProxyGuard.Ground.Texts;
using ProxyGuard.Telling.Admin;
using ProxyGuard.Telling.Diagnosis;
using ProxyGuard.Telling.Reports;

namespace ProxyGuard.Commands;

/// <summary>
/// <c>ProxyGuard.dll explain 1062</c>: what an error of replication means and what to do, in the words of the server. Asks no server.
/// </summary>
internal static class ExplainCommand
{
    private const int Unknown = 1;

    // Without a server in the question there is one of each way of saying it: MariaDB, MySQL with the old words, MySQL with the new ones.
    private static readonly string[] Usual = ["MariaDB 10.11", "MySQL 5.7", "MySQL 8.4"];

    // What there is for a number that is unknown.
    private static readonly string[] SayNothing = ["sql-other", "io-other"];

    public static Command Create()
    {
        var number = new Argument<int>("NUMBER") { Description = "The error's number, such as 1062, from Last_SQL_Errno or Last_IO_Errno." };
        Option<string?> server = new("--server") { Description = "Whose commands to show, such as \"MySQL 5.6.24\" or \"MariaDB 10.11\"." };
        var gtid = new Option<bool>("--gtid") { Description = "The replica finds its place by GTID." };
        Option<string?> text = new("--text")
        {
            Description = "The error's text, from Last_SQL_Error or Last_IO_Error; it tells causes with the same number apart.",
        };
        var explain = new Command(
            "explain", "Explains an error of replication, without asking any server. Exit code 1: it is unknown.")
        {
            number, text, server, gtid, CommonOptions.Language, CommonOptions.Output,
        };
        explain.SetAction(arguments => Run(
            new ErrorQuestion(
                arguments.GetValue(number), arguments.GetValue(text), arguments.GetValue(server), arguments.GetValue(gtid)),
            CommonOptions.FormOf(arguments)));
        return explain;
    }

    /// <returns>0; 1 when the error, or the server, is unknown.</returns>
    public static int Run(ErrorQuestion question, ReportForm form)
    {
        Wording labels = Wording.ForReports(form.Language);
        List<ServerVersion> servers = [.. (question.Server is { } named ? [named] : Usual).Select(VersionOf).OfType<ServerVersion>()];
        if (servers.Count == 0)
            return Refuse(labels.Say("explain.server", ("text", question.Server!)), form);

        List<Meaning> meanings = MeaningsOf(question, servers);
        if (meanings.Count == 0)
            return Refuse(labels.Say("explain.unknown", ("number", Whole(question.Number))), form);
        if (form.IsJson)
            form.Output.WriteLine(AdminJson.Text(json => Write(json, question.Number, meanings, form.Language)));
        else
            Write(question.Number, meanings, form);
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

    /// <summary>One for each cause the number can have, with what it looks like on every server. Empty for an unknown number.</summary>
    private static List<Meaning> MeaningsOf(ErrorQuestion question, List<ServerVersion> servers) =>
        [.. servers
            .SelectMany(
                server => Findings.Explain(question.Number, server, question.UsesGtid, question.Text ?? "")
                    .Select(finding => new Explained(server, finding)))
            .Where(one => !SayNothing.Contains(one.Finding.Code))
            .GroupBy(one => one.Finding.Code)
            .Select(group => new Meaning([.. group]))];

    private static int Refuse(string why, ReportForm form)
    {
        if (form.IsJson)
            form.Output.WriteLine(AdminJson.Text(json => json.WriteString("summary", why)));
        else
            ReportConsole.On(form.Output, form.IsTerminal).Paragraph(why);
        return Unknown;
    }

    private static void Write(Utf8JsonWriter json, int number, List<Meaning> meanings, string language)
    {
        Wording texts = Wording.ForFindings(language);
        json.WriteNumber("error", number);
        json.WriteString("language", language);
        json.WriteStartArray("meanings");
        foreach (Meaning meaning in meanings)
        {
            json.WriteStartObject();
            json.WriteString("id", meaning.Finding.Code);
            json.WriteString("title", new FindingWords(texts, meaning.Finding).Title);
            json.WriteString("level", DiagnosisNames.Of(meaning.Finding.Severity));
            FindingJson.Write(json, meaning.Finding, texts);
            json.WriteStartArray("servers");
            foreach ((ServerVersion server, Finding finding) in meaning.OnEachServer)
            {
                json.WriteStartObject();
                json.WriteString("version", server.ToString());
                FindingJson.WriteSolutions(json, finding, texts, _ => null);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(int number, List<Meaning> meanings, ReportForm form)
    {
        var page = ReportConsole.On(form.Output, form.IsTerminal);
        Wording labels = Wording.ForReports(form.Language);
        if (meanings.Count > 1)
            page.Paragraph(labels.Say("explain.several", ("number", Whole(number)), ("count", Whole(meanings.Count))));
        if (meanings[0].OnEachServer.Length > 1)
            page.Paragraph(labels["explain.versions"]);
        foreach (Meaning meaning in meanings)
        {
            page.Blank();
            Write(meaning, labels.Say("explain.heading", ("number", Whole(number))), new FindingText(page, form.Language), labels);
        }
    }

    private static void Write(Meaning meaning, string heading, FindingText text, Wording labels)
    {
        text.Write(meaning.Finding, heading, since: null);
        text.StepsHeading(meaning.Finding);
        // A step is told once; its commands as often as servers spell them differently.
        foreach ((int index, IGrouping<string, (Explained On, RemedyStep Step)> step) in meaning.Steps.Index())
        {
            (Explained on, RemedyStep first) = step.First();
            text.Step(index + 1, on.Finding, first);
            foreach (
                IGrouping<string, (Explained On, RemedyStep Step)> spelling in step.GroupBy(one => string.Join('\n', one.Step.Commands)))
            {
                bool isForAll = spelling.Count() == meaning.OnEachServer.Length;
                text.Commands(
                    spelling.First().Step,
                    Where(labels, first, isForAll ? null : string.Join(", ", spelling.Select(one => one.On.Server))));
            }
        }

        text.DeadEnds(meaning.Finding);
    }

    private static string Where(Wording labels, RemedyStep step, string? servers)
    {
        string where = step.Target switch
        {
            StepTarget.Node => labels["on.the-replica"],
            StepTarget.Source => labels["on.the-source"],
            StepTarget.Shell => labels["on.shell"],
            _ => throw new System.Diagnostics.UnreachableException($"target {step.Target}"),
        };
        return servers is null ? where : $"{where} ({servers})";
    }

    private static string Whole(int number) => number.ToString(CultureInfo.InvariantCulture);

    private sealed record Explained(ServerVersion Server, Finding Finding);

    /// <summary>One cause of an error; the same finding on every server.</summary>
    private sealed record Meaning(ImmutableArray<Explained> OnEachServer)
    {
        public Finding Finding => OnEachServer[0].Finding;

        public IEnumerable<IGrouping<string, (Explained On, RemedyStep Step)>> Steps =>
            OnEachServer.SelectMany(on => on.Finding.Steps.Select(step => (on, step))).GroupBy(one => one.step.Id);
    }
}

/// <summary>An error that an operator wants to have explained.</summary>
/// <param name="Text">The error's text, as far as given: it tells causes with the same number apart.</param>
/// <param name="Server">Such as "MySQL 5.6.24"; null when not given.</param>
internal sealed record ErrorQuestion(int Number, string? Text, string? Server, bool UsesGtid);
