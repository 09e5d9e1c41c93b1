using System.Data.Common;
using System.Globalization;
using ProxyGuard.Core.Replication;

namespace ProxyGuard.Probing;

/// <summary>One row of a status statement, read by column name: order and case differ between versions, and names between vocabularies.</summary>
internal sealed class StatusRow
{
    private readonly Dictionary<string, string?> _columns = new(StringComparer.OrdinalIgnoreCase);

    public static StatusRow Of(DbDataReader reader)
    {
        var row = new StatusRow();
        for (int column = 0; column < reader.FieldCount; column++)
            row._columns[reader.GetName(column)] = reader.IsDBNull(column) ? null : Convert.ToString(reader.GetValue(column), CultureInfo.InvariantCulture);
        return row;
    }

    public static StatusRow Of(IReadOnlyDictionary<string, string?> columns)
    {
        var row = new StatusRow();
        foreach ((string name, string? value) in columns)
            row._columns[name] = value;
        return row;
    }

    /// <summary>The first of the names that the row has; null when it has none of them, or NULL.</summary>
    public string? Text(params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            if (_columns.TryGetValue(name, out string? value))
                return value;
        }

        return null;
    }

    public long? Number(params ReadOnlySpan<string> names) =>
        long.TryParse(Text(names), NumberStyles.Integer, CultureInfo.InvariantCulture, out long number) ? number : null;
}

/// <summary>Reads what status statements answer.</summary>
internal static class ReplicationRows
{
    /// <summary>Null when there is none.</summary>
    public static BinlogPosition? Head(StatusRow? row) =>
        row is null ? null : BinlogPosition.TryParse(row.Text("File"), row.Number("Position") ?? -1);

    public static BinlogFile? LogFile(StatusRow row) =>
        BinlogPosition.TryParse(row.Text("Log_name"), row.Number("File_size") ?? -1) is { } end ? new BinlogFile(end) : null;

    public static ReplicationStatus Channel(StatusRow row) => new()
    {
        Channel = row.Text("Channel_Name", "Connection_name") ?? "",
        SourceHost = row.Text("Source_Host", "Master_Host") ?? "",
        SourcePort = (int)(row.Number("Source_Port", "Master_Port") ?? 0),
        SourceServerId = row.Number("Source_Server_Id", "Master_Server_Id") ?? 0,
        IoThread = Thread(row.Text("Replica_IO_Running", "Slave_IO_Running")),
        SqlThread = Thread(row.Text("Replica_SQL_Running", "Slave_SQL_Running")),
        Executed = BinlogPosition.TryParse(row.Text("Relay_Source_Log_File", "Relay_Master_Log_File"), row.Number("Exec_Source_Log_Pos", "Exec_Master_Log_Pos") ?? -1),
        IoError = Error(row.Number("Last_IO_Errno"), row.Text("Last_IO_Error")),
        // Before 5.1 there is one error for both threads.
        SqlError = Error(row.Number("Last_SQL_Errno", "Last_Errno"), row.Text("Last_SQL_Error", "Last_Error")),
        SecondsBehindSource = row.Number("Seconds_Behind_Source", "Seconds_Behind_Master") is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
    };

    private static ReplicationThread Thread(string? word) => word?.ToUpperInvariant() switch
    {
        "YES" => ReplicationThread.Yes,
        "NO" => ReplicationThread.No,
        "CONNECTING" or "PREPARING" => ReplicationThread.Connecting,
        _ => ReplicationThread.Unknown,
    };

    private static ReplicationError? Error(long? number, string? text) => number is null or 0 ? null : new ReplicationError((int)number, text ?? "");
}
