using System.Collections.Immutable;
using ProxyGuard.Core.Replication;

namespace ProxyGuard.Core.Diagnosis;

/// <summary>
/// The words of one server for one channel: which statements, options, variables and programs it knows, by flavour and version.
/// MySQL renamed SLAVE and MASTER between 8.0.22 and 8.4, where the old words are gone; MariaDB understands SLAVE and MASTER in every
/// version.
/// </summary>
/// <param name="channel">"" for the only one. Channels have names since MySQL 5.7.6 and MariaDB 10.0.</param>
/// <seealso href="https://dev.mysql.com/doc/refman/8.0/en/added-deprecated-removed.html"/>
/// <seealso href="https://mariadb.com/kb/en/change-master-to/"/>
public sealed class ServerCommands(ServerVersion server, string channel = "")
{
    private bool SaysReplica => IsMySqlFrom(8, 0, 22);

    private bool SaysSource => IsMySqlFrom(8, 0, 23);

    // Variables and the options of mysqldump were the last.
    private bool HasNewNames => IsMySqlFrom(8, 0, 26);

    private string Replica => SaysReplica ? "REPLICA" : "SLAVE";

    private string Source => SaysSource ? "SOURCE" : "MASTER";

    private string MariaDbChannel => server.IsMariaDb && channel.Length > 0 ? $" {Sql.Literal(channel)}" : "";

    private string MySqlChannel => !server.IsMariaDb && channel.Length > 0 ? $" FOR CHANNEL {Sql.Literal(channel)}" : "";

    public string Status => $"SHOW {Replica}{MariaDbChannel} STATUS{MySqlChannel}";

    /// <summary>Where the server's own binlog ends; SHOW MASTER STATUS until MySQL 8.2.</summary>
    public string Head => IsMySqlFrom(8, 2, 0) ? "SHOW BINARY LOG STATUS" : "SHOW MASTER STATUS";

    public string Replicas => SaysReplica ? "SHOW REPLICAS" : "SHOW SLAVE HOSTS";

    /// <param name="thread">"" for both, or <c>IO_THREAD</c>, <c>SQL_THREAD</c>.</param>
    public string Start(string thread = "") => $"START {Replica}{MariaDbChannel}{Spaced(thread)}{MySqlChannel}";

    /// <inheritdoc cref="Start"/>
    public string Stop(string thread = "") => $"STOP {Replica}{MariaDbChannel}{Spaced(thread)}{MySqlChannel}";

    /// <summary>Throws the relay logs away, and the position in the source's binlog; keeps how to connect.</summary>
    public string Reset => $"RESET {Replica}{MariaDbChannel}{MySqlChannel}";

    /// <summary>Forgets what a server wrote into its own binlog, and with MySQL which GTIDs it has executed.</summary>
    public string ResetBinlog => IsMySqlFrom(8, 2, 0) ? "RESET BINARY LOGS AND GTIDS" : "RESET MASTER";

    /// <param name="options">Such as <c>LOG_POS = 4</c>: their names without the first word, which differs.</param>
    public string ChangeSource(params ReadOnlySpan<string> options)
    {
        string all = string.Join(", ", options.ToArray().Select(option => $"{Source}_{option}"));
        return $"{ChangeSourceTo} {all}{MySqlChannel}";
    }

    /// <summary>
    /// Lets MySQL 8 and later fetch the key that encrypts a password on a connection without TLS; null where no server asks for that.
    /// </summary>
    public string? AllowPublicKey => IsMySqlFrom(8, 0, 3) ? $"{ChangeSourceTo} GET_{Source}_PUBLIC_KEY = 1{MySqlChannel}" : null;

    private string ChangeSourceTo => SaysSource ? "CHANGE REPLICATION SOURCE TO" : $"CHANGE MASTER{MariaDbChannel} TO";

    /// <summary>The option that finds the position by GTID.</summary>
    public string PlaceByGtid => server.IsMariaDb ? "USE_GTID = slave_pos" : "AUTO_POSITION = 1";

    /// <summary>The global variable that was slave_ plus <paramref name="name"/> until MySQL 8.0.26.</summary>
    public string Variable(string name) => $"{(HasNewNames ? "replica" : "slave")}_{name}";

