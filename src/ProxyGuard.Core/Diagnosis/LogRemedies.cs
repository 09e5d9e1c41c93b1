using System.Collections.Immutable;

namespace ProxyGuard.Core.Diagnosis;

/// <summary>Steps about threads, relay logs and binlogs: what is between the data of two servers.</summary>
internal static class LogRemedies
{
    public static ImmutableArray<RemedyStep> Look(Scene scene) => [StepKinds.Status.With(scene.Commands.Status)];

    public static ImmutableArray<RemedyStep> LookAtSourceLogs(Scene scene) =>
        [StepKinds.Status.With(scene.Commands.Status), StepKinds.SourceLogs.With("SHOW BINARY LOGS", scene.SourceCommands.Head)];

    public static ImmutableArray<RemedyStep> Start(Scene scene) => [StepKinds.Start.With(scene.Commands.Start()), Wait(scene)];

    public static ImmutableArray<RemedyStep> StartSql(Scene scene) =>
        [StepKinds.StartSql.With(scene.Commands.Start("SQL_THREAD")), Wait(scene)];

    public static ImmutableArray<RemedyStep> StartIo(Scene scene) =>
        [StepKinds.StartIo.With(scene.Commands.Start("IO_THREAD")), Wait(scene)];

    public static ImmutableArray<RemedyStep> LookForBlockers(Scene scene) =>
        [StepKinds.Status.With(scene.Commands.Status), StepKinds.Blockers.With("SHOW FULL PROCESSLIST", "SHOW ENGINE INNODB STATUS")];

    /// <summary>The status is what hangs: it is not asked for again.</summary>
    public static ImmutableArray<RemedyStep> LookAtHang(Scene scene) =>
        [StepKinds.WhatHangs.With("SHOW FULL PROCESSLIST"), StepKinds.Disk.With(Shell.On(scene.Host, "df -h"))];

    /// <summary>
    /// A lock is not ProxyGuard's to take away, nor is it always told whose it is: a person looks, and ends the session that may go.
    /// </summary>
    public static ImmutableArray<RemedyStep> EndBlocker(Scene scene) =>
        [.. LookForBlockers(scene), StepKinds.EndBlocker.With($"KILL {Scene.Unknown("id")}", "SHOW FULL PROCESSLIST")];

    /// <summary>
    /// Fetches again what was not applied yet: the source still has it. The replica's position is kept by the server's own tables, or
    /// named. MariaDB with GTID throws its relay logs away at each start of both threads.
    /// </summary>
    public static ImmutableArray<RemedyStep> Refetch(Scene scene)
    {
        ServerCommands words = scene.Commands;
        (string file, string position) = scene.Executed;
        string[] place = (scene.UsesGtid, scene.Server.IsMariaDb) switch
        {
            (true, true) => [],
            (true, false) => [words.Reset, words.ChangeSource(words.PlaceByGtid)],
            (false, _) => [words.ChangeSource($"LOG_FILE = {Sql.Literal(file)}", $"LOG_POS = {position}")],
        };
        return [StepKinds.NotePosition.With(words.Status), StepKinds.Refetch.With([words.Stop(), .. place, words.Start()]), Wait(scene)];
    }

    /// <summary>
    /// The relay logs that the replica looks for are not there, such as after the host was renamed. Neither START nor CHANGE reads further
    /// then (error 1201): only RESET does, which forgets the position. So the position has to be noted before.
    /// </summary>
    public static ImmutableArray<RemedyStep> FetchFromNotedPlace(Scene scene)
    {
        ServerCommands words = scene.Commands;
        (string file, string position) = scene.Executed;
        string place = scene.UsesGtid
            ? words.ChangeSource(words.PlaceByGtid)
            : words.ChangeSource($"LOG_FILE = {Sql.Literal(file)}", $"LOG_POS = {position}");
        return
        [
            StepKinds.NotePosition.With(words.Status), StepKinds.RefetchAfterReset.With(words.Stop(), words.Reset, place, words.Start()),
            Wait(scene),
        ];
    }

    /// <summary>A transaction is larger than something the replica was given for it.</summary>
    public static ImmutableArray<RemedyStep> RaiseLimit(Scene scene)
    {
        string variable = scene.Fact("number") switch
        {
            "1705" => "max_binlog_stmt_cache_size",
            "1864" => scene.Commands.Variable("pending_jobs_size_max"),
            _ => "max_binlog_cache_size",
        };
        return
        [
            .. Look(scene),
            StepKinds.Variables.With($"SELECT @@GLOBAL.{variable}"),
            StepKinds.RaiseLimit.With(
                $"SET GLOBAL {variable} = {4L << 30}", scene.Commands.Stop("SQL_THREAD"), scene.Commands.Start("SQL_THREAD")),
            Wait(scene),
        ];
    }

