using ProxyGuard.Core.Diagnosis;
using ProxyGuard.Ground.Texts;
using ProxyGuard.Telling.Diagnosis;
using Spectre.Console;

namespace ProxyGuard.Telling.Reports;

/// <summary>A finding for a person who has to act: what happened, how sure that is, what to do, what to leave.</summary>
internal sealed class FindingText(ReportConsole page, string language)
{
    private const int LabelWidth = 23;

    private readonly Wording _labels = Wording.ForReports(language);
    private readonly Wording _texts = Wording.ForFindings(language);

    /// <param name="where">Whom it is about.</param>
    /// <param name="since">Null when no server was looked at.</param>
    /// <param name="others">The names of further servers that have the same; null when there are none.</param>
    public void Write(Finding finding, string where, string? since, string? others = null)
    {
        var words = new FindingWords(_texts, finding);
        string severity = _labels[$"severity.{DiagnosisNames.Of(finding.Severity).ToLowerInvariant()}"];
        // Most titles name the node themselves.
        string title = words.Title.Contains(where, StringComparison.Ordinal) ? words.Title : $"{where}: {words.Title}";
        string all = others is null ? title : _labels.Say("title.same", ("title", title), ("others", others));
        page.Heading($"{severity}  {all}", StyleOf(finding.Severity));
        Labelled("happened", words.Happened);
        if (since is not null)
            Labelled("since", since);
        Labelled("members", words.Members);
        Labelled("sure", _labels[$"confidence.{DiagnosisNames.Of(finding.Confidence)}"]);
    }

    /// <param name="label">Null for the usual one.</param>
    public void StepsHeading(Finding finding, string? label = null)
    {
        if (!finding.Steps.IsEmpty)
            page.Paragraph(label ?? _labels["label.steps"], 2, Bold);
    }

    /// <param name="number">From 1.</param>
    public void Step(int number, Finding finding, RemedyStep step)
    {
        var words = new FindingWords(_texts, finding);
        page.Item($"{number}.", words.Does(step), indent: 2, width: 2);
        string danger = _labels[$"danger.{DiagnosisNames.Of(step.Danger)}"];
        string changes = words.Changes(step);
        page.Paragraph(
            step.Danger == Danger.None ? danger : $"{danger}. {_labels.Say("changes", ("text", changes))}", 5, StyleOf(step.Danger));
        if (step.IsPossibleOnly)
            page.Paragraph(_labels["step.possible"], 5);
        if (!step.Blanks.IsEmpty)
            page.Paragraph(_labels.Say("step.fill-in", ("words", string.Join(", ", step.Blanks))), 5);
    }

    /// <param name="where">Such as "SQL on db2".</param>
    public void Commands(RemedyStep step, string where)
    {
        if (step.Commands.IsEmpty)
            return;
        page.Paragraph($"{where}:", 5);
        foreach (string command in step.Commands)
            page.Command(step.Target == StepTarget.Shell ? command : $"{command.TrimEnd(';', ' ')};", 7);
    }

    public void DeadEnds(Finding finding)
    {
        if (finding.DeadEnds.IsEmpty)
            return;
        page.Paragraph(_labels["label.not"], 2, Bold);
        foreach (string deadEnd in new FindingWords(_texts, finding).DeadEnds)
            page.Item("-", deadEnd, indent: 2, width: 2);
    }

    private void Labelled(string label, string text) => page.Item(_labels[$"label.{label}"], text, indent: 2, width: LabelWidth);

    private static Style Bold { get; } = new(decoration: Decoration.Bold);

    private static Style StyleOf(Severity severity) => new(
        severity switch
        {
            Severity.Error => Color.Red,
            Severity.Warning => Color.Yellow,
            Severity.Notice => Color.Blue,
            _ => throw new System.Diagnostics.UnreachableException($"severity {severity}"),
        },
        decoration: Decoration.Bold);

    private static Style StyleOf(Danger danger) => danger switch
    {
        Danger.None => Style.Plain,
        Danger.Low => new Style(Color.Yellow),
        Danger.Medium or Danger.High => new Style(Color.Red, decoration: Decoration.Bold),
        _ => throw new System.Diagnostics.UnreachableException($"danger {danger}"),
    };
}
