using System.Collections.Immutable;
using ProxyGuard.Core.Diagnosis;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Core.Routing;
using ProxyGuard.Ground.Texts;
using ProxyGuard.Telling.Diagnosis;
using Spectre.Console;

namespace ProxyGuard.Telling.Reports;

/// <summary>
/// A diagnosis for a tired person: who follows whom, then what is wrong, the worst first, then what to think of before changing anything.
/// </summary>
internal sealed class DiagnosisText(SiteDiagnosis diagnosis, ReportConsole page, string language)
{
    private readonly Wording _labels = Wording.ForReports(language);

    public void Write()
    {
        page.Heading(ReportPhrases.Looked(_labels, diagnosis));
        page.Paragraph($"{ReportPhrases.Summary(_labels, diagnosis)} {ReportPhrases.Mode(_labels, diagnosis)}");
        page.Paragraph(ReportPhrases.Facts(_labels, diagnosis.Status));
        page.Blank();
        page.Heading(_labels["topology.heading"]);
        foreach (TopologyTree tree in TopologyTree.Of(diagnosis.Fleet))
            page.Write(TreeOf(tree));
        WriteWebServers();
        foreach (FindingGroup group in FindingGroup.Of(diagnosis, language))
        {
            page.Blank();
            Write(group);
        }

        WriteData();
    }

    private void WriteWebServers()
    {
        if (diagnosis.Web.Servers.IsEmpty)
            return;
        page.Heading(_labels["web-servers.heading"]);
        foreach (WebServerState server in diagnosis.Web.Servers)
        {
            string reads = server.Reads is { } node ? $", {_labels.Say("web-server.reads", ("node", node))}" : "";
            string why = server.Why.Length > 0 ? $": {server.Why}" : "";
            page.Paragraph($"{server.Name} ({server.Address}) {_labels[$"web-server.{PublicNames.Of(server.Health)}"]}{why}{reads}", 2);
        }
    }

    private Tree TreeOf(TopologyTree top)
    {
        var tree = new Tree(LineOf(top.Node));
        AddTo(tree, top.Replicas);
        return tree;
    }

    private void AddTo(IHasTreeNodes parent, ImmutableArray<TopologyTree> replicas)
    {
        foreach (TopologyTree replica in replicas)
            AddTo(parent.AddNode(LineOf(replica.Node)), replica.Replicas);
    }

    private Paragraph LineOf(NodeState node)
    {
        var line = new Paragraph();
        line.Append(node.Rules.Name, new Style(ColorOf(node.Health), decoration: Decoration.Bold));
        line.Append(ReportConsole.Shown($" ({node.Rules.Host}:{node.Rules.Port}) {ReportPhrases.Node(_labels, diagnosis, node)}"));
        return line;
    }

    private void Write(FindingGroup group)
    {
        var text = new FindingText(page, language);
        Finding first = group.First;
        string? others = group.Findings.Length > 1 ? NamesOf(group.Findings[1..]) : null;
        text.Write(first, WhereOf(first), ReportPhrases.Since(_labels, diagnosis, first), others);
        text.StepsHeading(
            first, others is null ? null : _labels.Say("label.steps-on-each", ("first", NamesOf([first])), ("others", others)));
        foreach ((int index, RemedyStep step) in first.Steps.Index())
        {
            text.Step(index + 1, first, step);
            foreach (IGrouping<string, Finding> spelling in group.SpellingsOf(index))
                text.Commands(spelling.First().Steps[index], TargetOf(group, [.. spelling], step));
        }

        text.DeadEnds(first);
    }

    private string WhereOf(Finding finding)
    {
        string name = NamesOf([finding]);
        return finding.Channel is { Length: > 0 } channel ? $"{name}, {_labels.Say("channel", ("name", channel))}" : name;
    }

    private string NamesOf(ImmutableArray<Finding> findings)
    {
        string[] names = [.. findings.Select(finding => diagnosis.NodeOf(finding)?.Rules.Name ?? _labels["whole-site"])];
        return names.Length == 1 ? names[0] : _labels.Say("names.and", ("first", string.Join(", ", names[..^1])), ("last", names[^1]));
    }

    /// <param name="findings">Those of the group whose commands are the same for this step.</param>
    private string TargetOf(FindingGroup group, ImmutableArray<Finding> findings, RemedyStep step) =>
        (step.Target, diagnosis.TargetOf(findings[0], step)) switch
        {
            (StepTarget.Shell, _) when findings.Length == group.Findings.Length => _labels["on.shell"],
            (StepTarget.Shell, _) => _labels.Say("on.shell-for", ("name", NamesOf(findings))),
            (StepTarget.Node, not null) => _labels.Say("on.node", ("name", NamesOf(findings))),
            (StepTarget.Node, null) => _labels["on.the-replica"],
            (_, { } name) => _labels.Say("on.source", ("name", name)),
            (_, null) => _labels["on.the-source"],
        };

    /// <summary>Where a step may replace or lose data, and none says to make a backup first.</summary>
    private void WriteData()
    {
        RemedyStep[] steps = [.. diagnosis.Findings.SelectMany(finding => finding.Steps)];
        if (steps.Any(step => step.IsBackup) || steps.All(step => step.Danger != Danger.High))
            return;
        page.Blank();
        page.Heading(_labels["data.heading"]);
        bool isKnown = false;
        foreach ((NodeState node, NodeExamination? examination) in diagnosis.Fleet.Nodes.Zip(diagnosis.Examinations))
        {
            if (examination?.DataBytes is not { } bytes)
                continue;
            isKnown = true;
            page.Paragraph(_labels.Say("data.size", ("node", node.Rules.Name), ("amount", Phrases.Bytes(Wording.For(language), bytes))), 2);
        }

        if (!isKnown)
            page.Paragraph(_labels["data.unknown"], 2);
        page.Paragraph(_labels["data.backup"], 2);
    }

    private static Color ColorOf(NodeHealth health) => health switch
    {
        NodeHealth.Fresh => Color.Green,
        NodeHealth.Behind or NodeHealth.Delayed or NodeHealth.Unknown => Color.Yellow,
        NodeHealth.Stuck or NodeHealth.Silent => Color.Red,
        _ => throw new System.Diagnostics.UnreachableException($"health {health}"),
    };
}
