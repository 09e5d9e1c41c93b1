using System.Collections.Immutable;
using ProxyGuard.Core.Diagnosis;
using ProxyGuard.Ground.Texts;
using ProxyGuard.Telling.Diagnosis;

namespace ProxyGuard.Telling.Reports;

/// <summary>
/// One fault, and every server that has it: findings that differ in nothing a person reads but the server's name. Told once, done on each.
/// </summary>
internal sealed record FindingGroup(ImmutableArray<Finding> Findings)
{
    // What is each server's own: how it is reached, and how much it holds.
    private static readonly string[] OfTheServer = ["node", "host", "port", "dataMegabytes"];

    public Finding First => Findings[0];

    /// <summary>In the order of the first of each.</summary>
    public static IEnumerable<FindingGroup> Of(SiteDiagnosis diagnosis, string language) => diagnosis.Findings
        .GroupBy(finding => WhatIsSaid(diagnosis, finding, language))
        .Select(group => new FindingGroup([.. group]));

    /// <summary>Each step with its commands, once for all servers whose commands are the same.</summary>
    public IEnumerable<IGrouping<string, Finding>> SpellingsOf(int step) =>
        Findings.GroupBy(finding => string.Join('\n', finding.Steps[step].Commands));

    private static string WhatIsSaid(SiteDiagnosis diagnosis, Finding finding, string language)
    {
        Finding nameless = finding with { Values = finding.Values.SetItems(OfTheServer.Select(name => KeyValuePair.Create(name, ""))) };
        var words = new FindingWords(Wording.ForFindings(language), nameless);
        return string.Join('\n', (IEnumerable<string?>)
        [
            finding.Code, finding.Node is null
                ? "site"
                : "node", finding.Channel, finding.Severity.ToString(), finding.Confidence.ToString(),
                finding.Values.GetValueOrDefault("source"),
            ReportPhrases.Since(Wording.ForReports(language), diagnosis, finding),
            words.Title, words.Happened, words.Members, .. finding.Steps.SelectMany(
                step => (string[])[step.Id, words.Does(step), words.Changes(step)]), .. finding.DeadEnds,
        ]);
    }
}
