using System.Collections.Immutable;
using ProxyGuard.Core.Replication;

namespace ProxyGuard.Core.Diagnosis;

/// <summary>Who is primary, who follows whom, and who cannot be asked.</summary>
internal static class TopologyFindings
{
    public static IEnumerable<Finding> Of(FleetView view, bool allowTwoPrimaries) =>
    [
        .. OfPrimary(view, allowTwoPrimaries),
        .. Enumerable.Range(0, view.Nodes.Length).SelectMany(index => OfNode(view, index)),
        .. view.Scenes.SelectMany(scene => OfSource(view, scene)),
        .. Rings(view),
    ];

    private static IEnumerable<Finding> OfPrimary(FleetView view, bool allowTwoPrimaries)
    {
        PrimaryDetection detection = view.Fleet.PrimaryDetection;
        Scene scene = view.SceneOf(detection.Node);
        NodeState primary = view.Fleet.Primary;
        if (!detection.Others.IsEmpty && !allowTwoPrimaries)
        {
            string names = Names(
                view, Enumerable.Range(0, view.Nodes.Length).Where(index => index == detection.Node || detection.Others.Contains(index)));
            yield return scene.With(("nodes", names)).Finding(FindingKinds.TwoPrimaries, Confidence.Certain,
                [StepKinds.Status.With(scene.Commands.Status, "SELECT @@GLOBAL.read_only"),
                    StepKinds.OnePrimary.With(scene.Commands.ForbidWrites)], DeadEnds.WriteOnBoth, DeadEnds.ResetSource);
        }

        if (detection.Node != view.Fleet.Rules.Primary)
            yield return scene.With(("configured", view.Fleet.Rules.Nodes[view.Fleet.Rules.Primary].Name))
                .Finding(FindingKinds.Promoted, Confidence.Certain, [StepKinds.SetPrimary.With()]);

        if (primary is not { Silence: null, LastAnswer: { } answer })
            yield break;
        if (answer.ReadOnly || answer.SuperReadOnly)
            yield return scene.Finding(FindingKinds.PrimaryReadOnly, Confidence.Certain, AllowWrites(scene), DeadEnds.MakeWritable);
        if (!allowTwoPrimaries && view.SourcesOf(detection.Node).FirstOrDefault() is { } source)
            yield return scene.With(("source", source))
                .Finding(FindingKinds.PrimaryFollows, Confidence.Certain, LogRemedies.Look(scene), DeadEnds.WriteOnBoth);
        if (answer.Head is null)
            yield return scene.Finding(
                FindingKinds.PrimaryWithoutBinlog, Confidence.Certain,
                [StepKinds.Variables.With("SELECT @@GLOBAL.log_bin"), StepKinds.SwitchOnBinlog.With()]);
    }

    private static IEnumerable<Finding> OfNode(FleetView view, int index)
    {
        NodeState node = view.Nodes[index];
        Scene scene = view.SceneOf(index);
        if (node.Silence is { } silence)
        {
            yield return Silent(view, index, scene.With(("text", silence.Text.Length > 0 ? silence.Text : Scene.Unknown("text"))), silence);
            yield break;
        }

        if (node.Role != NodeRole.Replica || node.LastAnswer is not { } answer)
            yield break;
        // A replica that accepts writes, follows no source and is followed is a primary of its own: reported there.
        // Nor has one whose copies do not follow by binlogs forgotten whom it follows.
        if (node.Channels.IsEmpty && ArchitectureFindings.ArchitectureOf(view, index) is not { IsJudged: false }
            && !view.Fleet.PrimaryDetection.Others.Contains(index))
            yield return Reset(scene);
        if (!answer.ReadOnly && !view.Fleet.PrimaryDetection.Others.Contains(index))
            yield return scene.Finding(
                FindingKinds.ReplicaWritable, Confidence.Certain, [StepKinds.ForbidWrites.With(scene.Commands.ForbidWrites)]);
        if (node.DelayOnPurpose > TimeSpan.Zero)
            yield return scene.With(("minutes", Scene.Number(node.DelayOnPurpose.TotalMinutes)))
                .Finding(FindingKinds.Delayed, Confidence.Certain, []);
    }

    /// <summary>The loudest of all: no error, no lag, no series to alarm on, only a replica that never gets anything again.</summary>
    public static Finding Reset(Scene scene) =>
        scene.Finding(
            FindingKinds.ReplicaReset, Confidence.Certain, [.. ConnectionRemedies.FollowAgain(scene), .. RebuildRemedies.Rebuild(scene)],
            DeadEnds.TrustZero, DeadEnds.MakeWritable);

