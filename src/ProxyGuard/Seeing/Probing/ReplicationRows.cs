using System.Collections.Immutable;
using ProxyGuard.Core.Replication;

namespace ProxyGuard.Seeing.Probing;

/// <summary>Reads what status statements answer.</summary>
internal static class ReplicationRows
{
    /// <summary>Null when there is none.</summary>
    public static BinlogHead? Head(StatusRow row) =>
        Position(row, ["File"], ["Position"]) is { } position
            ? new BinlogHead(position, row.Text("Executed_Gtid_Set") is { Length: > 0 } gtids ? gtids : null)
            : null;

    public static BinlogFile? LogFile(StatusRow row) => Position(row, ["Log_name"], ["File_size"]) is { } end ? new BinlogFile(end) : null;

    public static ServerId Server(StatusRow row) => new(row.Number("server_id") ?? 0, row.TextOrNull("server_uuid"));

    /// <summary>What of the server's own is kept out of its binlog: Binlog_Do_DB and Binlog_Ignore_DB, beside the head.</summary>
    public static ImmutableArray<string> BinlogFilters(StatusRow row) => Filters(row);

    /// <summary>What is known after one more row: all variables, or one with its name and value.</summary>
    public static ReplicationSettings Passing(StatusRow row, ReplicationSettings known) => row.Text("Variable_name") is { } name
        ? With(known, name, row.Text("Value"))
        : PassingNames.Aggregate(known, (sofar, name) => row.Text(name) is { } value ? With(sofar, name, value) : sofar);

    private static readonly ImmutableArray<string> PassingNames =
    [
        "log_replica_updates", "log_slave_updates", "replica_skip_errors", "slave_skip_errors", "replica_exec_mode", "slave_exec_mode",
        "binlog_format",
        "gtid_binlog_pos", "replicate_events_marked_for_skip",
    ];

    private static ReplicationSettings With(ReplicationSettings known, string name, string? value) => name.ToLowerInvariant() switch
    {
        "log_replica_updates" or "log_slave_updates" => known with { LogsApplied = StatusRow.Switched(value) },
        "replica_skip_errors" or "slave_skip_errors" =>
            known with { SkippedErrors = value is null or "" || StatusRow.Switched(value) == false ? null : value },
        "replica_exec_mode" or "slave_exec_mode" =>
            known with { IsIdempotent = string.Equals(value, "IDEMPOTENT", StringComparison.OrdinalIgnoreCase) },
        "binlog_format" => known with { LogsRows = string.Equals(value, "ROW", StringComparison.OrdinalIgnoreCase) },
        "gtid_binlog_pos" => known with { BinlogGtids = value is "" ? null : value },
        "replicate_events_marked_for_skip" =>
            known with { SkipsMarked = string.Equals(value, "REPLICATE", StringComparison.OrdinalIgnoreCase) ? null : value },
        _ => known,
    };

    /// <summary>
    /// Null for a channel that has no source: after RESET SLAVE old servers show one with an empty host. A host that is NULL or missing is
    /// no such sign: then there is a channel, and its source is unknown.
    /// </summary>
    public static ReplicationStatus? Channel(StatusRow row)
    {
        string? host = row.Text("Source_Host", "Master_Host");
        return host is "" ? null : Channel(row, host ?? "");
    }

