using ProxyGuard.Core.Replication;

namespace ProxyGuard.Core.Diagnosis;

/// <summary>What fills a disk unnoticed: relay logs that are not applied, and binlogs that are never deleted.</summary>
internal static class GrowthFindings
{
    // Long enough to be no burst, short enough to be today's traffic.
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);
    private static readonly TimeSpan ShortestEvidence = TimeSpan.FromMinutes(1);

    // How large the disk is no server tells. Even the smallest that a database is rented with has some 20 GB: a twentieth of it is nothing
    // to wake an operator for, and half of it within a day is.
    private const double Noteworthy = 1e9;
    private const double TooMuchInADay = 10e9;

    public static IEnumerable<Finding> Of(FleetView view) =>
        [.. view.Scenes.Select(scene => RelayLogs(view, scene)).OfType<Finding>(), .. NeverPurged(view)];

    /// <summary>What a stopped applier leaves lying grows as fast as its source is written to.</summary>
    private static Finding? RelayLogs(FleetView view, Scene scene)
    {
        ReplicationStatus status = scene.Channel!;
        if (status is not { IoThread: ReplicationThread.Yes, SqlThread: ReplicationThread.No, RelayLogBytes: { } bytes })
            return null;
        int? source = view.Nodes[scene.Index!.Value].Channels.First(channel => channel.Status == status).Source;
        double? growth = source is { } index ? BytesPerHour(view.Nodes[index]) : null;
        return growth is 0 || !Matters(bytes, growth)
            ? null
            : scene.With(("relayMegabytes", Scene.Megabytes(bytes)), ("megabytesPerHour", Growth(growth)))
            .Finding(
                FindingKinds.RelayLogsGrow, Confidence.Certain, [StepKinds.Disk.With(Shell.On(scene.Host, "df -h"))],
                DeadEnds.DeleteRelayLogs);
    }

    private static IEnumerable<Finding> NeverPurged(FleetView view)
    {
        int index = view.Fleet.PrimaryDetection.Node;
        NodeState primary = view.Fleet.Primary;
        if (primary is not { Silence: null, LastAnswer: { Head: { } } answer } || view.ExaminationOf(index) is not { } examination
            || !KeepsAll(examination))
            yield break;
        double? growth = BytesPerHour(primary);
        if (!Matters(answer.Logs.TotalBytes, growth))
            yield break;
        Scene scene = view.SceneOf(index);
        RemedyStep[] purge = SafeToPurge(view, index) is { } file
            ? [StepKinds.Purge.With($"PURGE BINARY LOGS TO {Sql.Literal(file)}")]
            : [];
        yield return scene.With(("binlogMegabytes", Scene.Megabytes(answer.Logs.TotalBytes)), ("megabytesPerHour", Growth(growth)))
            .Finding(
                FindingKinds.BinlogsNeverPurged, Confidence.Certain,
                [StepKinds.Disk.With(Shell.On(scene.Host, "df -h")), StepKinds.Expire.With(scene.Commands.KeepBinlogsFor(14)), .. purge],
                DeadEnds.DeleteBinlogs, DeadEnds.ResetSource);
    }

    private static bool Matters(double bytes, double? bytesPerHour) =>
        bytes >= Noteworthy || bytes + (bytesPerHour ?? 0) * 24 >= TooMuchInADay;

    /// <summary>Neither days nor seconds limit them. A server that says nothing of either is not suspected.</summary>
    private static bool KeepsAll(NodeExamination examination)
    {
        string?[] limits = [examination.Variable("binlog_expire_logs_seconds"), examination.Variable("expire_logs_days")];
        return limits.Any(limit => limit is not null) && limits.OfType<string>().All(limit => limit.TrimEnd('0', '.').Length == 0);
    }

    /// <summary>
    /// The oldest file that some replica may still need, by what all of them have applied. Null when there is none before it, and as soon
    /// as one cannot be asked: it may need them all.
    /// </summary>
    private static string? SafeToPurge(FleetView view, int index) =>
        OldestNeeded(view, index) is { } needed && view.Nodes[index].LastAnswer?.Logs.Oldest is { } oldest && oldest.IsComparableTo(needed)
            && oldest.Sequence < needed.Sequence
            ? needed.File
            : null;

    private static BinlogPosition? OldestNeeded(FleetView view, int index)
    {
        BinlogPosition? oldest = null;
        foreach (NodeState node in view.Nodes.Where(node => node.Role == NodeRole.Replica))
        {
            if (node.Silence is not null || node.Channels.IsEmpty)
                return null;
            foreach (ChannelState channel in node.Channels.Where(channel => channel.Source == index))
            {
                if (channel.Status.Executed is not { } executed || oldest is { } known && !known.IsComparableTo(executed))
                    return null;
                oldest = oldest is { } before && before < executed ? before : executed;
            }
        }

        return oldest;
    }

    /// <summary>Null without evidence over at least a minute, or when files of that time are gone.</summary>
    private static double? BytesPerHour(NodeState node)
    {
        if (node.LastAnswer is not { Head: { } head, Logs: { } logs } || node.Timeline.Entries is not { Count: > 0 } entries)
            return null;
        MonotonicInstant until = entries[^1].Content;
        TimelineEntry first = entries.First(entry => until - entry.Content <= Window);
        TimeSpan elapsed = until - first.Content;
        return elapsed >= ShortestEvidence && logs.BytesBetween(first.Head, head) is { } bytes ? bytes / elapsed.TotalHours : null;
    }

    private static string Growth(double? bytesPerHour) =>
        bytesPerHour is { } known ? Scene.Megabytes(known) : Scene.Unknown("megabytesPerHour");
}
