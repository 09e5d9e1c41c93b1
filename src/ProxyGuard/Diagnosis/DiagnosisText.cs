using System.Collections.Immutable;
using ProxyGuard.Core.Diagnosis;
using ProxyGuard.Core.Replication;
using ProxyGuard.Texts;
using Spectre.Console;

namespace ProxyGuard.Diagnosis;

/// <summary>A diagnosis for a tired person: who follows whom, then what is wrong, the worst first, then what to think of before changing anything.</summary>
internal sealed class DiagnosisText(SiteDiagnosis diagnosis, ReportConsole page, string language)
{
    private readonly Wording _labels = Wording.ForReports(language);

    public void Write()
    {
        page.Heading(ReportPhrases.Looked(_labels, diagnosis));
        page.Paragraph($"{ReportPhrases.Summary(_labels, diagnosis)} {ReportPhrases.Mode(_labels, diagnosis)}");
        page.Blank();
        page.Heading(_labels["topology.heading"]);
        foreach (TopologyTree tree in TopologyTree.Of(diagnosis.Fleet))
            page.Write(TreeOf(tree));
        foreach (Finding finding in diagnosis.Findings)
        {
            page.Blank();
            Write(finding);
        }

        WriteData();
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

    private void Write(Finding finding)
    {
        var text = new FindingText(page, language);
        text.Write(finding, WhereOf(finding), ReportPhrases.Since(_labels, diagnosis, finding));
        text.StepsHeading(finding);
        foreach ((int index, RemedyStep step) in finding.Steps.Index())
        {
            text.Step(index + 1, finding, step);
            text.Commands(step, PlaceOf(finding, step));
        }

        text.DeadEnds(finding);
    }

    private string WhereOf(Finding finding)
    {
        string name = diagnosis.NodeOf(finding)?.Rules.Name ?? _labels["whole-site"];
        return finding.Channel is { Length: > 0 } channel ? $"{name}, {_labels.Say("channel", ("name", channel))}" : name;
    }

    private string PlaceOf(Finding finding, RemedyStep step) => (step.Place, diagnosis.PlaceOf(finding, step)) switch
    {
        (StepPlace.Shell, _) => _labels["on.shell"],
        (StepPlace.Node, { } name) => _labels.Say("on.node", ("name", name)),
        (StepPlace.Node, null) => _labels["on.the-replica"],
        (_, { } name) => _labels.Say("on.source", ("name", name)),
        (_, null) => _labels["on.the-source"],
    };

    /// <summary>Only where something may be changed: whoever only looks needs no backup.</summary>
    private void WriteData()
    {
        if (diagnosis.Findings.All(finding => finding.Steps.All(step => step.Danger is Danger.None or Danger.Low)))
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