    private static Finding Silent(FleetView view, int index, Scene scene, NodeReading.Silent silence) => silence.Failure switch
    {
        ProbeFailure.AuthenticationFailed =>
            scene.Finding(FindingKinds.AccessRefused, Confidence.Certain, ConnectionRemedies.GrantGuard(scene)),
        ProbeFailure.PermissionDenied =>
            scene.Finding(FindingKinds.GrantsMissing, Confidence.Certain, ConnectionRemedies.GrantGuard(scene)),
        // Certain is that it hangs; why, only a person who looks can tell.
        ProbeFailure.StatementHangs =>
            scene.Finding(
                FindingKinds.StatementHangs, Confidence.Certain, LogRemedies.LookAtHang(scene), DeadEnds.DeleteBinlogs,
                DeadEnds.DeleteRelayLogs, DeadEnds.RestartAgain),
        ProbeFailure.HostBlocked => scene.Finding(FindingKinds.HostBlocked, Confidence.Certain, ConnectionRemedies.UnblockGuard(scene)),
        _ => scene.Finding(
            index == view.Fleet.PrimaryDetection.Node ? FindingKinds.PrimaryUnreachable : FindingKinds.NodeUnreachable,
            silence.Failure == ProbeFailure.Unreachable ? Confidence.Certain : Confidence.Likely,
            [StepKinds.StartServer.With(
                $"ping -c 3 {Shell.Word(scene.Host)}", $"{scene.Commands.Client} {Shell.ToNode(scene)} --execute='SELECT 1'")]),
    };

    private static IEnumerable<Finding> OfSource(FleetView view, Scene scene)
    {
        NodeState node = view.Nodes[scene.Index!.Value];
        ChannelState channel = node.Channels.First(channel => channel.Status == scene.Channel);
        if (channel.IsAheadOfSource)
            yield return scene.Finding(
                FindingKinds.AheadOfSource, Confidence.Certain, [.. LogRemedies.LookAtSourceLogs(scene), .. RebuildRemedies.Rebuild(scene)],
                DeadEnds.ResetSource, DeadEnds.TrustZero);
        // One that never said who it is may be meant under another name.
        if (channel.Source is null && view.Nodes.All(other => other.LastAnswer is not null))
            yield return scene.Finding(FindingKinds.UnknownSource, Confidence.Certain, LogRemedies.Look(scene), DeadEnds.TrustZero);
        if (channel.Source is { } source && (LeadsAway(view, source) || view.Nodes[source].Role == NodeRole.Source && !node.LeadsToPrimary))
            yield return scene.Finding(FindingKinds.WrongSource, Confidence.Likely, LogRemedies.Look(scene), DeadEnds.TrustZero);
    }

    /// <summary>
    /// A source that has no source itself, and is neither the primary nor a further source: what is written to the primary never gets
    /// there.
    /// </summary>
    private static bool LeadsAway(FleetView view, int source) =>
        source != view.Fleet.PrimaryDetection.Node
            && view.Nodes[source] is { Role: NodeRole.Replica, Silence: null, LastAnswer: not null, Channels.IsEmpty: true };

    private static IEnumerable<Finding> Rings(FleetView view)
    {
        var told = new HashSet<int>();
        for (int start = 0; start < view.Nodes.Length; start++)
        {
            if (told.Contains(start) || RingOf(view, start) is not { } ring)
                continue;
            told.UnionWith(ring);
            Scene scene = view.SceneOf(start).With(("nodes", Names(view, ring)));
            yield return scene.Finding(
                FindingKinds.Ring, Confidence.Certain, [StepKinds.Status.With(scene.Commands.Status)], DeadEnds.TrustZero);
        }
    }

    /// <summary>
    /// The nodes from <paramref name="start"/> back to it, source after source; null when the way ends elsewhere. Of each, the source that
    /// counts.
    /// </summary>
    private static List<int>? RingOf(FleetView view, int start)
    {
        var way = new List<int> { start };
        while (view.Nodes[way[^1]] is { Silence: null, Source: { } next })
        {
            if (next == start)
                return way;
            if (way.Contains(next))
                return null;
            way.Add(next);
        }

        return null;
    }

    private static string Names(FleetView view, IEnumerable<int> indexes) =>
        string.Join(", ", indexes.Select(index => view.Nodes[index].Rules.Name));

    private static ImmutableArray<RemedyStep> AllowWrites(Scene scene)
    {
        string[] super = scene.SuperReadOnly ? ["SET GLOBAL super_read_only = OFF"] : [];
        return
        [
            StepKinds.Status.With(scene.Commands.Status, scene.Commands.Replicas),
            StepKinds.AllowWrites.With([.. super, "SET GLOBAL read_only = OFF"]),
        ];
    }
}
