using System.Collections.Immutable;
using ProxyGuard.Core.ReadPort;

namespace ProxyGuard.Core.Diagnosis;

/// <summary>Nodes that answer the probes, over connections that were open already, and refuse the read port's new ones.</summary>
internal static class ReadPortFindings
{
    public static IEnumerable<Finding> Of(FleetView view, ImmutableArray<NodeRefusal?> refusals)
    {
        for (int index = 0; index < refusals.Length; index++)
        {
            // A node that does not answer at all has a finding of its own.
            if (refusals[index] is not { } refusal || !refusal.IsTrueAt(view.Now) || view.Nodes[index].Silence is not null)
                continue;
            Scene scene = view.SceneOf(index).With(("text", refusal.Text));
            ImmutableArray<RemedyStep> steps = refusal.IsBlocked
                ? ConnectionRemedies.UnblockGuard(scene)
                : ConnectionRemedies.CountConnections;
            yield return scene.Finding(FindingKinds.ReadPortRefused, Confidence.Certain, steps) with { Since = refusal.Since };
        }
    }
}
