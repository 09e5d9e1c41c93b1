using System.Collections.Immutable;
using System.Globalization;
using ProxyGuard.Core.Replication;

namespace ProxyGuard.Seeing.Probing;

/// <summary>
/// The rows that pt-heartbeat writes (https://docs.percona.com/percona-toolkit/pt-heartbeat.html), read over the second session: a table
/// that is missing, refused or locked must not blind the probe. Then there is no second witness for a while, and that is all.
/// </summary>
internal sealed class HeartbeatQuestion(NodeSessions sessions, string table, TimeProvider time)
{
    // How long one that failed is left alone: a grant that was given late is noticed, and a log is not filled.
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(10);

    // One row for each server that ever wrote heartbeats; more than that is another table.
    private const int MaxRows = 128;

    private static readonly string[] TimeForms = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", "yyyy-MM-dd HH:mm:ss.FFFFFFF"];

    private Task<ImmutableArray<HeartbeatRow>>? _asked;
    private long? _failedAt;
    private int _failures;

    /// <summary>Why there are no heartbeats; null when they were read, or not asked for yet.</summary>
    public string? Fault { get; private set; }

    /// <summary>A node that comes back finds its old connection dead; only what fails again is worth telling.</summary>
    public bool FailedTwice => _failures >= 2;

    /// <summary>
    /// Empty when they cannot be read within the patience, <see cref="Fault"/> says why, and while an examination is running.
    /// </summary>
    public async Task<ImmutableArray<HeartbeatRow>> ReadAsync(TimeSpan patience, CancellationToken stop)
    {
        if (_failedAt is { } then && time.GetElapsedTime(then) < RetryInterval)
            return [];
        // The question of before may still hang; others use the session too.
        if (_asked is not { IsCompleted: false } && (sessions.Status.Session is null || (_asked = sessions.Side.TryAsk(RowsAsync)) is null))
            return [];
        try
        {
            ImmutableArray<HeartbeatRow> rows = await _asked.WaitAsync(patience, time, stop).ConfigureAwait(false);
            (_failedAt, _failures, Fault) = (null, 0, null);
            return rows;
        }
        catch (Exception e) when (NodeConnection.IsFault(e))
        {
            (_failedAt, _failures, Fault) = (time.GetTimestamp(), _failures + 1, e is TimeoutException ? "no answer in time" : e.Message);
            stop.ThrowIfCancellationRequested();
            return [];
        }
    }

    /// <summary>
    /// Null when the row is not one of a heartbeat table. A time is a text in ISO 8601, or a column of type DATETIME or TIMESTAMP.
    /// </summary>
    public static HeartbeatRow? Row(StatusRow row) =>
        row.Number("server_id") is { } server
            && DateTime.TryParseExact(row.Text("ts"), TimeForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime written)
            ? new HeartbeatRow(server, written)
            : null;

    private async Task<ImmutableArray<HeartbeatRow>> RowsAsync(NodeSession session) =>
        [.. (await session.Connection.AskAsync(Statement, Row).ConfigureAwait(false)).OfType<HeartbeatRow>()];

    private string Statement { get; } = HeartbeatWitness.IsTable(table)
        ? $"SELECT server_id, CAST(ts AS CHAR) AS ts FROM `{table.Replace(".", "`.`", StringComparison.Ordinal)}` LIMIT {MaxRows}"
        : throw new ArgumentException($"{table} is no name of a table", nameof(table));
}
