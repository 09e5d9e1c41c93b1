using System.Collections.Immutable;
using ProxyGuard.Core.Replication;

namespace ProxyGuard.Seeing.Probing;

/// <summary>
/// The statements one kind of server understands, each in the forms to try, the preferred one first: forks and pre-releases say versions
/// whose statements they do not know. What they answer is read by name, in the old and the new vocabulary alike (<see
/// cref="ReplicationRows"/>).
/// </summary>
internal sealed record Dialect
{
    // https://dev.mysql.com/doc/refman/8.4/en/show-binary-logs.html, the same in every version and flavour.
    public const string BinaryLogs = "SHOW BINARY LOGS";

    // MariaDB 10.0 and later: every connection, also named ones. https://mariadb.com/kb/en/show-replica-status/
    private const string AllSlaves = "SHOW ALL SLAVES STATUS";

    // Up to MySQL 8.3 and in every MariaDB. https://dev.mysql.com/doc/refman/5.7/en/show-slave-status.html
    private const string Slave = "SHOW SLAVE STATUS";

    // MySQL 8.0.22 and later. https://dev.mysql.com/doc/refman/8.4/en/show-replica-status.html
    private const string Replica = "SHOW REPLICA STATUS";

    // Up to MySQL 8.3 and in every MariaDB. https://dev.mysql.com/doc/refman/5.7/en/show-master-status.html
    private const string MasterStatus = "SHOW MASTER STATUS";

    // MySQL 8.2 and later; the only one since 8.4. https://dev.mysql.com/doc/refman/8.4/en/show-binary-log-status.html
    private const string LogStatus = "SHOW BINARY LOG STATUS";

    // super_read_only is of MySQL 5.7.8, server_uuid of 5.6; MariaDB has neither.
    // https://dev.mysql.com/doc/refman/8.4/en/server-system-variables.html
    private const string PlainSettings = "SELECT @@global.server_id AS server_id, @@global.read_only AS read_only";
    private const string SettingsWithUuid = PlainSettings + ", @@global.server_uuid AS server_uuid";
    private const string AllSettings = SettingsWithUuid + ", @@global.super_read_only AS super_read_only";

    private static readonly ImmutableArray<string> SettingsForms = [AllSettings, SettingsWithUuid, PlainSettings];

    // What a server leaves out and passes on. The words with "replica" are of MySQL 8.0.26, gtid_binlog_pos of MariaDB 10.0; before MySQL
    // 5.5 these variables cannot be selected, only shown. No privilege is needed for any of it.
    // https://dev.mysql.com/doc/refman/8.4/en/replication-options-replica.html, https://mariadb.com/kb/en/gtid/
    private const string ReplicaPassing =
        "SELECT @@global.log_replica_updates AS log_replica_updates, @@global.replica_skip_errors AS replica_skip_errors, @@global.replica_exec_mode AS replica_exec_mode, @@global.binlog_format AS binlog_format";
    private const string SlavePassing =
        "SELECT @@global.log_slave_updates AS log_slave_updates, @@global.slave_skip_errors AS slave_skip_errors, @@global.slave_exec_mode AS slave_exec_mode, @@global.binlog_format AS binlog_format";
    private const string MariaDbPassing =
        SlavePassing + ", @@global.gtid_binlog_pos AS gtid_binlog_pos, @@global.replicate_events_marked_for_skip AS replicate_events_marked_for_skip";
    private const string ShownPassing = """
        SHOW GLOBAL VARIABLES WHERE Variable_name IN (
        'log_replica_updates', 'log_slave_updates', 'replica_skip_errors', 'slave_skip_errors', 'replica_exec_mode', 'slave_exec_mode', 'binlog_format',
        'gtid_binlog_pos', 'replicate_events_marked_for_skip')
        """;

    // Every connection before the one without a name: a server that knows both must not hide its second source.
    private static readonly Dialect MariaDb = new(
        SettingsForms[2..], [MariaDbPassing, SlavePassing, ShownPassing], [AllSlaves, Slave, Replica], [MasterStatus, LogStatus]);

    // MariaDB 5.5 knows one source only.
    private static readonly Dialect OldMariaDb = MariaDb with { ReplicationForms = [Slave, AllSlaves, Replica] };

    private static readonly Dialect MySql = new(
        SettingsForms, [ReplicaPassing, SlavePassing, ShownPassing], [Replica, Slave, AllSlaves], [LogStatus, MasterStatus]);

    private static readonly Dialect OldMySql = new(
        SettingsForms, [SlavePassing, ShownPassing], [Slave, Replica, AllSlaves], [MasterStatus, LogStatus]);

    private Dialect(
        ImmutableArray<string> settings, ImmutableArray<string> passing, ImmutableArray<string> replication, ImmutableArray<string> heads)
    {
        AllSettingsForms = settings;
        PassingForms = passing;
        ReplicationForms = replication;
        HeadForms = heads;
    }

    /// <summary>Settings of the server, one row: server_id, read_only, and what else it has.</summary>
    public string Settings => AllSettingsForms[0];

    /// <summary>What it leaves out and passes on: one row with a column for each variable, or one row for each.</summary>
    public string Passing => PassingForms[0];

    /// <summary>One row per replication channel; none when the server does not replicate.</summary>
    public string ReplicationStatus => ReplicationForms[0];

    /// <summary>One row with the binlog's head; none when the server writes no binlog.</summary>
    public string Head => HeadForms[0];

    /// <summary>
    /// What every tick asks, in one command. Replication before head: the head must hold at least what was executed, or a replica below
    /// would seem fresher than it is. GTIDs in the binlog after the head: a replica that has them all has what the head shows.
    /// </summary>
    public ImmutableArray<string> Tick => [Settings, ReplicationStatus, Head, Passing];

    public const int TickLength = 4;

    private ImmutableArray<string> AllSettingsForms { get; init; }

    private ImmutableArray<string> PassingForms { get; init; }

    private ImmutableArray<string> ReplicationForms { get; init; }

    private ImmutableArray<string> HeadForms { get; init; }

    public static Dialect For(ServerVersion server) => server switch
    {
        { IsMariaDb: true } => server.IsAtLeast(10, 0) ? MariaDb : OldMariaDb,
        _ when server.IsAtLeast(8, 2) => MySql,
        _ when server.IsAtLeast(5, 7, 8) => OldMySql,
        _ => OldMySql with { AllSettingsForms = server.IsAtLeast(5, 6) ? SettingsForms[1..] : SettingsForms[2..] },
    };

    /// <summary>The dialect of a server that turned out not to know this statement. Null when there is no other form of it.</summary>
    public Dialect? Without(string statement)
    {
        var rest = new Dialect(
            AllSettingsForms.Remove(statement), PassingForms.Remove(statement), ReplicationForms.Remove(statement),
            HeadForms.Remove(statement));
        return rest.AllSettingsForms.IsEmpty || rest.PassingForms.IsEmpty || rest.ReplicationForms.IsEmpty || rest.HeadForms.IsEmpty
            || rest.Tick.SequenceEqual(Tick)
            ? null
            : rest;
    }
}
