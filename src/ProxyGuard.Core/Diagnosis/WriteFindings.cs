using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;

namespace ProxyGuard.Core.Diagnosis;

/// <summary>Writes that hang in the primary, and those that reach it past ProxyGuard.</summary>
internal static class WriteFindings
{
    public static IEnumerable<Finding> Of(FleetView view, GuardView site)
    {
        Scene scene = view.SceneOf(view.Fleet.PrimaryDetection.Node);
        if (site.Stalls.Stall is { } stall)
            yield return Stalled(scene, stall, view.Now);
        if (site.Outside.Found is { } outside)
            yield return Outside(scene with { Since = outside.Since }, outside);
    }

    /// <summary>The server's own words tell what writes wait for; who holds it may sleep, and then only people can tell.</summary>
    private static Finding Stalled(Scene scene, Stall stall, MonotonicInstant now)
    {
        string? waits = stall.Waiting.GroupBy(write => write.State).MaxBy(group => group.Count())?.Key;
        RunningStatement? taker = stall.Seen.Statements?.Where(statement => statement.TakesLocks).MaxBy(statement => statement.For);
        bool isDisk = waits?.Contains("free space", StringComparison.OrdinalIgnoreCase) ?? false;
        RemedyStep[] disk = waits is null || IsCommit(waits) || isDisk ? [StepKinds.Disk.With(Shell.On(scene.Host, "df -h"))] : [];
        string[] holders = scene.Commands.LockHolders is { } select && !isDisk
            ? ["SHOW FULL PROCESSLIST", select]
            : ["SHOW FULL PROCESSLIST"];
        RemedyStep[] end = isDisk ? [] : [StepKinds.EndBlocker.With($"KILL {Scene.Unknown("id")}", "SHOW FULL PROCESSLIST")];
        return (scene with { Since = stall.Since })
            .With(
                ("seconds", Scene.Number((now - stall.Since).TotalSeconds)),
                ("writes", stall.Waiting.IsEmpty ? Scene.Unknown("writes") : Scene.Number(stall.Waiting.Length)),
                ("waits", waits is { Length: > 0 } ? waits : Scene.Unknown("waits")),
                ("statement", taker is null ? Scene.Unknown("statement") : $"{taker.Text} (Id {taker.Session}, {taker.User})"))
            .Finding(
                FindingKinds.PrimaryStalled,
                waits is null ? Confidence.Likely : Confidence.Certain,
                [StepKinds.Blockers.With([.. holders]), .. disk, .. end],
                DeadEnds.RestartAgain);
    }

    // Where a full disk is waited for, too.
    private static bool IsCommit(string state) => state.ToUpperInvariant() is "COMMIT" or "QUERY END" or "WAITING FOR HANDLER COMMIT";

    private static Finding Outside(Scene scene, OutsideWrites outside) => scene
        .With(
            ("kilobytesPerMinute", Scene.Number(Math.Ceiling(outside.BytesPerMinute / 1000))),
            ("kilobytesPerRead", outside.BytesPerRead is { } bytes ? Scene.Number(Math.Ceiling(bytes / 1000))
                : Scene.Unknown("kilobytesPerRead")))
        .Finding(FindingKinds.OutsideWrites, Confidence.Certain, [StepKinds.Blockers.With("SHOW FULL PROCESSLIST")]);
}
