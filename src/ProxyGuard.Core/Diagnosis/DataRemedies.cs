using System.Collections.Immutable;

namespace ProxyGuard.Core.Diagnosis;

/// <summary>Steps that make a replica's data what its source's is: a row, a table, or everything.</summary>
internal static class DataRemedies
{
    /// <summary>
    /// What is loaded goes into no binlog: there it would take its space once more, and with MariaDB have GTIDs that come after the source's
    /// (error 1947 with gtid_strict_mode, https://mariadb.com/kb/en/gtid/#gtid_strict_mode).
    /// </summary>
    private const string Unlogged = "--init-command='SET SESSION sql_log_bin = 0'";

    public static ImmutableArray<RemedyStep> LookAtRow(Scene scene)
    {
        string table = Sql.Table(scene.Fact("table"));
        string row = $"SELECT * FROM {table} WHERE {RowKey.Condition(scene)}";
        RemedyStep look = RowKey.IsKnown(scene)
            ? StepKinds.Row.With(row)
            : StepKinds.RowByItsKey.With($"SHOW INDEX FROM {table} WHERE Key_name = {Sql.Literal(RowKey.Name(scene))}", row);
        return [StepKinds.Status.With(scene.Commands.Status), .. LookAtWorkers(scene), look, StepKinds.RowOnSource.With(row)];
    }

    public static ImmutableArray<RemedyStep> LookAtTable(Scene scene)
    {
        string show = ShowTable(scene);
        return [StepKinds.Status.With(scene.Commands.Status), .. LookAtWorkers(scene), StepKinds.SchemaOnSource.With(show), StepKinds.Schema.With(show)];
    }

    /// <summary>The replica has none to show.</summary>
    public static ImmutableArray<RemedyStep> LookAtMissingTable(Scene scene) =>
        [StepKinds.Status.With(scene.Commands.Status), .. LookAtWorkers(scene), StepKinds.SchemaOnSource.With(ShowTable(scene))];

    private static string ShowTable(Scene scene) => $"SHOW CREATE TABLE {Sql.Table(scene.Fact("table"))}";

    /// <summary>The coordinator of parallel appliers leaves out which table it was; its workers say it (https://dev.mysql.com/doc/refman/8.4/en/performance-schema-replication-applier-status-by-worker-table.html).</summary>
    private static IEnumerable<RemedyStep> LookAtWorkers(Scene scene) =>
        Scene.IsUnknown(scene.Fact("table")) && scene.Commands.HasWorkerStatus
            ? [StepKinds.Workers.With("SELECT worker_id, last_error_number, last_error_message FROM performance_schema.replication_applier_status_by_worker")]
            : [];

    /// <summary>
    /// Row events once more, the source's row winning over the replica's. The mode is read for each event, also by threads that run
    /// (https://dev.mysql.com/doc/refman/8.4/en/replication-options-replica.html#sysvar_replica_exec_mode).
    /// </summary>
    public static ImmutableArray<RemedyStep> IdempotentPass(Scene scene)
    {
        string mode = scene.Commands.Variable("exec_mode");
        return
        [
            StepKinds.Idempotent.With($"SET GLOBAL {mode} = 'IDEMPOTENT'", scene.Commands.Start()),
            StepKinds.Wait.With(scene.Commands.Status),
            StepKinds.Strict.With($"SET GLOBAL {mode} = 'STRICT'"),
        ];
    }

    /// <summary>
    /// One table as the source has it now; what the replica has still to apply was in the copy already, hence the idempotent pass. Statements know none:
    /// where some may come, only everything anew is right.
    /// </summary>
    public static ImmutableArray<RemedyStep> CopyTable(Scene scene)
    {
        if (scene.MayHaveStatements || IsChangeOfRows(scene))
            return Rebuild(scene);

        string[] names = scene.Fact("table").Split('.', 2);
        (string database, string table) = names.Length == 2 ? (names[0], names[1]) : (Scene.Unknown("database"), names[0]);
        string dump = Words(scene.SourceCommands.Dump, Source(scene), "--single-transaction", scene.HasNoGtids ? "" : string.Join(' ', scene.SourceCommands.DumpWithoutGtids), Shell.Word(database), Shell.Word(table));
        string load = Words(scene.Commands.Client, Node(scene), Unlogged, Shell.Word(database));
        RemedyStep copy = StepKinds.CopyTable.With($"{dump} | {load}");
        return [.. Backup(scene), .. Unlocked(scene, copy), .. IdempotentPass(scene)];
    }

    /// <summary>For statement format: the row that is in the way, by its key.</summary>
    public static ImmutableArray<RemedyStep> DeleteRow(Scene scene)
    {
        string delete = $"DELETE FROM {Sql.Table(scene.Fact("table"))} WHERE {RowKey.Condition(scene)}";
        return [.. Backup(scene), .. Unlocked(scene, StepKinds.DeleteRow.With("SET SESSION sql_log_bin = 0", delete, scene.Commands.Start()))];
    }

    /// <summary>
    /// One statement that the replica need not run any more. By counting, which no thread may run for, or where GTIDs are demanded by an empty transaction under its GTID.
    /// </summary>
    public static ImmutableArray<RemedyStep> SkipStatement(Scene scene)
    {
        if (!scene.DemandsGtid)
            return [.. Backup(scene), StepKinds.SkipStatement.With([scene.Commands.Stop(), .. Selected(scene), $"SET GLOBAL {scene.Commands.SkipCounter} = 1", scene.Commands.Start()])];

        string gtid = scene.Fact("gtid");
        return
        [
            .. Backup(scene),
            StepKinds.Gtids.With(NextGtid(scene)),
            StepKinds.SkipStatement.With(scene.Commands.Stop(), $"SET GTID_NEXT = '{gtid}'", "BEGIN", "COMMIT", "SET GTID_NEXT = 'AUTOMATIC'", scene.Commands.Start()),
        ];
    }

