using System.Collections.Immutable;

namespace ProxyGuard.Core.Diagnosis;

/// <summary>Steps that make a replica's data what its source's is: a row, a table, or everything.</summary>
internal static class DataRemedies
{
    /// <summary>
    /// What is loaded goes into no binlog: there it would take its space once more, and with MariaDB have GTIDs that come after the
    /// source's (error 1947 with gtid_strict_mode, https://mariadb.com/kb/en/gtid/#gtid_strict_mode).
    /// </summary>
    public const string Unlogged = "--init-command='SET SESSION sql_log_bin = 0'";

    private const string HereAlone = "SET SESSION sql_log_bin = 0";

    public static ImmutableArray<RemedyStep> LookAtRow(Scene scene)
    {
        string table = Sql.Table(scene.Fact("table"));
        string row = $"SELECT * FROM {table} WHERE {RowKey.Condition(scene)}";
        RemedyStep look = RowKey.IsKnown(scene)
            ? StepKinds.Row.With(row)
            : StepKinds.RowByItsKey.With(RowKey.Index(scene), row);
        return [StepKinds.Status.With(scene.Commands.Status), .. LookAtWorkers(scene), look, StepKinds.RowOnSource.With(row)];
    }

    public static ImmutableArray<RemedyStep> LookAtTable(Scene scene)
    {
        string show = ShowTable(scene);
        return
        [
            StepKinds.Status.With(scene.Commands.Status), .. LookAtWorkers(scene), StepKinds.SchemaOnSource.With(show),
            StepKinds.Schema.With(show),
        ];
    }

    /// <summary>A table, or an account, whose password and plugin may still be others.</summary>
    public static ImmutableArray<RemedyStep> LookAtWhatIsThere(Scene scene) =>
        scene.Facts.TryGetValue("account", out string? account)
            ? [StepKinds.Status.With(scene.Commands.Status), StepKinds.Accounts.With($"SHOW GRANTS FOR {account}")]
            : LookAtTable(scene);

    /// <summary>The replica has none to show.</summary>
    public static ImmutableArray<RemedyStep> LookAtMissingTable(Scene scene) =>
        [StepKinds.Status.With(scene.Commands.Status), .. LookAtWorkers(scene), StepKinds.SchemaOnSource.With(ShowTable(scene))];

    private static string ShowTable(Scene scene) => $"SHOW CREATE TABLE {Sql.Table(scene.Fact("table"))}";

    /// <summary>
    /// The coordinator of parallel appliers leaves out which table it was; its workers say it
    /// (https://dev.mysql.com/doc/refman/8.4/en/performance-schema-replication-applier-status-by-worker-table.html).
    /// </summary>
    private static IEnumerable<RemedyStep> LookAtWorkers(Scene scene) =>
        Scene.IsUnknown(scene.Fact("table")) && scene.Commands.HasWorkerStatus
            ? [StepKinds.Workers.With(
                "SELECT worker_id, last_error_number, last_error_message FROM performance_schema.replication_applier_status_by_worker")]
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
    /// One table as the source has it now; what the replica has still to apply was in the copy already, hence the idempotent pass.
    /// Statements have no such pass: where some may come, only a full rebuild is right.
    /// </summary>
    public static ImmutableArray<RemedyStep> CopyTable(Scene scene)
    {
        if (scene.MayHaveStatements || IsStatement(scene) || HasNoKey(scene) || IsOfTheServer(scene))
            return RebuildRemedies.Rebuild(scene);

        TableFamily family = TableFamily.Of(scene);
        if (family.Database is null)
            return RebuildRemedies.Rebuild(scene);
        string tables = string.Join(' ', family.Tables.Select(Shell.Word));
        string dump = Shell.Words(
            scene.SourceCommands.Dump, Shell.ToSource(scene), "--single-transaction", WithoutGtids(scene), Shell.Word(family.Database),
            tables);
        string load = Shell.Words(scene.Commands.Client, Shell.ToNode(scene), Unlogged, Shell.Word(family.Database));
        RemedyStep[] ask = family.IsWhole ? [] : [StepKinds.References.With(family.Question)];
        RemedyStep copy = StepKinds.CopyTable.With($"{dump} | {load}");
        return [.. ask, .. Backup(scene), .. Unlocked(scene, copy), .. IdempotentPass(scene)];
    }

    /// <summary>
    /// The row that is in the way, by its key. With foreign keys switched off no row that references it goes along: the source's row takes
    /// its place.
    /// </summary>
    public static ImmutableArray<RemedyStep> DeleteRow(Scene scene) => RowKey.IsPrimary(scene)
        ? [.. Backup(scene), .. Delete(scene), StepKinds.Wait.With(scene.Commands.Status)]
        : DeleteOrCopy(scene);

