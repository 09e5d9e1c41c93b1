using System.Collections.Immutable;
using System.Text.RegularExpressions;
using ProxyGuard.Core.Replication;

namespace ProxyGuard.Core.Diagnosis;

/// <summary>What the two threads of a channel say of themselves.</summary>
internal static partial class ChannelFindings
{
    public static IEnumerable<Finding> Of(Scene scene)
    {
        ReplicationStatus status = scene.Channel!;
        bool sqlRuns = status.SqlThread == ReplicationThread.Yes;
        bool ioRuns = status.IoThread == ReplicationThread.Yes;
        // The text stays after a thread was started again: only of one that does not run it is the reason.
        if (!sqlRuns && status.SqlError is { } sql)
            yield return RuleOf(SqlThreadErrors.All, scene, WorkersOwn(scene, sql));
        if (!ioRuns && status.IoError is { } io)
            yield return GivenUp(scene, io) ?? RuleOf(IoThreadErrors.All, scene, io);
        if (Stopped(scene, status) is { } stopped)
            yield return stopped;
    }

    /// <summary>A coordinator only says that one of its workers failed; where we may ask, the worker says why.</summary>
    private static ReplicationError WorkersOwn(Scene scene, ReplicationError error)
    {
        if (!error.Text.StartsWith("Coordinator stopped", StringComparison.Ordinal) || scene.Examination?.WorkerErrors is not { } workers)
            return error;
        // One that keeps the order of commits gives up because another one before it has failed: 3030,
        // ER_REPLICA_WORKER_STOPPED_PREVIOUS_THD_ERROR.
        IEnumerable<WorkerError> own = workers.Where(worker => worker.Channel == scene.Channel!.Channel);
        return own.OrderBy(worker => worker.Error.Number == 3030).FirstOrDefault()?.Error ?? error;
    }

    /// <summary>The meaning of one error, by the first row of the table that fits.</summary>
    public static Finding RuleOf(ImmutableArray<ErrorRule> rules, Scene scene, ReplicationError error) =>
        RuleOf(rules, ErrorReading.Of(error)).Of(Reading(scene, error));

    private static ErrorRule RuleOf(ImmutableArray<ErrorRule> rules, ErrorReading error) => rules.First(rule => rule.Is(error));

    /// <summary>The scene with what the error says.</summary>
    public static Scene Reading(Scene scene, ReplicationError error) =>
        (scene with { Facts = scene.Facts.SetItems(ErrorText.FactsOf(error.Number, error.Text)) })
        .With(
            ("number", error.Number > 0 ? Scene.Number(error.Number) : Scene.Unknown("number")),
            ("text", error.Text.Length > 0 ? error.Text : Scene.Unknown("text")));

    /// <summary>A source that was away for longer than the replica tries. While it still tries, its IO thread says Connecting.</summary>
    private static Finding? GivenUp(Scene scene, ReplicationError error)
    {
        ErrorRule rule = RuleOf(IoThreadErrors.All, ErrorReading.Of(error));
        if (rule.Kind != FindingKinds.SourceUnreachable || scene.Channel!.IoThread != ReplicationThread.No)
            return null;
        // Stopped by hand while it tried, it looks the same, but for the count that MySQL tells.
        Confidence confidence = LastAttempt().IsMatch(error.Text) ? Confidence.Certain : Confidence.Likely;
        return Reading(scene, error).Finding(
            FindingKinds.SourceGivenUp, confidence, [.. ConnectionRemedies.LookAtConnection(scene), .. LogRemedies.StartIo(scene)],
            [.. rule.DeadEnds]);
    }

    private static Finding? Stopped(Scene scene, ReplicationStatus status)
    {
        bool sqlStopped = status is { SqlThread: ReplicationThread.No, SqlError: null };
        bool ioStopped = status is { IoThread: ReplicationThread.No, IoError: null };
        ImmutableArray<RemedyStep> look = LogRemedies.Look(scene);
        // RESET SLAVE leaves the address and forgets the position: started again, it would begin with the oldest binlog there is.
        if (ioStopped && sqlStopped && status is { Executed: null, UsesGtid: false })
            return TopologyFindings.Reset(scene);
        return (ioStopped, sqlStopped) switch
        {
            // Before MySQL 5.1 no column says why fetching stopped: only the server's error log does.
            (true, _) when !status.TellsIoError => scene.Finding(FindingKinds.IoUnexplained, Confidence.Certain,
                [.. look, StepKinds.ErrorLog.With("SHOW VARIABLES LIKE 'log_error'"), .. sqlStopped ? LogRemedies.Start(scene)
                    : LogRemedies.StartIo(scene)], DeadEnds.ResetReplica),
            // START that fails leaves no error in the status either: its answer has it.
            (true, true) =>
                scene.Finding(
                    FindingKinds.ThreadsStopped, Confidence.Likely, [.. look, .. LogRemedies.Start(scene)], DeadEnds.ResetReplica),
            (false, true) =>
                scene.Finding(
                    FindingKinds.SqlStopped, Confidence.Certain, [.. look, .. LogRemedies.StartSql(scene)], DeadEnds.ResetReplica),
            (true, false) =>
                scene.Finding(FindingKinds.IoStopped, Confidence.Certain, [.. look, .. LogRemedies.StartIo(scene)], DeadEnds.ResetReplica),
            _ when status is { IoThread: ReplicationThread.Connecting, IoError: null } =>
                scene.Finding(
                    FindingKinds.IoConnecting, Confidence.Certain, ConnectionRemedies.LookAtConnection(scene), DeadEnds.TrustZero,
                    DeadEnds.ResetReplica),
            _ => null,
        };
    }

    [GeneratedRegex(@"This was attempt (\d+)/\1\b")]
    private static partial Regex LastAttempt();
}