    /// <summary>A key on both, by hand: replicated, the same statement would fail where the key is already.</summary>
    public static ImmutableArray<RemedyStep> AddKey(Scene scene, string alter)
    {
        const string HereAlone = "SET SESSION sql_log_bin = 0";
        RemedyStep add = StepKinds.AddKey.With(scene.Commands.Stop("SQL_THREAD"), HereAlone, alter, scene.Commands.Start("SQL_THREAD"));
        return [.. Backup(scene), .. Unlocked(scene, add), StepKinds.AddKeyOnSource.With(HereAlone, alter)];
    }

    /// <summary>A way back, before data is changed. It is piped away: on a full disk nothing else works.</summary>
    public static ImmutableArray<RemedyStep> Backup(Scene scene)
    {
        string dump = Words(scene.Commands.Dump, Node(scene), "--all-databases --single-transaction --routines --events --triggers");
        string command = $"{dump} | gzip | ssh BACKUP_HOST 'cat > {scene.Node}.sql.gz'";
        return scene.DataBytes is null ? [StepKinds.BackupOfUnknownSize.With(command)] : [StepKinds.Backup.With(command)];
    }

    /// <summary>Everything anew, without a byte on any disk but the replica's own.</summary>
    public static ImmutableArray<RemedyStep> Rebuild(Scene scene)
    {
        ServerCommands replica = scene.Commands;
        string[] prepare = [replica.Stop(), .. scene.SuperReadOnly ? ["SET GLOBAL super_read_only = OFF"] : ReadOnlySpan<string>.Empty, replica.Reset, replica.ResetBinlog];
        return
        [
            .. Backup(scene),
            StepKinds.PrepareRebuild.With([.. prepare]),
            StepKinds.Rebuild.With($"{FullDump(scene)} | {Words(replica.Client, Node(scene), Unlogged)}"),
            StepKinds.Start.With([.. scene.SuperReadOnly ? ["SET GLOBAL super_read_only = ON"] : ReadOnlySpan<string>.Empty, replica.Start()]),
            StepKinds.Wait.With(replica.Status),
            Physically(scene),
        ];
    }

    public static string Source(Scene scene) => $"--host={Shell.Word(scene.SourceHost)} --port={scene.SourcePort}";

    public static string Node(Scene scene) => $"--host={Shell.Word(scene.Host)} --port={scene.Port}";

    private static string FullDump(Scene scene)
    {
        string all = Words(scene.SourceCommands.Dump, Source(scene), "--all-databases --single-transaction --routines --events --triggers");
        if (!scene.UsesGtid)
            return Words(all, scene.SourceCommands.DumpWithPosition);
        // MySQL writes the executed GTIDs into every dump of a server that has them.
        return scene.SourceServer.IsMariaDb ? Words(all, "--gtid --master-data=1") : Words(all, "--set-gtid-purged=ON");
    }

    private static RemedyStep Physically(Scene scene)
    {
        if (scene.Commands.CanClone && scene.SourceServer.Number == scene.Server.Number)
            return StepKinds.RebuildByClone.With(
                "INSTALL PLUGIN clone SONAME 'mysql_clone.so'",
                $"SET GLOBAL clone_valid_donor_list = '{scene.SourceHost}:{scene.SourcePort}'",
                $"CLONE INSTANCE FROM 'USER'@{Sql.Literal(scene.SourceHost)}:{scene.SourcePort} IDENTIFIED BY 'PASSWORD'");
        string stream = scene.SourceServer.IsMariaDb && scene.SourceServer.IsAtLeast(10, 1)
            ? $"{(scene.SourceServer.IsAtLeast(10, 5) ? "mariadb-backup" : "mariabackup")} --backup --stream=xbstream --target-dir=/tmp | {Shell.On(scene.Host, "mbstream -x -C EMPTY_DATADIR")}"
            : $"xtrabackup --backup --stream=xbstream --target-dir=/tmp | {Shell.On(scene.Host, "xbstream -x -C EMPTY_DATADIR")}";
        return StepKinds.RebuildPhysically.With(stream);
    }

    /// <summary>Whether it is a statement that failed, and one that changes rows: a copy would hold its change already, and the restart would make it once more.</summary>
    private static bool IsChangeOfRows(Scene scene) =>
        scene.Facts.TryGetValue("query", out string? query)
        && ((string[])["INSERT", "UPDATE", "DELETE", "REPLACE", "LOAD"]).Any(verb => query.TrimStart().StartsWith(verb, StringComparison.OrdinalIgnoreCase));

    // MariaDB counts for one channel, the session's; MySQL for the one that is started.
    private static IEnumerable<string> Selected(Scene scene) =>
        scene.Server.IsMariaDb && scene.Channel is { Channel: { Length: > 0 } name } ? [$"SET SESSION default_master_connection = {Sql.Literal(name)}"] : [];

    private static string NextGtid(Scene scene) => scene.Channel is { FetchedGtids: { } fetched, ExecutedGtids: { } executed }
        ? $"SELECT GTID_SUBTRACT({Sql.Literal(fetched)}, {Sql.Literal(executed)})"
        : scene.Commands.Status;

    private static IEnumerable<RemedyStep> Unlocked(Scene scene, RemedyStep step) => scene.SuperReadOnly
        ? [StepKinds.AllowCopy.With("SET GLOBAL super_read_only = OFF"), step, StepKinds.ForbidWrites.With(scene.Commands.ForbidWrites)]
        : [step];

    private static string Words(params ReadOnlySpan<string> words) => string.Join(' ', words.ToArray().Where(word => word.Length > 0));
}
