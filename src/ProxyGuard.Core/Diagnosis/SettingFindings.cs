using ProxyGuard.Core.Replication;

namespace ProxyGuard.Core.Diagnosis;

/// <summary>What two servers were told differently, so that one day they will not understand each other.</summary>
internal static class SettingFindings
{
    // A source that goes away in the evening is back in the morning; its replicas should follow again by themselves.
    private static readonly TimeSpan ANight = TimeSpan.FromHours(12);

    /// <summary>As often as all servers tried before MySQL 8.4, which gives up after ten.</summary>
    public static RemedyStep RetryLonger(Scene scene) => StepKinds.RetryLonger.With(
        scene.Commands.Stop("IO_THREAD"), scene.Commands.ChangeSource("RETRY_COUNT = 86400"), scene.Commands.Start("IO_THREAD"));

    public static IEnumerable<Finding> Of(FleetView view) =>
        [
            .. view.Scenes.SelectMany(scene => OfPair(view, scene)), .. view.Nodes.SelectMany((_, index) => Heartbeat(view, index)),
            .. GtidUse(view),
        ];

    private static IEnumerable<Finding> OfPair(FleetView view, Scene scene)
    {
        NodeState node = view.Nodes[scene.Index!.Value];
        // Filters that may hide something of the site's are reported as missing evidence.
        if (scene.Channel!.Filters is { IsDefaultOrEmpty: false } filters
            && !node.Missing.Any(missing => missing.Gap == EvidenceGap.Filters && missing.At == scene.Index))
            yield return scene.With(("filters", string.Join(", ", filters)))
                .Finding(FindingKinds.Filters, Confidence.Certain, LogRemedies.Look(scene));
        if (scene.Channel.GivesUpAfter is { } patience && patience < ANight)
            yield return scene.With(("minutes", Scene.Number(Math.Ceiling(patience.TotalMinutes))))
                .Finding(FindingKinds.GivesUpEarly, Confidence.Certain, [.. LogRemedies.Look(scene), RetryLonger(scene)]);
        if (node.Channels.First(channel => channel.Status == scene.Channel).Source is not { } index
            || view.Nodes[index].LastAnswer is not { } source)
            yield break;
        if (source.Version.IsMariaDb != scene.Server.IsMariaDb)
            yield return scene.Finding(FindingKinds.FlavoursDiffer, Confidence.Certain, []);
        else if (IsOlder(scene.Server.Number, source.Version.Number))
            yield return scene.Finding(FindingKinds.OlderThanSource, Confidence.Certain, []);
    }

    // A patch level does not matter: a series understands itself.
    private static bool IsOlder(Version replica, Version source) =>
        (replica.Major, replica.Minor).CompareTo((source.Major, source.Minor)) < 0;

    private static IEnumerable<Finding> Heartbeat(FleetView view, int index)
    {
        if (view.Nodes[index] is { Silence: null, Heartbeat.Disagreement: { } seconds })
            yield return view.SceneOf(index).With(("seconds", Scene.Number(seconds.Duration().TotalSeconds)))
                .Finding(FindingKinds.HeartbeatDisagrees, Confidence.Certain, [], DeadEnds.TrustZero);
    }

    /// <summary>Some replicas find their position by GTID, and others do not: a promotion would need two procedures at once.</summary>
    private static IEnumerable<Finding> GtidUse(FleetView view)
    {
        Scene[] scenes = [.. view.Scenes];
        if (scenes.Select(scene => scene.UsesGtid).Distinct().Count() < 2)
            yield break;
        Scene primary = view.SceneOf(view.Fleet.PrimaryDetection.Node);
        string without = string.Join(", ", scenes.Where(scene => !scene.UsesGtid).Select(scene => scene.Node).Distinct());
        yield return primary.With(("nodes", without)).Finding(FindingKinds.GtidUseDiffers, Confidence.Certain, []);
    }
}
