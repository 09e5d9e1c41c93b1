using ProxyGuard.Core.Replication;

namespace ProxyGuard.Probing;

/// <summary>The statements one kind of server understands. What they answer is read by name, in the old and the new vocabulary alike (<see cref="ReplicationRows"/>).</summary>
internal sealed record Dialect
{
    /// <summary>One row per replication channel; none when the server replicates from nobody.</summary>
    public required string ReplicationStatus { get; init; }

    /// <summary>One row with the binlog's head; none when the server writes no binlog.</summary>
    public required string Head { get; init; }

    /// <summary>Settings of the server, one row: server_id, read_only, server_uuid.</summary>
    public required string Settings { get; init; }

    // https://dev.mysql.com/doc/refman/8.4/en/show-binary-logs.html, the same in every version and flavour.
    public const string BinaryLogs = "SHOW BINARY LOGS";

    // MariaDB 10.0 and later: every connection, also named ones. https://mariadb.com/kb/en/show-replica-status/
    public static readonly Dialect MariaDb = new()
    {
        ReplicationStatus = "SHOW ALL SLAVES STATUS",
        Head = "SHOW MASTER STATUS",
        Settings = "SELECT @@global.server_id AS server_id, @@global.read_only AS read_only, NULL AS server_uuid",
    };

    // MySQL 8.2 and later; SHOW MASTER STATUS is gone in 8.4. https://dev.mysql.com/doc/refman/8.4/en/show-binary-log-status.html
    public static readonly Dialect MySql = new()
    {
        ReplicationStatus = "SHOW REPLICA STATUS",
        Head = "SHOW BINARY LOG STATUS",
        Settings = "SELECT @@global.server_id AS server_id, @@global.read_only AS read_only, @@global.server_uuid AS server_uuid",
    };

    // Up to MySQL 8.1. https://dev.mysql.com/doc/refman/5.7/en/show-slave-status.html
    public static readonly Dialect OldMySql = MySql with { ReplicationStatus = "SHOW SLAVE STATUS", Head = "SHOW MASTER STATUS" };

    // Before 5.6 servers had no UUID.
    public static readonly Dialect AncientMySql = OldMySql with { Settings = MariaDb.Settings };

    // MariaDB 5.5 knows one source only.
    public static readonly Dialect AncientMariaDb = MariaDb with { ReplicationStatus = "SHOW SLAVE STATUS" };

    public static Dialect For(ServerVersion server) => server switch
    {
        { IsMariaDb: true } => server.IsAtLeast(10, 0) ? MariaDb : AncientMariaDb,
        _ when server.IsAtLeast(8, 2) => MySql,
        _ => server.IsAtLeast(5, 6) ? OldMySql : AncientMySql,
    };
}