    /// <summary>The same for an event: where it inserts and the primary key is in the way, the source's row replaces it.</summary>
    public static ImmutableArray<RemedyStep> ReplaceRow(Scene scene) => RowKey.IsPrimary(scene)
        ? [.. LookAtRow(scene), .. Backup(scene), .. IdempotentPass(scene)]
        : DeleteStrayRow(scene);

    public static ImmutableArray<RemedyStep> DeleteStrayRow(Scene scene) => [.. LookAtRow(scene), .. DeleteOrCopy(scene)];

    /// <summary>
    /// A row may be in the way that the source has too, with another value: to delete it would lose it. Only one whose primary key the
    /// source does not have is a stray.
    /// </summary>
    private static ImmutableArray<RemedyStep> DeleteOrCopy(Scene scene) =>
    [
        StepKinds.StrayOnSource.With($"SELECT * FROM {Sql.Table(scene.Fact("table"))} WHERE {RowKey.ByPrimary(scene)}"),
        .. Backup(scene), .. Delete(scene), StepKinds.Wait.With(scene.Commands.Status),
        .. RebuildRemedies.Rebuild(scene).Where(step => !step.IsBackup),
    ];

    private static IEnumerable<RemedyStep> Delete(Scene scene)
    {
        string delete = $"DELETE FROM {Sql.Table(scene.Fact("table"))} WHERE {RowKey.Condition(scene)}";
        return Unlocked(scene, StepKinds.DeleteRow.With(HereAlone, "SET SESSION foreign_key_checks = 0", delete, scene.Commands.Start()));
    }

    /// <summary>Functions and procedures of one database as the source has them; no row is touched.</summary>
    public static ImmutableArray<RemedyStep> CopyRoutines(Scene scene)
    {
        string[] names = scene.Fact("routine").Split('.', 2);
        string database = names.Length == 2 ? names[0] : scene.Fact("database");
        string kind = scene.Facts.GetValueOrDefault("kind") ?? "FUNCTION";
        string dump = Shell.Words(
            scene.SourceCommands.Dump, Shell.ToSource(scene), "--routines --no-create-info --no-data --no-create-db --skip-triggers",
            WithoutGtids(scene), Shell.Word(database));
        string load = Shell.Words(scene.Commands.Client, Shell.ToNode(scene), Unlogged, Shell.Word(database));
        string show = $"SHOW CREATE {kind} {Sql.Table(names.Length == 2 ? scene.Fact("routine") : $"{database}.{names[0]}")}";
        return
        [
            StepKinds.Status.With(scene.Commands.Status), StepKinds.RoutineOnSource.With(show),
            .. Unlocked(scene, StepKinds.CopyRoutines.With($"{dump} | {load}")), .. LogRemedies.StartSql(scene),
        ];
    }

    /// <summary>
    /// An account that the source has and the replica lacks. What the stopped statement changes of it comes by itself once it is there.
    /// </summary>
    public static ImmutableArray<RemedyStep> CreateAccount(Scene scene)
    {
        string account = scene.Fact("account");
        return
        [
            StepKinds.Status.With(scene.Commands.Status),
            StepKinds.Accounts.With($"SHOW GRANTS FOR {account}"),
            .. Unlocked(scene, StepKinds.CreateAccount.With(HereAlone, $"CREATE USER {account} IDENTIFIED BY 'PASSWORD'")),
            .. LogRemedies.StartSql(scene),
        ];
    }

    /// <summary>A repair may leave out rows that it cannot read: what comes out has to be compared, or copied from the source.</summary>
    public static ImmutableArray<RemedyStep> RepairTable(Scene scene)
    {
        string table = Sql.Table(scene.Fact("table"));
        return
        [
            .. LookAtTable(scene), .. Backup(scene), .. Unlocked(
                scene, StepKinds.RepairTable.With(HereAlone, $"REPAIR TABLE {table}", scene.Commands.Start())),
            StepKinds.Wait.With(scene.Commands.Status), .. RebuildRemedies.Rebuild(scene).Where(step => !step.IsBackup),
        ];
    }

