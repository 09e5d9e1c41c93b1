using System.Collections.Immutable;
using System.Text.RegularExpressions;
using ProxyGuard.Core.Diagnosis;
using ProxyGuard.Seeing.Probing;

namespace ProxyGuard.Seeing.Examination;

/// <summary>One thread of a server, as SHOW PROCESSLIST shows it.</summary>
/// <param name="IsOfTheServer">One of its replication threads, which only an account with PROCESS sees.</param>
internal readonly record struct ThreadRow(bool IsOfTheServer, bool IsApplier, ApplierActivity Activity);

/// <summary>One column of a primary or unique key.</summary>
/// <param name="Table">"database.table".</param>
/// <param name="Column">Null when the key has only its beginning, or an expression.</param>
internal readonly record struct KeyPart(string Table, string Key, string? Column);

/// <summary>What a node is asked for an examination, and how it is read. The same statements for every version and flavour.</summary>
internal static partial class ExaminationRows
{
    // Names of all generations side by side: a server shows those it has. https://dev.mysql.com/doc/refman/8.4/en/show-variables.html
    public static readonly string Variables = $"""
        SHOW GLOBAL VARIABLES WHERE Variable_name IN ({ServerRows.ArchitectureNames}, 'server_id', 'read_only', 'super_read_only',
        'gtid_mode', 'enforce_gtid_consistency', 'gtid_executed', 'gtid_purged',
        'gtid_slave_pos', 'gtid_current_pos', 'gtid_binlog_pos', 'gtid_strict_mode',
        'log_bin', 'log_slave_updates', 'log_replica_updates', 'binlog_format', 'binlog_row_image',
        'max_allowed_packet', 'slave_max_allowed_packet', 'replica_max_allowed_packet',
        'expire_logs_days', 'binlog_expire_logs_seconds', 'max_binlog_size', 'relay_log_recovery', 'relay_log_space_limit',
        'slave_parallel_workers', 'replica_parallel_workers', 'slave_parallel_threads', 'slave_exec_mode', 'replica_exec_mode',
        'slave_type_conversions', 'replica_type_conversions', 'slave_transaction_retries', 'replica_transaction_retries',
        'sql_slave_skip_counter', 'sql_replica_skip_counter', 'datadir', 'tmpdir', 'default_authentication_plugin',
        'sync_binlog', 'innodb_flush_log_at_trx_commit', 'slave_parallel_mode', 'max_connect_errors', 'skip_name_resolve')
        """;

    // MySQL 5.7 and later. https://dev.mysql.com/doc/refman/8.4/en/performance-schema-replication-applier-status-by-worker-table.html
    public const string WorkerErrors =
        "SELECT channel_name, last_error_number, last_error_message FROM performance_schema.replication_applier_status_by_worker WHERE last_error_number <> 0";

    public const string Grants = "SHOW GRANTS";

    // MySQL 5.7.8 and later stop by themselves after these milliseconds; for others it is a comment.
    private const string InTime = "/*+ MAX_EXECUTION_TIME(5000) */";
    private const string OfTheSite = "TABLE_SCHEMA NOT IN ('mysql', 'information_schema', 'performance_schema', 'sys')";

    // https://dev.mysql.com/doc/refman/8.4/en/information-schema-tables-table.html
    public const string Tables = $"""
        SELECT {InTime} TABLE_SCHEMA AS in_schema, TABLE_NAME AS in_table, DATA_LENGTH + INDEX_LENGTH AS bytes
        FROM information_schema.TABLES WHERE TABLE_TYPE = 'BASE TABLE' AND {OfTheSite}
        """;

    // https://dev.mysql.com/doc/refman/8.4/en/information-schema-statistics-table.html
    public const string KeyParts = $"""
        SELECT {InTime} TABLE_SCHEMA AS in_schema, TABLE_NAME AS in_table, INDEX_NAME AS in_key, COLUMN_NAME AS in_column, SUB_PART AS only_first
        FROM information_schema.STATISTICS WHERE NON_UNIQUE = 0 AND {OfTheSite} ORDER BY TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX
        """;

    // https://dev.mysql.com/doc/refman/8.4/en/information-schema-key-column-usage-table.html
    public const string References = $"""
        SELECT DISTINCT {InTime} TABLE_SCHEMA AS in_schema, TABLE_NAME AS in_table, REFERENCED_TABLE_SCHEMA AS to_schema, REFERENCED_TABLE_NAME AS to_table
        FROM information_schema.KEY_COLUMN_USAGE WHERE REFERENCED_TABLE_NAME IS NOT NULL AND {OfTheSite}
        """;

    public static ThreadRow Thread(StatusRow row)
    {
        string command = row.Text("Command") ?? "";
        string state = row.Text("State") ?? "";
        // MariaDB gives the threads of InnoDB the same name.
        bool isOfTheServer = row.Text("User") is "system user" && command is not "Daemon";
        bool isReceiver = command is "Slave_IO" || ReceiverStates().IsMatch(state);
        TimeSpan since = row.Number("Time") is >= 0 and <= uint.MaxValue and long seconds ? TimeSpan.FromSeconds(seconds) : TimeSpan.Zero;
        return new ThreadRow(isOfTheServer, isOfTheServer && !isReceiver, new ApplierActivity(state, row.TextOrNull("Info"), since));
    }

    /// <summary>Null when the number says that there is none.</summary>
    public static WorkerError? WorkerErrorOf(StatusRow row) =>
        ServerErrors.Read(row.Number("last_error_number"), row.Text("last_error_message")) is { } error
            ? new WorkerError(row.Text("channel_name") ?? "", error)
            : null;

    /// <summary>The statement of one grant: its column is named after the account.</summary>
    public static string Grant(StatusRow row) => row.First ?? "";

    /// <summary>Whether a grant lets its account see the threads of others. Roles say nothing here, which counts as no.</summary>
    public static bool ShowsThreads(string grant) => ProcessGrant().IsMatch(grant);

    public static (string Name, long Bytes) Table(StatusRow row) => (NameOf(row), row.Number("bytes") ?? 0);

    public static KeyPart KeyPartOf(StatusRow row) =>
        new(NameOf(row), row.Text("in_key") ?? "", row.Number("only_first") is null ? row.Text("in_column") : null);

    public static TableReference Reference(StatusRow row) => new(NameOf(row), $"{row.Text("to_schema")}.{row.Text("to_table")}");

    /// <param name="parts">In the order of each key.</param>
    public static ImmutableArray<UniqueKey> UniqueKeys(IEnumerable<KeyPart> parts) =>
    [
        .. parts.GroupBy(part => (part.Table, part.Key)).Select(key =>
            new UniqueKey(key.Key.Table, key.Key.Key, key.Any(part => part.Column is null) ? [] : [.. key.Select(part => part.Column!)])),
    ];

    private static string NameOf(StatusRow row) => $"{row.Text("in_schema")}.{row.Text("in_table")}";

    // https://dev.mysql.com/doc/refman/8.4/en/replica-io-thread-states.html, in both vocabularies.
    [GeneratedRegex(
        @"^(?:Waiting for (?:master|source) to send|Queueing (?:master|source) event|Waiting to reconnect|(?:Re)?connecting (?:to|after)|Checking (?:master|source) version|Registering (?:slave|replica)|Requesting binlog|Waiting for (?:master|source) update|Waiting for the (?:slave|replica) SQL thread to free)",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex ReceiverStates();

    [GeneratedRegex(
        @"^GRANT (?:ALL PRIVILEGES|(?:.*, ?)?PROCESS(?:,.*)?) ON \*\.\* TO ", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex ProcessGrant();
}
