using System.Collections.Immutable;
using MySqlConnector;
using ProxyGuard.Core.Replication;

namespace ProxyGuard.Seeing.Probing;

/// <summary>
/// Asks a server what it works on, over the connection of the probe. Only while writes seem to hang; at most a hundred statements, and
/// of each its beginning.
/// </summary>
internal sealed class ActivityQuestion(MySqlConnection connection, ServerVersion version)
{
    // The dumps show whether the account sees others at all: PROCESS is needed for that. A table in every version, deprecated in MySQL
    // 8.0.35 and there in 9.7.
    // https://dev.mysql.com/doc/refman/8.4/en/information-schema-processlist-table.html
    private const string Statements = """
        SELECT ID AS session, USER AS account, COMMAND AS command, TIME AS seconds, STATE AS state, LEFT(INFO, 100) AS statement,
        USER <> SUBSTRING_INDEX(USER(), '@', 1) AS of_others
        FROM information_schema.PROCESSLIST
        WHERE COMMAND IN ('Query', 'Execute', 'Binlog Dump', 'Binlog Dump GTID', 'Daemon') AND ID <> CONNECTION_ID()
        ORDER BY TIME DESC LIMIT 100
        """;

    // https://dev.mysql.com/doc/refman/8.4/en/server-status-variables.html
    private const string Counters = """
        SHOW GLOBAL STATUS WHERE Variable_name IN ('Threads_running', 'Innodb_row_lock_current_waits',
        'Com_insert', 'Com_insert_select', 'Com_update', 'Com_update_multi', 'Com_delete', 'Com_delete_multi', 'Com_replace', 'Com_replace_select', 'Com_load', 'Com_commit',
        'Innodb_rows_inserted', 'Innodb_rows_updated', 'Innodb_rows_deleted', 'Handler_update', 'Handler_delete')
        """;

    private const string EventScheduler = "SELECT @@GLOBAL.event_scheduler AS state";

    // On MySQL 8.0 and later the event scheduler counts among the threads that run, and is on as a default (measured on 9.7; not on 5.6 and
    // in MariaDB).
    private readonly bool _countsEventScheduler = !version.IsMariaDb && version.IsAtLeast(8, 0);

    // With PROCESS one of so many that run would have been in the list.
    private const int ManyRun = 2;

    // A privilege counts from the next connection on: what this one cannot see it never will. Nor is asking free: MySQL 9.7 counts the rows
    // of the answer among those that were inserted.
    private bool _seesNoList;

    /// <summary>Null when the server does not answer it this time.</summary>
    public async Task<PrimaryActivity?> AskAsync()
    {
        ImmutableArray<RunningStatement>? statements = null;
        bool sawOnlyItself = false;
        try
        {
            if (!_seesNoList)
            {
                statements = await StatementsAsync().ConfigureAwait(false);
                sawOnlyItself = statements is null;
            }
        }
        catch (MySqlException e) when (connection.State == System.Data.ConnectionState.Open)
        {
            // The list came with MySQL 5.1.7. Without it, and when an operator kills the question, the counters are still there.
            _seesNoList = e.ErrorCode is MySqlErrorCode.UnknownTable or MySqlErrorCode.NoSuchTable or MySqlErrorCode.TableAccessDenied;
        }

        try
        {
            PrimaryActivity activity = await CountersAsync(new PrimaryActivity { Statements = statements }).ConfigureAwait(false);
            _seesNoList |= sawOnlyItself && activity.Running >= ManyRun;
            return activity;
        }
        catch (MySqlException) when (connection.State == System.Data.ConnectionState.Open)
        {
            return null;
        }
    }

    /// <summary>Null when it shows no other session.</summary>
    private async Task<ImmutableArray<RunningStatement>?> StatementsAsync()
    {
        List<(bool IsOther, RunningStatement? Statement)> rows = await connection.AskAsync(
            Statements, row => (row.Number("of_others") == 1, row.Text("command") is "Query" or "Execute" ? StatementOf(row) : null))
                .ConfigureAwait(false);
        return rows.Any(row => row.IsOther) ? [.. rows.Select(row => row.Statement).OfType<RunningStatement>()] : null;
    }

    private static RunningStatement StatementOf(StatusRow row) => new(
        row.Number("session") ?? 0,
        row.Text("account") ?? "",
        row.Text("statement") ?? "",
        row.Text("state") ?? "",
        TimeSpan.FromSeconds(Math.Clamp(row.Number("seconds") ?? 0, 0, uint.MaxValue)));

    private async Task<PrimaryActivity> CountersAsync(PrimaryActivity activity)
    {
        // The connection that asks is one of them.
        int own = 1;
        if (_countsEventScheduler)
            own += (await connection.AskAsync(EventScheduler, row => row.Switch("state")).ConfigureAwait(false))
                .Count(isOn => isOn == true);
        foreach (
            (string name, long value) in await connection.AskAsync(
                Counters, row => (row.Text("Variable_name") ?? "", row.Number("Value") ?? 0)).ConfigureAwait(false))
        {
            activity = name switch
            {
                "Threads_running" => activity with { Running = Math.Max(0, value - own) },
                "Innodb_row_lock_current_waits" => activity with { RowLockWaits = value },
                _ when name.StartsWith("Com_", StringComparison.OrdinalIgnoreCase) =>
                    activity with { WritesBegun = activity.WritesBegun + value },
                _ => activity with { RowsChanged = activity.RowsChanged + value },
            };
        }

        return activity;
    }
}
