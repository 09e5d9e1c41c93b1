using System.Globalization;

namespace ProxyGuard.Demo.Fleet;

/// <summary>What a replica says about itself, read from one row of what its kind calls <see cref="ServerWords.Status"/>.</summary>
public sealed record ReplicaStatus
{
    /// <summary><c>Yes</c>, <c>No</c>, <c>Connecting</c> or <c>Preparing</c>.</summary>
    public required string IoThread { get; init; }

    /// <summary><c>Yes</c> or <c>No</c>.</summary>
    public required string SqlThread { get; init; }

    /// <summary>In the source's binlog: what the replica shows.</summary>
    public required LogPosition Executed { get; init; }

    /// <summary>In the source's binlog: what it has fetched.</summary>
    public required LogPosition Fetched { get; init; }

    /// <summary>0 when there is none.</summary>
    public required int SqlErrorNumber { get; init; }

    public required string SqlError { get; init; }

    /// <summary>The server's own claim, wrong in many ways; null when it makes none.</summary>
    public required long? SecondsBehind { get; init; }

    public bool IsApplying => SqlThread == "Yes";

    // https://mariadb.com/kb/en/show-replica-status/ and https://dev.mysql.com/doc/refman/9.7/en/show-replica-status.html
    internal static ReplicaStatus From(IReadOnlyDictionary<string, string?> row, ServerWords words) => new()
    {
        IoThread = row[$"{words.Replica}_IO_Running"] ?? "",
        SqlThread = row[$"{words.Replica}_SQL_Running"] ?? "",
        Executed = new LogPosition(row[$"Relay_{words.Source}_Log_File"] ?? "", Number(row[$"Exec_{words.Source}_Log_Pos"])),
        Fetched = new LogPosition(row[$"{words.Source}_Log_File"] ?? "", Number(row[$"Read_{words.Source}_Log_Pos"])),
        SqlErrorNumber = (int)Number(row["Last_SQL_Errno"]),
        SqlError = row["Last_SQL_Error"] ?? "",
        SecondsBehind = row[$"Seconds_Behind_{words.Source}"] is { } seconds ? Number(seconds) : null,
    };

    private static long Number(string? text) => text is null ? 0 : long.Parse(text, CultureInfo.InvariantCulture);
}