    private static ReplicationStatus Channel(StatusRow row, string host) => new()
    {
        Channel = row.Text("Channel_Name", "Connection_name") ?? "",
        SourceHost = host,
        SourcePort = row.Number("Source_Port", "Master_Port") is >= 0 and <= ushort.MaxValue and long port ? (int)port : 0,
        SourceServerId = row.Number("Source_Server_Id", "Master_Server_Id") ?? 0,
        SourceUuid = row.TextOrNull("Source_UUID", "Master_UUID"),
        IoThread = Thread(row.Text("Replica_IO_Running", "Slave_IO_Running")),
        SqlThread = Thread(row.Text("Replica_SQL_Running", "Slave_SQL_Running")),
        Executed = Position(row, ["Relay_Source_Log_File", "Relay_Master_Log_File"], ["Exec_Source_Log_Pos", "Exec_Master_Log_Pos"]),
        Fetched = Position(row, ["Source_Log_File", "Master_Log_File"], ["Read_Source_Log_Pos", "Read_Master_Log_Pos"]),
        Delay = Seconds(row.Number("SQL_Delay")) ?? TimeSpan.Zero,
        GivesUpAfter = GivesUpAfter(row),
        RelayLogBytes = row.Number("Relay_Log_Space"),
        UsesGtid = UsesGtid(row),
        FetchedGtids = Gtids(row.TextOrNull("Retrieved_Gtid_Set", "Gtid_IO_Pos")),
        ExecutedGtids = Gtids(row.TextOrNull("Executed_Gtid_Set", "Gtid_Slave_Pos")),
        Filters = Filters(row),
        SkipCounter = row.Number("Skip_Counter"),
        IoState = row.TextOrNull("Replica_IO_State", "Slave_IO_State"),
        SqlState = row.TextOrNull("Replica_SQL_Running_State", "Slave_SQL_Running_State", "Slave_SQL_State"),
        TellsIoError = row.Has("Last_IO_Error"),
        IoError = ServerErrors.Read(row.Number("Last_IO_Errno"), row.Text("Last_IO_Error")),
        // Before 5.1 there is one error for both threads.
        SqlError = ServerErrors.Read(row.Number("Last_SQL_Errno", "Last_Errno"), row.Text("Last_SQL_Error", "Last_Error")),
        SecondsBehindSource = Seconds(row.Number("Seconds_Behind_Source", "Seconds_Behind_Master")),
    };

    private static BinlogPosition? Position(StatusRow row, ReadOnlySpan<string> file, ReadOnlySpan<string> offset) =>
        row.Number(offset) is { } bytes ? BinlogPosition.TryParse(row.Text(file), bytes) : null;

    private static ReplicationThread Thread(string? word) => word?.ToUpperInvariant() switch
    {
        "YES" => ReplicationThread.Yes,
        "NO" => ReplicationThread.No,
        "CONNECTING" or "PREPARING" => ReplicationThread.Connecting,
        _ => ReplicationThread.Unknown,
    };

    // https://dev.mysql.com/doc/refman/8.4/en/change-replication-source-to.html: a count of 0 is without end.
    private static TimeSpan? GivesUpAfter(StatusRow row) =>
        row.Number("Source_Retry_Count", "Master_Retry_Count") is > 0 and <= uint.MaxValue and long count
            && Seconds(row.Number("Connect_Retry")) is { } pause
            ? count * pause
            : null;

    // MySQL: https://dev.mysql.com/doc/refman/8.4/en/show-replica-status.html. MariaDB says No, Slave_Pos, Current_Pos or Replica_Pos.
    private static bool UsesGtid(StatusRow row) =>
        row.Number("Auto_Position") == 1 || row.TextOrNull("Using_Gtid") is { } mode
            && !mode.Equals("No", StringComparison.OrdinalIgnoreCase);

    /// <summary>MySQL breaks a set of several servers into lines.</summary>
    private static string? Gtids(string? set) => set?.Replace("\n", "", StringComparison.Ordinal);

    private static ImmutableArray<string> Filters(StatusRow row)
    {
        ImmutableArray<string> filters = [];
        foreach (string name in row.Filters)
        {
            if (row.TextOrNull(name) is { } value)
                filters = filters.Add($"{name}={value}");
        }

        return filters;
    }

    /// <summary>Null for what no server can mean: some count below zero and show it as a number near 2^64.</summary>
    private static TimeSpan? Seconds(long? seconds) =>
        seconds is >= 0 and <= uint.MaxValue and long number ? TimeSpan.FromSeconds(number) : null;
}
