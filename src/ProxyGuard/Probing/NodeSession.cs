using System.Collections.Immutable;
using MySqlConnector;
using ProxyGuard.Core.Replication;

namespace ProxyGuard.Probing;

/// <summary>An open connection, and what was learnt about its server once: its version, its dialect, the shape of its answers, its binlog files.</summary>
internal sealed class NodeSession : IAsyncDisposable
{
    private readonly MySqlConnection _connection;
    private readonly ServerVersion _version;
    private readonly ActivityQuestion _activity;
    private Dialect _dialect;
    private MySqlCommand _tick;
    private MySqlCommand _head;
    // By a statement's place in the tick; the last is that of the head alone.
    private readonly StatusColumns?[] _columns = new StatusColumns?[Dialect.TickLength + 1];
    private BinlogIndex _logs = BinlogIndex.Empty;
    private readonly List<HeadSample> _heads = [];
    private Task _sampling = Task.CompletedTask;

    private NodeSession(MySqlConnection connection, ServerVersion version)
    {
        _connection = connection;
        _version = version;
        _activity = new ActivityQuestion(connection, version);
        _dialect = Dialect.For(version);
        (_tick, _head) = CommandsFor(_dialect);
    }

    public static async Task<NodeSession> OpenAsync(string connectionString)
    {
        var connection = new MySqlConnection(connectionString);
        try
        {
            await connection.OpenAsync(CancellationToken.None).ConfigureAwait(false);
            return new NodeSession(connection, ServerVersion.Parse(connection.ServerVersion));
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <param name="asksForActivity">Whether the server is also asked what it works on.</param>
    /// <exception cref="MySqlException">The server refused, or is gone.</exception>
    public async Task<NodeReading> AskAsync(Moment askedAt, bool asksForActivity)
    {
        // One question at a time. A sample that failed is this reading's failure: it was the same connection.
        await _sampling.ConfigureAwait(false);
        Answer answer = await InItsOwnWordsAsync().ConfigureAwait(false);
        // Only the newest file still grows, and its end is the head: the list is asked for again when the log rotates.
        if (answer.Head is { Position: var head } && !_logs.Reaches(head))
            _logs = await LogsAsync(head).ConfigureAwait(false);
        PrimaryActivity? activity = asksForActivity ? await _activity.AskAsync().ConfigureAwait(false) : null;

        ImmutableArray<HeadSample> heads = [.. _heads];
        _heads.Clear();
        return new NodeReading.Answered(askedAt)
        {
            Server = answer.Server,
            Version = _version,
            ReadOnly = answer.ReadOnly,
            SuperReadOnly = answer.SuperReadOnly,
            Head = answer.Head?.Position,
            HeadGtids = answer.Head?.Gtids,
            EarlierHeads = heads,
            Activity = activity,
            Logs = _logs,
            Channels = answer.Channels,
        };
    }

    /// <summary>Asks for the head and waits for nothing; not while such a question is open, or after one failed. What is answered belongs to the next reading.</summary>
    public void SampleHead(Moment askedAt)
    {
        if (_sampling.IsCompletedSuccessfully)
            _sampling = SampleHeadAsync(askedAt);
    }

    public async ValueTask DisposeAsync()
    {
        await ForgetCommandsAsync().ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
    }

    private async Task SampleHeadAsync(Moment askedAt)
    {
        await using MySqlDataReader reader = await _head.ExecuteReaderAsync(CancellationToken.None).ConfigureAwait(false);
        if (await reader.ReadAsync(CancellationToken.None).ConfigureAwait(false) && ReplicationRows.Head(Row(reader, Dialect.TickLength)) is { } head)
            _heads.Add(new HeadSample(askedAt, head));
    }

    /// <summary>Asks until every statement is one that the server knows; what it did not know is never asked again over this connection.</summary>
    private async Task<Answer> InItsOwnWordsAsync()
    {
        while (true)
        {
            var answer = new Answer();
            try
            {
                await AskAsync(answer).ConfigureAwait(false);
                return answer;
            }
            catch (MySqlException e) when (IsUnknownTo(e) && _dialect.Without(_dialect.Tick[answer.Statements]) is { } other)
            {
                await SpeakAsync(other).ConfigureAwait(false);
            }
        }
    }

    private static bool IsUnknownTo(MySqlException e) => e.ErrorCode is MySqlErrorCode.ParseError or MySqlErrorCode.UnknownSystemVariable;

    private async Task AskAsync(Answer answer)
    {
        await using MySqlDataReader reader = await _tick.ExecuteReaderAsync(CancellationToken.None).ConfigureAwait(false);
        do
        {
            while (await reader.ReadAsync(CancellationToken.None).ConfigureAwait(false))
                answer.Add(Row(reader, answer.Statements));
            answer.Statements++;
        }
        while (answer.Statements < Dialect.TickLength && await reader.NextResultAsync(CancellationToken.None).ConfigureAwait(false));
    }

    private StatusRow Row(MySqlDataReader reader, int place)
    {
        StatusColumns? columns = _columns[place];
        if (columns is null || columns.Count != reader.FieldCount)
            _columns[place] = columns = new StatusColumns(reader);
        return new StatusRow(reader, columns);
    }

    /// <summary>Old servers list their binlogs only to administrators. The newest file is known all the same, and nobody goes blind for the rest.</summary>
    private async Task<BinlogIndex> LogsAsync(BinlogPosition head)
    {
        try
        {
            return await ListLogsAsync().ConfigureAwait(false);
        }
        catch (MySqlException e) when (e.ErrorCode == MySqlErrorCode.SpecifiedAccessDeniedError)
        {
            return new BinlogIndex([new BinlogFile(head)]);
        }
    }

    private async Task<BinlogIndex> ListLogsAsync()
    {
        using var command = new MySqlCommand(Dialect.BinaryLogs, _connection);
        await using MySqlDataReader reader = await command.ExecuteReaderAsync(CancellationToken.None).ConfigureAwait(false);
        var columns = new StatusColumns(reader);
        var files = new List<BinlogFile>();
        while (await reader.ReadAsync(CancellationToken.None).ConfigureAwait(false))
        {
            if (ReplicationRows.LogFile(new StatusRow(reader, columns)) is { } file)
                files.Add(file);
        }

        return new BinlogIndex(files);
    }

    private async Task SpeakAsync(Dialect dialect)
    {
        await ForgetCommandsAsync().ConfigureAwait(false);
        Array.Clear(_columns);
        _dialect = dialect;
        (_tick, _head) = CommandsFor(dialect);
    }

    private (MySqlCommand Tick, MySqlCommand Head) CommandsFor(Dialect dialect) =>
        (new MySqlCommand(string.Join(';', dialect.Tick), _connection), new MySqlCommand(dialect.Head, _connection));

    private async Task ForgetCommandsAsync()
    {
        await _tick.DisposeAsync().ConfigureAwait(false);
        await _head.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>What one tick's statements said, in their order.</summary>
    private sealed class Answer
    {
        /// <summary>How many were answered to the end.</summary>
        public int Statements { get; set; }

        public ServerId Server { get; private set; }

        // Who does not say whether it refuses writes is not taken for one that accepts them.
        public bool ReadOnly { get; private set; } = true;

        public bool SuperReadOnly { get; private set; }

        public ImmutableArray<ReplicationStatus> Channels { get; private set; } = [];

        public BinlogHead? Head { get; private set; }

        public void Add(StatusRow row)
        {
            switch (Statements)
            {
                case 0:
                    Server = ReplicationRows.Server(row);
                    ReadOnly = row.Switch("read_only") ?? true;
                    SuperReadOnly = row.Switch("super_read_only") ?? false;
                    break;
                case 1:
                    if (ReplicationRows.Channel(row) is { } channel)
                        Channels = Channels.Add(channel);
                    break;
                default:
                    Head ??= ReplicationRows.Head(row);
                    break;
            }
        }
    }
}
