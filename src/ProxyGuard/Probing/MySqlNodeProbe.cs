using System.Data;
using MySqlConnector;
using Polly;
using Polly.Timeout;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Operations;

namespace ProxyGuard.Probing;

/// <summary>
/// Asks one real server, over one connection of its own that is kept open. Whatever goes wrong closes it, so that the next tick begins anew.
/// </summary>
internal sealed class MySqlNodeProbe(string connectionString, ProbeRules rules, TimeProvider time) : INodeProbe
{
    private readonly ResiliencePipeline _pipeline = Pipelines.ForProbe(rules, time);

    private readonly string _connectionString = new MySqlConnectionStringBuilder(connectionString)
    {
        ApplicationName = "ProxyGuard",
        Pooling = false,
        // In seconds, and always after the probe's own deadline: then the driver closes the socket that nobody waits for any more.
        ConnectionTimeout = (uint)Math.Ceiling(rules.Timeout.TotalSeconds) + 1,
        DefaultCommandTimeout = (uint)Math.Ceiling(rules.Timeout.TotalSeconds) + 1,
        // Asking a frozen server to kill its query would only wait longer.
        CancellationTimeout = -1,
        AllowUserVariables = false,
        // One status answer fits into a packet; nothing is ever loaded from this machine's files.
        AllowLoadLocalInfile = false,
    }.ConnectionString;

    private Task<Session>? _session;

    public async Task<NodeReading> ReadAsync(Moment askedAt, CancellationToken stop)
    {
        try
        {
            return await _pipeline.ExecuteAsync(static (call, token) => call.Probe.AskAsync(call.AskedAt, token), (Probe: this, AskedAt: askedAt), stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e) when (e is TimeoutRejectedException or OperationCanceledException)
        {
            return new NodeReading.Silent(askedAt, ProbeFailure.TimedOut, "no answer within the probe's timeout");
        }
        catch (MySqlException e)
        {
            return new NodeReading.Silent(askedAt, FailureOf(e), e.Message);
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or NotSupportedException or FormatException)
        {
            // What the driver throws when a server says what no server should.
            return new NodeReading.Silent(askedAt, ProbeFailure.Other, e.Message);
        }
    }

    public ValueTask DisposeAsync()
    {
        Abandon();
        return ValueTask.CompletedTask;
    }

    private async ValueTask<NodeReading> AskAsync(Moment askedAt, CancellationToken deadline)
    {
        try
        {
            // The driver answers a cancelled token by asking the same server, over one more connection, to kill the query, and waits for both.
            // A frozen server would hold the tick of all nodes for half a minute: so the deadline is kept here, and the driver never sees it.
            return await AskAsync(_session ??= Session.OpenAsync(_connectionString), askedAt).WaitAsync(deadline).ConfigureAwait(false);
        }
        catch
        {
            Abandon();
            throw;
        }
    }

    private static async Task<NodeReading> AskAsync(Task<Session> session, Moment askedAt) =>
        await (await session.ConfigureAwait(false)).AskAsync(askedAt).ConfigureAwait(false);

    private void Abandon()
    {
        Task<Session>? session = _session;
        _session = null;
        if (session is not null)
            _ = CloseAsync(session);
    }

    /// <summary>Not waited for: a server that does not answer takes as long to say goodbye.</summary>
    private static async Task CloseAsync(Task<Session> opening)
    {
        try
        {
            Session session = await opening.ConfigureAwait(false);
            await session.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is MySqlException or InvalidOperationException or IOException or NotSupportedException or FormatException or OperationCanceledException)
        {
            // Why it failed was the reading; here it only had to end.
        }
    }

    private static ProbeFailure FailureOf(MySqlException e) => e.ErrorCode switch
    {
        MySqlErrorCode.UnableToConnectToHost => ProbeFailure.Unreachable,
        MySqlErrorCode.AccessDenied or MySqlErrorCode.DatabaseAccessDenied => ProbeFailure.AuthenticationFailed,
        MySqlErrorCode.SpecifiedAccessDeniedError => ProbeFailure.PermissionDenied,
        MySqlErrorCode.CommandTimeoutExpired => ProbeFailure.TimedOut,
        _ => ProbeFailure.Other,
    };

    /// <summary>An open connection, and what was learnt about its server once.</summary>
    private sealed class Session(MySqlConnection connection, ServerVersion version) : IAsyncDisposable
    {
        private readonly Dialect _dialect = Dialect.For(version);
        private BinlogIndex _logs = BinlogIndex.Empty;

        public static async Task<Session> OpenAsync(string connectionString)
        {
            var connection = new MySqlConnection(connectionString);
            try
            {
                await connection.OpenAsync(CancellationToken.None).ConfigureAwait(false);
                return new Session(connection, ServerVersion.Parse(connection.ServerVersion));
            }
            catch
            {
                await connection.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }

        public async Task<NodeReading> AskAsync(Moment askedAt)
        {
            StatusRow settings = (await RowsAsync(_dialect.Settings).ConfigureAwait(false))[0];
            // Replication before head: the head must hold at least what was executed, or a replica below would seem fresher than it is.
            List<StatusRow> channels = await RowsAsync(_dialect.ReplicationStatus).ConfigureAwait(false);
            List<StatusRow> head = await RowsAsync(_dialect.Head).ConfigureAwait(false);
            BinlogPosition? position = ReplicationRows.Head(head.FirstOrDefault());

            // Only the newest file still grows, and its end is the head: the list is asked for again when the log rotates.
            if (position is { } at && !_logs.Reaches(at))
                _logs = new BinlogIndex((await RowsAsync(Dialect.BinaryLogs).ConfigureAwait(false)).Select(ReplicationRows.LogFile).OfType<BinlogFile>());

            return new NodeReading.Answered(askedAt)
            {
                Server = new ServerId(settings.Number("server_id") ?? 0, settings.Text("server_uuid")),
                Version = version,
                ReadOnly = settings.Text("read_only") is not "0",
                Head = position,
                Logs = _logs,
                Channels = [.. channels.Select(ReplicationRows.Channel)],
            };
        }

        public ValueTask DisposeAsync() => connection.DisposeAsync();

        private async Task<List<StatusRow>> RowsAsync(string statement)
        {
            using var command = new MySqlCommand(statement, connection) { CommandType = CommandType.Text };
            await using MySqlDataReader reader = await command.ExecuteReaderAsync(CancellationToken.None).ConfigureAwait(false);
            var rows = new List<StatusRow>();
            while (await reader.ReadAsync(CancellationToken.None).ConfigureAwait(false))
                rows.Add(StatusRow.Of(reader));
            return rows;
        }
    }
}