    /// <summary>The option with which an intermediate passes on what it applies.</summary>
    public string LogReplicaUpdates => HasNewNames ? "log_replica_updates" : "log_slave_updates";

    public string SkipCounter => HasNewNames ? "sql_replica_skip_counter" : "sql_slave_skip_counter";

    public string Client => IsMariaDbWithOwnNames ? "mariadb" : "mysql";

    public string Dump => IsMariaDbWithOwnNames ? "mariadb-dump" : "mysqldump";

    /// <summary>The option of a dump that makes the server that loads it follow the dumped server from there.</summary>
    public string DumpWithPosition => HasNewNames ? "--source-data=1" : "--master-data=1";

    /// <summary>A dump of some tables must not claim transactions as executed, as it does with the GTIDs of MySQL.</summary>
    public ImmutableArray<string> DumpWithoutGtids => IsMySqlFrom(5, 6, 0) ? ["--set-gtid-purged=OFF"] : [];

    /// <summary>Refuses the writes of everybody; of everybody but administrators where the server can no more.</summary>
    public string ForbidWrites => HasSuperReadOnly ? "SET GLOBAL super_read_only = ON" : "SET GLOBAL read_only = ON";

    public bool HasSuperReadOnly => IsMySqlFrom(5, 7, 8);

    public bool HasWorkerStatus => IsMySqlFrom(5, 7, 0);

    public bool CanClone => IsMySqlFrom(8, 0, 17);

    /// <summary>How many binlogs are kept is said in seconds since MySQL 8.0.1, in days by all others.</summary>
    public string KeepBinlogsFor(int days) => IsMySqlFrom(8, 0, 1)
        ? $"SET GLOBAL binlog_expire_logs_seconds = {days * 86400}"
        : $"SET GLOBAL expire_logs_days = {days}";

    /// <summary>
    /// Who holds the locks that statements wait for. Null where no table tells (MariaDB), or its instrument is off as a default (before
    /// MySQL 8.0).
    /// </summary>
    // https://dev.mysql.com/doc/refman/8.4/en/performance-schema-metadata-locks-table.html
    public string? LockHolders => IsMySqlFrom(8, 0, 0)
        ? "SELECT t.PROCESSLIST_ID, t.PROCESSLIST_USER, t.PROCESSLIST_HOST, t.PROCESSLIST_TIME, m.OBJECT_TYPE, m.OBJECT_SCHEMA, m.OBJECT_NAME, m.LOCK_TYPE, m.LOCK_STATUS "
            + "FROM performance_schema.metadata_locks m JOIN performance_schema.threads t ON t.THREAD_ID = m.OWNER_THREAD_ID"
        : null;

    /// <summary>
    /// Forgets which hosts failed to connect too often. Of a server of unknown version, both that may be the one: each server
    /// understands one of them.
    /// </summary>
    public ImmutableArray<string> UnblockHosts =>
    [
        .. IsMySqlFrom(8, 0, 23) || server.IsUnknown ? ["TRUNCATE TABLE performance_schema.host_cache"] : ReadOnlySpan<string>.Empty,
        .. IsMySqlFrom(8, 0, 23) ? ReadOnlySpan<string>.Empty : ["FLUSH HOSTS"],
    ];

    /// <summary>What ProxyGuard's account needs to see replication.</summary>
    public string GuardPrivileges => !server.IsMariaDb || !server.IsAtLeast(10, 5, 2)
        ? "REPLICATION CLIENT"
        : server.IsAtLeast(10, 5, 9) ? "BINLOG MONITOR, SLAVE MONITOR" : "BINLOG MONITOR, REPLICATION SLAVE ADMIN";

    // The programs have names of their own since MariaDB 10.4.6, and no others everywhere since 11.
    private bool IsMariaDbWithOwnNames => server.IsMariaDb && server.IsAtLeast(10, 5);

    private bool IsMySqlFrom(int major, int minor, int patch) => !server.IsMariaDb && server.IsAtLeast(major, minor, patch);

    private static string Spaced(string word) => word.Length > 0 ? $" {word}" : "";
}
