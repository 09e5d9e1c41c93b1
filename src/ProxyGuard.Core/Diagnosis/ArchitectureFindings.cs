using ProxyGuard.Core.Replication;

namespace ProxyGuard.Core.Diagnosis;

/// <summary>
/// Servers whose copies do not follow by binlogs that we could judge by, and servers that are mended with other words than a server's own.
/// </summary>
internal static class ArchitectureFindings
{
    /// <summary>As far as one of the two has told: an examination knows the providers' own words too.</summary>
    public static Architecture? ArchitectureOf(FleetView view, int index) =>
        Architecture.Of(view.ExaminationOf(index))
        ?? (view.Nodes[index].LastAnswer?.ForeignArchitecture is { } name ? new Architecture(name, IsJudged: false, null) : null);

    public static IEnumerable<Finding> Of(FleetView view)
    {
        for (int index = 0; index < view.Nodes.Length; index++)
        {
            if (ArchitectureOf(view, index) is not { } architecture)
                continue;
            Scene scene = view.SceneOf(index)
                .With(("architecture", architecture.Name), ("procedures", architecture.Procedures ?? Scene.Unknown("procedures")));
            yield return architecture.IsJudged
                ? scene.Finding(FindingKinds.Managed, Confidence.Certain, [])
                : NotJudged(view.Nodes[index], scene);
        }
    }

    /// <summary>Accepting it helps only where something comes by binlog.</summary>
    private static Finding NotJudged(NodeState node, Scene scene)
    {
        string name = EvidenceNames.Of(EvidenceGap.Architecture);
        if (node.Missing.Any(missing => missing is { Gap: EvidenceGap.Architecture, IsAccepted: true }))
        {
            Finding accepted = scene.With(("accepted", name)).Finding(FindingKinds.ForeignArchitecture, Confidence.Certain, []);
            return accepted with { Severity = Severity.Warning };
        }

        Scene told = node.Channels.IsEmpty ? scene : scene.With(("accept", name));
        return told.Finding(FindingKinds.ForeignArchitecture, Confidence.Certain, []);
    }
}
