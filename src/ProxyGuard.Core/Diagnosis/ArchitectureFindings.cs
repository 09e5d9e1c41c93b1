using ProxyGuard.Core.Replication;

namespace ProxyGuard.Core.Diagnosis;

/// <summary>
/// Servers whose copies do not follow by binlogs that we could judge by, and servers that are mended with other words than a server's own.
/// </summary>
internal static class ArchitectureFindings
{
    /// <summary>As far as one of the two has told: an examination knows the providers' own words too.</summary>
    public static Architecture? ArchitectureOf(FleetView view, int place) =>
        Architecture.Of(view.ExaminationOf(place))
        ?? (view.Nodes[place].LastAnswer?.ForeignArchitecture is { } name ? new Architecture(name, IsJudged: false, null) : null);

    public static IEnumerable<Finding> Of(FleetView view)
    {
        for (int place = 0; place < view.Nodes.Length; place++)
        {
            if (ArchitectureOf(view, place) is not { } architecture)
                continue;
            Scene scene = view.SceneOf(place)
                .With(("architecture", architecture.Name), ("procedures", architecture.Procedures ?? Scene.Unknown("procedures")));
            yield return architecture.IsJudged
                ? scene.Finding(FindingKinds.Managed, Confidence.Certain, [])
                : NotJudged(view.Nodes[place], scene);
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