    /// <summary>Row events that cannot be written on as statements.</summary>
    public static ImmutableArray<RemedyStep> AllowRowFormat(Scene scene) =>
    [
        .. Look(scene),
        StepKinds.Variables.With("SELECT @@GLOBAL.binlog_format"),
        StepKinds.AllowRowFormat.With(
            "SET GLOBAL binlog_format = 'MIXED'", scene.Commands.Stop("SQL_THREAD"), scene.Commands.Start("SQL_THREAD")),
        Wait(scene),
    ];

    /// <summary>
    /// What has been written with checksums stays unreadable for that replica: a newer server reads on, else the rebuilt replica begins
    /// behind it.
    /// </summary>
    public static ImmutableArray<RemedyStep> WithoutChecksums(Scene scene) =>
        [
            .. LookAtSourceLogs(scene), StepKinds.WithoutChecksums.With("SET GLOBAL binlog_checksum = 'NONE'"),
            .. RebuildRemedies.Rebuild(scene),
        ];

    /// <summary>A source that crashed lost the end of its last binlog: what it wrote then is in none of them.</summary>
    public static ImmutableArray<RemedyStep> GoToNextLog(Scene scene)
    {
        ServerCommands words = scene.Commands;
        if (scene.UsesGtid)
            return Refetch(scene);
        string next = scene.Channel?.Fetched is { } fetched ? NextFile(fetched) : Scene.Unknown("nextFile");
        return
        [
            StepKinds.SkipToNextLog.With(words.Stop(), words.ChangeSource($"LOG_FILE = {Sql.Literal(next)}", "LOG_POS = 4"), words.Start()),
            Wait(scene),
        ];
    }

    public static ImmutableArray<RemedyStep> RaisePacket(Scene scene)
    {
        const int Largest = 1 << 30;
        string variable = scene.Commands.Variable("max_allowed_packet");
        string set = $"SET GLOBAL max_allowed_packet = {Largest}";
        // A variable of its own since MySQL 5.1.64, 5.5.26 and 5.6.6, and MariaDB 5.5.
        bool hasOwn = scene.Server.IsAtLeast(5, 5, 26);
        return
        [
            .. LookAtSourceLogs(scene),
            StepKinds.PacketOnSource.With(set),
            StepKinds.PacketOnReplica.With(
                [set, .. hasOwn ? [$"SET GLOBAL {variable} = {Largest}"]
                    : ReadOnlySpan<string>.Empty, scene.Commands.Stop("IO_THREAD"), scene.Commands.Start("IO_THREAD")]),
            Wait(scene),
        ];
    }

    /// <summary>
    /// Transactions that only the replica has: with MySQL the source gets empty ones under the same names, with MariaDB, or where they are
    /// many, the replica is rebuilt.
    /// </summary>
    public static ImmutableArray<RemedyStep> ErrantGtid(Scene scene)
    {
        ImmutableArray<RemedyStep> look = scene.Server.IsMariaDb
            ? [StepKinds.Gtids.With("SELECT @@GLOBAL.gtid_slave_pos, @@GLOBAL.gtid_binlog_pos"),
                StepKinds.GtidsOnSource.With("SELECT @@GLOBAL.gtid_binlog_pos")]
            : [StepKinds.GtidsOnSource.With("SELECT @@GLOBAL.gtid_executed"),
                StepKinds.Gtids.With($"SELECT GTID_SUBTRACT(@@GLOBAL.gtid_executed, '{Scene.Unknown("gtid_executed of the source")}')")];
        if (scene.Server.IsMariaDb)
            return [.. Look(scene), .. look, .. RebuildRemedies.Rebuild(scene)];
        return
        [
            .. Look(scene), .. look,
            StepKinds.EmptyTransaction.With($"SET GTID_NEXT = '{scene.Fact("gtid")}'", "BEGIN", "COMMIT", "SET GTID_NEXT = 'AUTOMATIC'"),
            .. StartIo(scene),
            .. RebuildRemedies.Rebuild(scene),
        ];
    }

    private static RemedyStep Wait(Scene scene) => StepKinds.Wait.With(scene.Commands.Status);

    private static string NextFile(Replication.BinlogPosition position) =>
        Replication.BinlogPosition.TryParse($"{position.LogName}.{position.Sequence + 1}", 4)?.File ?? Scene.Unknown("nextFile");
}
