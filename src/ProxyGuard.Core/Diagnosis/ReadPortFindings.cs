using System.Collections.Immutable;
using ProxyGuard.Core.ReadPort;

namespace ProxyGuard.Core.Diagnosis;

/// <summary>Nodes that answer the probes, over connections that were open already, and refuse the read port's new ones.</summary>
internal static class ReadPortFindings
{
    public static IEnumerable<Finding> Of(FleetView view, ImmutableArray<NodeRefusal?> refusals)
    {
        for (int place = 0; place < refusals.Length; place++)
        {
            // Whoever does not answer at all is told as that.
            if (refusals[place] is not { } refusal || !refusal.IsTrueAt(view.Now) || view.Nodes[place].Silence is not null)
                continue;
            Scene scene = view.SceneOf(place).With(("text", refusal.Text));
            ImmutableArray<RemedyStep> steps = refusal.IsBlocked
                ? ConnectionRemedies.UnblockGuard(scene)
                : ConnectionRemedies.CountConnections;
            yield return scene.Finding(FindingKinds.ReadPortRefused, Confidence.Certain, steps) with { Since = refusal.Since };
        }
    }
}
