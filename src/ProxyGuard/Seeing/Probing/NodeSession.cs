using System.Collections.Immutable;
using MySqlConnector;
using ProxyGuard.Core.Diagnosis;
using ProxyGuard.Core.Replication;

namespace ProxyGuard.Seeing.Probing;

/// <summary>
/// An open connection, and what was learnt about its server once: its version, its dialect, the shape of its answers, its binlog files.
/// </summary>
internal sealed class NodeSession : IAsyncDisposable
{
    private readonly MySqlConnection _connection;
    private readonly ServerVersion _version;
    private readonly ActivityQuestion _activity;
    private Dialect _dialect;
    private MySqlCommand _tick;
    private MySqlCommand _head;
    // By a statement's index in the tick; the last is that of the head alone.
    private readonly StatusColumns?[] _columns = new StatusColumns?[Dialect.TickLength + 1];
    // It changes with a restart only, and after that this connection is gone.
    private string? _foreignArchitecture;
    private bool _knowsArchitecture;
    private BinlogIndex _logs = BinlogIndex.Empty;
    private readonly List<HeadSample> _heads = [];
    private readonly SessionSocket? _socket;
    private long? _bytesBefore;

    /// <summary>
    /// What a server may say in answer to one question: the statuses of a hundred channels, or some hundred thousand binlogs. The driver
    /// keeps all that comes.
    /// </summary>
    public const int MaxAnswerBytes = 32 << 20;

    private NodeSession(MySqlConnection connection, ServerVersion version)
    {
        _connection = connection;
        _socket = SessionSocket.Of(connection);
        _version = version;
        _activity = new ActivityQuestion(connection, version);
        _dialect = Dialect.For(version);
        (_tick, _head) = CommandsFor(_dialect);
    }

    /// <summary>For questions other than those of a tick; one at a time.</summary>
    public MySqlConnection Connection => _connection;

    /// <summary>
    /// Whether more has come since <see cref="BeginAnswer"/> than any answer should have. False where the system does not tell.
    /// </summary>
    public bool SaysTooMuch => _socket?.BytesReceived - _bytesBefore > MaxAnswerBytes;

    /// <param name="driversLog">Hears what the driver does.</param>
    /// <param name="stop">Only until the connection is established: the driver does not look at it afterwards.</param>
    public static async Task<NodeSession> OpenAsync(string connectionString, ILoggerFactory driversLog, CancellationToken stop)
    {
        MySqlDataSource source = new MySqlDataSourceBuilder(connectionString).UseLoggerFactory(driversLog).Build();
        await using (source.ConfigureAwait(false))
        {
            MySqlConnection connection = source.CreateConnection();
            try
            {
                await connection.OpenAsync(stop).ConfigureAwait(false);
                return new NodeSession(connection, ServerVersion.Parse(connection.ServerVersion));
            }
            catch
            {
                await connection.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }
    }

    public void BeginAnswer() => _bytesBefore = _socket?.BytesReceived;

    /// <summary>A running question fails at once, and the server is not told. Where the socket cannot be had, nothing happens.</summary>
    public void Abort() => _socket?.Abort();

    /// <summary>
    /// Whether the server still works on what another session of ours asked. An account sees its own threads without any grant
    /// (https://dev.mysql.com/doc/refman/8.4/en/show-processlist.html).
    /// </summary>
    public async Task<bool> IsAtWorkAsync(NodeSession other)
    {
        List<bool> atWork = await _connection
            .AskAsync(ServerRows.Threads, row => row.Number("Id") == other._connection.ServerThread && row.Text("Command") is not "Sleep")
            .ConfigureAwait(false);
        return atWork.Contains(true);
    }

    /// <param name="asksForActivity">Whether the server is also asked what it works on.</param>
    /// <exception cref="MySqlException">The server refused, or is gone.</exception>
    public async Task<NodeReading> AskAsync(MonotonicInstant askedAt, bool asksForActivity)
    {
        TickAnswer answer = await InItsOwnWordsAsync().ConfigureAwait(false);
        // Only the newest file still grows, and its end is the head: the list is asked for again when the log rotates.
        if (answer.Head is { Position: var head } && !_logs.Reaches(head))
            _logs = await LogsAsync(head).ConfigureAwait(false);
        if (!_knowsArchitecture)
            await LearnArchitectureAsync().ConfigureAwait(false);
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
            BinlogFilters = answer.BinlogFilters,
            Replication = answer.Replication,
            ForeignArchitecture = _foreignArchitecture,
        };
    }

    public async ValueTask DisposeAsync()
    {
        await ForgetCommandsAsync().ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Asks for the head alone; what is answered belongs to the next reading.</summary>
    /// <returns>Whether there was one.</returns>
    public async Task<bool> SampleHeadAsync(MonotonicInstant askedAt)
    {
        await using MySqlDataReader reader = await _head.ExecuteReaderAsync(CancellationToken.None).ConfigureAwait(false);
        if (!await reader.ReadAsync(CancellationToken.None).ConfigureAwait(false)
            || ReplicationRows.Head(Row(reader, Dialect.TickLength)) is not { } head)
            return false;
        _heads.Add(new HeadSample(askedAt, head));
        return true;
    }

    /// <summary>
    /// Asks until every statement is one that the server knows; what it did not know is never asked again over this connection.
    /// </summary>
    private async Task<TickAnswer> InItsOwnWordsAsync()
    {
        while (true)
        {
            var answer = new TickAnswer();
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

    private async Task AskAsync(TickAnswer answer)
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

    /// <summary>Once for each connection. What does not understand the question is judged by what it does understand.</summary>
    private async Task LearnArchitectureAsync()
    {
        try
        {
            _foreignArchitecture = await ArchitectureAsync().ConfigureAwait(false) is { IsJudged: false } architecture
                ? architecture.Name
                : null;
        }
        catch (MySqlException e) when (IsUnknownTo(e))
        {
        }

        _knowsArchitecture = true;
    }

    private async Task<Architecture?> ArchitectureAsync()
    {
        List<(string Name, string? Value)> said = await _connection.AskAsync(ServerRows.Architecture, ServerRows.Variable)
            .ConfigureAwait(false);
        return Architecture.OfVariables(
            name => said.FirstOrDefault(variable => variable.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value);
    }

    private StatusRow Row(MySqlDataReader reader, int index)
    {
        StatusColumns? columns = _columns[index];
        if (columns is null || columns.Count != reader.FieldCount)
            _columns[index] = columns = new StatusColumns(reader);
        return new StatusRow(reader, columns);
    }

    /// <summary>
    /// Old servers list their binlogs only to administrators. The newest file is known all the same, which is enough to go on with.
    /// </summary>
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

    private async Task<BinlogIndex> ListLogsAsync() =>
        new([.. (await _connection.AskAsync(Dialect.BinaryLogs, ReplicationRows.LogFile).ConfigureAwait(false)).OfType<BinlogFile>()]);

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
}