    /// <summary>For after a step whose effect on data has not been compared.</summary>
    public static ImmutableArray<RemedyStep> Compare(Scene scene)
    {
        string sums = Scene.IsUnknown(scene.Fact("table"))
            ? "SELECT CONCAT('CHECKSUM TABLE `', TABLE_SCHEMA, '`.`', TABLE_NAME, '`;') AS run_these FROM information_schema.TABLES "
                + "WHERE TABLE_TYPE = 'BASE TABLE' AND TABLE_SCHEMA NOT IN ('mysql', 'information_schema', 'performance_schema', 'sys')"
            : $"CHECKSUM TABLE {Sql.Table(scene.Fact("table"))}";
        return [StepKinds.Compare.With(sums), StepKinds.CompareOnSource.With(sums)];
    }

    /// <summary>
    /// One statement that the replica need not run any more. By counting, which no thread may run for, or where GTIDs are demanded by an
    /// empty transaction under its GTID.
    /// </summary>
    public static ImmutableArray<RemedyStep> SkipStatement(Scene scene)
    {
        if (!scene.DemandsGtid)
            return
            [
                .. Backup(scene),
                StepKinds.SkipStatement.With(
                    [scene.Commands.Stop(), .. Selected(scene), $"SET GLOBAL {scene.Commands.SkipCounter} = 1", scene.Commands.Start()]),
            ];

        string gtid = scene.Fact("gtid");
        return
        [
            .. Backup(scene),
            StepKinds.Gtids.With(NextGtid(scene)),
            StepKinds.SkipStatement.With(
                scene.Commands.Stop(), $"SET GTID_NEXT = '{gtid}'", "BEGIN", "COMMIT", "SET GTID_NEXT = 'AUTOMATIC'",
                scene.Commands.Start()),
        ];
    }

    /// <summary>A key on both, by hand: replicated, the same statement would fail where the key is already.</summary>
    public static ImmutableArray<RemedyStep> AddKey(Scene scene, string alter)
    {
        RemedyStep add = StepKinds.AddKey.With(scene.Commands.Stop("SQL_THREAD"), HereAlone, alter, scene.Commands.Start("SQL_THREAD"));
        return [.. Backup(scene), .. Unlocked(scene, add), StepKinds.AddKeyOnSource.With(HereAlone, alter)];
    }

    /// <summary>A way back, before data is changed. It is piped away: on a full disk nothing else works.</summary>
    public static ImmutableArray<RemedyStep> Backup(Scene scene)
    {
        string dump = Shell.Words(scene.Commands.Dump, Shell.ToNode(scene), RebuildRemedies.Everything);
        string command = $"{dump} | gzip | ssh BACKUP_HOST 'cat > {scene.Node}.sql.gz'";
        return scene.DataBytes is null ? [StepKinds.BackupOfUnknownSize.With(command)] : [StepKinds.Backup.With(command)];
    }

    /// <summary>
    /// Whether it is a statement that failed: a copy would hold its change already, and the restart would make it once more.
    /// </summary>
    private static bool IsStatement(Scene scene) => scene.Facts.ContainsKey("query");

    /// <summary>
    /// A row was looked for to the end of the table: rows that are copied, and then come once more, would go into it twice.
    /// </summary>
    private static bool HasNoKey(Scene scene) => scene.Facts.GetValueOrDefault("handlerError") == "HA_ERR_END_OF_FILE";

    /// <summary>
    /// The server's own tables hold what is the replica's alone, such as its accounts, and are no tables at all in some versions.
    /// </summary>
    private static bool IsOfTheServer(Scene scene) => scene.Fact("table").StartsWith("mysql.", StringComparison.OrdinalIgnoreCase);

    private static string WithoutGtids(Scene scene) => scene.HasNoGtids ? "" : string.Join(' ', scene.SourceCommands.DumpWithoutGtids);

    // MariaDB counts for one channel, the session's; MySQL for the one that is started.
    public static IEnumerable<string> Selected(Scene scene) =>
        scene.Server.IsMariaDb && scene.Channel is { Channel: { Length: > 0 } name }
            ? [$"SET SESSION default_master_connection = {Sql.Literal(name)}"]
            : [];

    private static string NextGtid(Scene scene) => scene.Channel is { FetchedGtids: { } fetched, ExecutedGtids: { } executed }
        ? $"SELECT GTID_SUBTRACT({Sql.Literal(fetched)}, {Sql.Literal(executed)})"
        : scene.Commands.Status;

    /// <summary>Where administrators cannot write either, they are let for the moment of the step.</summary>
    public static IEnumerable<RemedyStep> Unlocked(Scene scene, RemedyStep step) => scene.SuperReadOnly
        ? [StepKinds.AllowCopy.With("SET GLOBAL super_read_only = OFF"), step, StepKinds.ForbidWrites.With(scene.Commands.ForbidWrites)]
        : [step];
}
