using System.Collections.Immutable;
using System.Diagnostics;
using ProxyGuard.Core.Replication;

namespace ProxyGuard.Core.Diagnosis;

/// <summary>Links that are not known to pass on what the site writes. Each is told once, of the replica just below it.</summary>
internal static class EvidenceFindings
{
    public static IEnumerable<Finding> Of(FleetView view) => view.Scenes.SelectMany(scene => OfLink(view, scene));

    private static IEnumerable<Finding> OfLink(FleetView view, Scene scene)
    {
        ChannelState channel = view.Nodes[scene.Index!.Value].Channels.First(channel => channel.Status == scene.Channel);
        foreach (MissingEvidence missing in channel.Missing.Where(missing => missing.Replica == scene.Index))
        {
            Scene told = scene.With([.. FactsOf(missing, view.Fleet)]);
            // A semi-synchronous primary that waits for an acknowledgement looks the same for a while.
            Confidence confidence = missing.Gap == EvidenceGap.GtidsAhead ? Confidence.Likely : Confidence.Certain;
            Finding finding = told.Finding(KindOf(missing.Gap), confidence, StepsFor(missing.Gap, told), DeadEnds.TrustZero);
            yield return missing.IsAccepted ? finding with { Severity = Severity.Warning } : finding;
        }

        if (channel.IsBelowStopped)
            yield return scene.Finding(FindingKinds.BelowStopped, Confidence.Certain, LogRemedies.Look(scene), DeadEnds.TrustZero);
    }

    private static IEnumerable<(string Name, string Value)> FactsOf(MissingEvidence missing, FleetSnapshot fleet)
    {
        string name = EvidenceNames.Of(missing.Gap);
        yield return ("at", fleet.Rules.Nodes[missing.At].Name);
        yield return ("setting", missing.Setting);
        if (EvidenceNames.OptionFor(missing, fleet) is { } option)
            yield return ("option", option);
        if (EvidenceNames.Acceptable.ContainsKey(name))
            yield return (missing.IsAccepted ? "accepted" : "accept", name);
    }

    private static FindingKind KindOf(EvidenceGap gap) => gap switch
    {
        EvidenceGap.LogReplicaUpdates => FindingKinds.PassesNothingOn,
        EvidenceGap.LogStandsStill => FindingKinds.LogStandsStill,
        EvidenceGap.ServerId => FindingKinds.ServerIdOnPath,
        EvidenceGap.Filters => FindingKinds.FiltersHideSite,
        EvidenceGap.SkipErrors => FindingKinds.SkipsErrors,
        EvidenceGap.Idempotent => FindingKinds.IdempotentMode,
        EvidenceGap.SkipCounter => FindingKinds.SkipCounterSet,
        EvidenceGap.GtidsAhead => FindingKinds.GtidsAhead,
        EvidenceGap.SourceUnknown => FindingKinds.BelowUnknown,
        _ => throw new UnreachableException($"evidence {gap}"),
    };

    private static ImmutableArray<RemedyStep> StepsFor(EvidenceGap gap, Scene scene) => gap switch
    {
        EvidenceGap.Idempotent =>
            [.. LogRemedies.Look(scene), StepKinds.Strict.With($"SET GLOBAL {scene.Commands.Variable("exec_mode")} = 'STRICT'")],
        EvidenceGap.SkipCounter =>
        [
            .. LogRemedies.Look(scene),
            StepKinds.ClearSkipCounter.With(
                [.. DataRemedies.Selected(scene), scene.Commands.Stop("SQL_THREAD"), $"SET GLOBAL {scene.Commands.SkipCounter} = 0",
                    scene.Commands.Start("SQL_THREAD")]),
        ],
        _ => LogRemedies.Look(scene),
    };
}
