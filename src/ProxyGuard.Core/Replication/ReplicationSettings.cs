namespace ProxyGuard.Core.Replication;

/// <summary>What a server's variables say about what it leaves out and passes on, read with every reading.</summary>
public sealed record ReplicationSettings
{
    /// <summary>Of a server that said nothing.</summary>
    public static ReplicationSettings Unsaid { get; } = new();

    /// <summary>
    /// <c>log_replica_updates</c>, formerly <c>log_slave_updates</c>: whether what it applies goes into its own binlog. Null when it does
    /// not say.
    /// </summary>
    public bool? LogsApplied { get; init; }

    /// <summary>
    /// <c>replica_skip_errors</c>, formerly <c>slave_skip_errors</c>: the errors whose statements are left out. Null for none.
    /// </summary>
    public string? SkippedErrors { get; init; }

    /// <summary><c>replica_exec_mode</c>, formerly <c>slave_exec_mode</c>, is IDEMPOTENT. Servers before MySQL 5.1 cannot.</summary>
    public bool IsIdempotent { get; init; }

    /// <summary>
    /// <c>replicate_events_marked_for_skip</c> of MariaDB, where it is not REPLICATE: transactions that a session marked are left out. Null
    /// else.
    /// </summary>
    public string? SkipsMarked { get; init; }

    /// <summary>
    /// Whether it writes rows, and so nothing of a statement that changed none (<c>binlog_format</c> = ROW). False also when it does not
    /// say.
    /// </summary>
    public bool LogsRows { get; init; }

    /// <summary>
    /// <c>gtid_binlog_pos</c> of MariaDB: how far each replication domain has come in its binlog. Null where there is none.
    /// </summary>
    public string? BinlogGtids { get; init; }
}
