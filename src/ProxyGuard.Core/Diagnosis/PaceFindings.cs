using System.Collections.Immutable;
using System.Text.RegularExpressions;
using ProxyGuard.Core.Replication;

namespace ProxyGuard.Core.Diagnosis;

/// <summary>Why a replica whose threads run does not get on. No error says so; what the applier does just now does.</summary>
internal static partial class PaceFindings
{
    // The states of an applier that waits for work, or for another one, in the words of MySQL 5.x, 8 and MariaDB.
    private static readonly ImmutableArray<string> Idle =
    [
        "has read all relay log", "waiting for an event from coordinator", "waiting for work", "waiting for the next event",
        "waiting for preceding", "waiting for prior",
    ];
    private static readonly ImmutableArray<string> Locks =
    [
        "waiting for global read lock", "waiting for table metadata lock", "waiting for backup lock", "waiting for table flush",
        "waiting for commit lock", "waiting for schema metadata lock",
    ];

    // What a row event looks for one row after the other: MySQL 5.x and MariaDB, then MySQL 8.
    private static readonly ImmutableArray<string> RowSearch = ["_rows_log_event", "applying batch of row changes"];

    // All that MySQL 5.6 shows of an applier inside a row event, whatever it does there (measured on 5.6.24).
    private static readonly ImmutableArray<string> SaysNothing = ["reading event from the relay log"];

    public static IEnumerable<Finding> Of(FleetView view, Scene scene)
    {
        NodeState node = view.Nodes[scene.Index!.Value];
        if (node is not { Health: NodeHealth.Behind } || !scene.Channel!.IsRunning || node.Worst?.Status != scene.Channel)
            yield break;

        // Its content time stands still with the source's: late as it is, it cannot apply what is not there.
        if (IsWaitingForSource(view, node))
        {
            yield return scene.Finding(FindingKinds.WaitsForSource, Confidence.Certain, []);
            yield break;
        }

        CatchUp pace = CatchUpEstimate.Of(node, view.Now);
        Scene queued = Throttles.Named(scene).With(
            ("queueMegabytes", node.QueueBytes is > 0 and { } bytes ? Scene.Megabytes(bytes) : Scene.Unknown("queueMegabytes")),
            ("megabytesPerMinute", pace.BytesPerSecond is > 0 and { } speed ? Scene.Megabytes(speed * 60)
                : Scene.Unknown("megabytesPerMinute")));
        if (CauseOf(scene, pace) is { } cause)
            yield return cause;
        else if (pace.State == CatchUpState.Growing)
            yield return queued.Finding(
                FindingKinds.NotCatchingUp, Confidence.Certain, LogRemedies.LookForBlockers(scene), DeadEnds.RestartAgain);
        yield return queued.Finding(
            FindingKinds.Behind, Confidence.Certain, [.. LogRemedies.LookForBlockers(scene), .. Throttles.Loosened(scene)],
            DeadEnds.RestartAgain, DeadEnds.TrustZero);
    }

    private static bool IsWaitingForSource(FleetView view, NodeState node) =>
        node is { Source: { } source, Worst.Status: { Executed: { } executed, Fetched: { } fetched } }
        && executed == fetched && view.Nodes[source].Silence is not null;

    private static Finding? CauseOf(Scene scene, CatchUp pace)
    {
        ApplierActivity[] busy =
        [
            .. Appliers(scene).Where(applier => applier.State.Length > 0 && !Contains(Idle, applier.State))
            .OrderByDescending(applier => applier.For),
        ];
        if (busy.FirstOrDefault(applier => Contains(Locks, applier.State)) is { } locked)
            return scene.With(("state", locked.State))
                .Finding(FindingKinds.ApplierLocked, Confidence.Certain, LogRemedies.EndBlocker(scene), DeadEnds.RestartAgain);
        if (busy.FirstOrDefault(applier => Contains(RowSearch, applier.State)) is { } searching
            && TableWithoutKey(searching, scene.Examination) is { } table)
            return WithoutKey(scene.With(("table", table)), CertaintyOf(searching));
        // Only that nothing gets finished and that such tables are there: a large change of another table looks the same.
        if (pace.BytesPerSecond is 0 && busy.Any(applier => Contains(SaysNothing, applier.State))
            && scene.Examination?.TablesWithoutKey is { IsDefaultOrEmpty: false } without)
            return WithoutKey(scene.With(("table", string.Join(", ", without))), Confidence.Possible);
        // Work goes on in one transaction, and nothing is finished: the executed position stands still.
        return pace.BytesPerSecond is 0 && busy.FirstOrDefault(applier => applier.Statement is { Length: > 0 }) is { } longest
            ? scene.With(("statement", longest.Statement!), ("minutes", Scene.Number(longest.For.TotalMinutes)))
                .Finding(FindingKinds.LongTransaction, Confidence.Likely, LogRemedies.Look(scene), DeadEnds.RestartAgain, DeadEnds.Skip)
            : null;
    }

    /// <summary>
    /// Each of them, if the account may see them; and in any case what the status says that they do, which every account that ProxyGuard
    /// can use sees.
    /// </summary>
    private static IEnumerable<ApplierActivity> Appliers(Scene scene) =>
        [
            .. scene.Examination?.Appliers ?? [],
            .. scene.Channel?.SqlState is { } state
                ? [new ApplierActivity(state, null, TimeSpan.Zero)]
                : ReadOnlySpan<ApplierActivity>.Empty,
        ];

    /// <summary>The table as the state or the statement names it; if they name none, the tables that could be meant.</summary>
    private static string? TableWithoutKey(ApplierActivity applier, NodeExamination? examination)
    {
        if (examination?.TablesWithoutKey is not { IsDefaultOrEmpty: false } tables)
            return examination?.TablesWithoutKey is null ? NamedIn(applier.State) : null;
        string seen = (applier.Statement + " " + applier.State).Replace("`", "", StringComparison.Ordinal);
        string[] named =
        [
            .. tables.Where(
                table => Regex.IsMatch(seen, $@"\b{Regex.Escape(table[(table.IndexOf('.', StringComparison.Ordinal) + 1)..])}\b")),
        ];
        if (named.Length == 0 && applier.Statement is { Length: > 0 })
            return null;
        return string.Join(", ", named.Length > 0 ? named : tables);
    }

    private static string? NamedIn(string state) =>
        TableInState().Match(state) is { Success: true } match ? $"{match.Groups[1].Value}.{match.Groups[2].Value}" : null;

    private static Confidence CertaintyOf(ApplierActivity applier) =>
        applier.Statement is not null || NamedIn(applier.State) is not null ? Confidence.Certain : Confidence.Likely;

    private static Finding WithoutKey(Scene scene, Confidence confidence)
    {
        string table = scene.Fact("table");
        string add =
            $"ALTER TABLE {(table.Contains(',', StringComparison.Ordinal) ? Scene.Unknown("table") : Sql.Table(table))} ADD PRIMARY KEY ({Scene.Unknown("columns")})";
        return scene.Finding(FindingKinds.RowsWithoutKey, confidence,
            [.. LogRemedies.LookForBlockers(scene), .. DataRemedies.AddKey(scene, add)], DeadEnds.RestartAgain, DeadEnds.Skip);
    }

    private static bool Contains(ImmutableArray<string> states, string state) =>
        states.Any(known => state.Contains(known, StringComparison.OrdinalIgnoreCase));

    [GeneratedRegex("on table `([^`]+)`\\.`([^`]+)`")]
    private static partial Regex TableInState();
}
