using System.Globalization;
using MySqlConnector;

namespace ProxyGuard.Demo.Fleet;

/// <summary>
/// One real server on loopback with a data directory of its own. It reads no option file and touches no other server; it is
/// ended by its process id, and by the kernel when we die.
/// </summary>
public sealed class DatabaseNode : IAsyncDisposable
{
    private const string PidFileName = "process.pid";

    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(20);

    private readonly DatabaseNodeSettings _settings;
    private ChildProcess? _process;

    public DatabaseNode(DatabaseNodeSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _settings = settings;
        MoreArguments = settings.MoreArguments;
    }

    public string Name => _settings.Name;

    public ServerKind Kind => _settings.Kind;

    public int Port => _settings.Port;

    public int ServerId => _settings.ServerId;

    /// <summary>More server options, after ours, so that they win. What is set counts from the next start on.</summary>
    public IReadOnlyList<string> MoreArguments { get; set; }

    public string DataDirectory => _settings.DataDirectory;

    /// <summary>What the server itself wrote, over all its starts.</summary>
    public string LogFile => Path.Combine(_settings.Directory, "server.log");

    /// <summary>Null while it does not run.</summary>
    public int? Pid => IsRunning ? _process!.Pid : null;

    /// <summary>Also true while it is frozen.</summary>
    public bool IsRunning => _process is { HasExited: false };

    private string PidFile => Path.Combine(_settings.Directory, PidFileName);

    /// <summary>
    /// Returns when it answers. The first start makes the data directory, later ones go on with its data. Does nothing if it runs already.
    /// </summary>
    public async Task StartAsync(CancellationToken stop = default)
    {
        if (IsRunning)
            return;
        _process?.Dispose();
        _process = null;
        Directory.CreateDirectory(_settings.Directory);
        await EndLeftoverAsync(_settings.Directory);
        if (!Directory.Exists(DataDirectory))
        {
            await DataTemplate.EnsureAsync(Kind, _settings.TemplateDirectory);
            await DataTemplate.CopyAsync(_settings.TemplateDirectory, DataDirectory);
        }
        await WriteInitFileAsync();
        string[] command = [.. Kind.Programs.Command, .. _settings.Arguments(InitFile), .. MoreArguments];
        _process = await ChildProcess.StartAsync(command, LogFile, PidFile);
        await WaitUntilItAnswersAsync(stop);
    }

    /// <summary>
    /// A clean end; a server that takes longer than 20 s is killed. Thaws a frozen one. Nothing happens if it does not run.
    /// </summary>
    public async Task StopAsync()
    {
        if (_process is not null)
            await _process.EndAsync(StopPatience);
    }

    /// <summary>
    /// SIGKILL, as a crash of the machine would look from outside. Returns at once; the port may be taken a moment longer.
    /// </summary>
    public void Kill() => _process?.Send(Libc.Signal.Kill);

    /// <summary>SIGSTOP: connections stay open, new ones are even accepted by the kernel, and nothing answers.</summary>
    public void Freeze() => _process?.Send(Libc.Signal.Stop);

    public void Thaw() => _process?.Send(Libc.Signal.Continue);

    /// <summary>How <paramref name="account"/> connects. No pool and no time limits are set: add your own.</summary>
    public string ConnectionString(Account account, string? database = null)
    {
        ArgumentNullException.ThrowIfNull(account);
        var connection = new MySqlConnectionStringBuilder
        {
            Server = "127.0.0.1",
            Port = (uint)Port,
            UserID = account.Name,
            Password = account.Password,
        };
        if (Kind.Words.HandsOutPublicKey)
            connection.AllowPublicKeyRetrieval = true;
        if (database is not null)
            connection.Database = database;
        return connection.ConnectionString;
    }

    /// <summary>An open connection as root, outside any pool; it is the caller's to dispose of.</summary>
    public async Task<MySqlConnection> ConnectAsync(CancellationToken stop = default)
    {
        var connection = new MySqlConnection(
            ConnectionString(_settings.Root) + ";Pooling=false;Connection Timeout=5;Default Command Timeout=30;Allow User Variables=true");
        try
        {
            await connection.OpenAsync(stop);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>One or several statements as root, in one connection.</summary>
    public async Task ExecuteAsync(string sql, CancellationToken stop = default)
    {
        await using MySqlConnection connection = await ConnectAsync(stop);
        await using MySqlCommand command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(stop);
    }

    /// <summary>The rows of one query as root, each by column name in any case; SQL's NULL is null.</summary>
    public async Task<IReadOnlyList<IReadOnlyDictionary<string, string?>>> QueryAsync(string sql, CancellationToken stop = default)
    {
        await using MySqlConnection connection = await ConnectAsync(stop);
        await using MySqlCommand command = connection.CreateCommand();
        command.CommandText = sql;
        await using MySqlDataReader reader = await command.ExecuteReaderAsync(stop);
        var rows = new List<IReadOnlyDictionary<string, string?>>();
        while (await reader.ReadAsync(stop))
        {
            var row = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
            for (int column = 0; column < reader.FieldCount; column++)
            {
                object value = reader.GetValue(column);
                row[reader.GetName(column)] = value is DBNull ? null : Convert.ToString(value, CultureInfo.InvariantCulture);
            }
            rows.Add(row);
        }
        return rows;
    }

    /// <summary>Where this node writes its own binlog now.</summary>
    public async Task<LogPosition> HeadAsync(CancellationToken stop = default)
    {
        IReadOnlyDictionary<string, string?> row = (await QueryAsync(Kind.Words.Head, stop))[0];
        return new LogPosition(row["File"]!, long.Parse(row["Position"]!, CultureInfo.InvariantCulture));
    }

    /// <summary>What this node says about following its source; null when it follows none.</summary>
    public async Task<ReplicaStatus?> ReplicaStatusAsync(CancellationToken stop = default)
    {
        IReadOnlyList<IReadOnlyDictionary<string, string?>> rows = await QueryAsync(Kind.Words.Status, stop);
        return rows.Count == 0 ? null : ReplicaStatus.From(rows[0], Kind.Words);
    }

    /// <summary>Kills it. Its data and its log stay where they are.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_process is null)
            return;
        await _process.EndAsync(TimeSpan.Zero);
        _process.Dispose();
        _process = null;
    }

    /// <summary>Ends the server that an earlier run of ours left on the data in a node's directory, if there is one.</summary>
    internal static Task EndLeftoverAsync(string directory) =>
        ChildProcess.EndLeftoverAsync(Path.Combine(directory, PidFileName), DatabaseNodeSettings.DataDirectoryArgument(directory));

    private string InitFile => Path.Combine(_settings.Directory, "init.sql");

    // Runs at each start. Without SQL_LOG_BIN=0 each node would send its own root account to its replicas.
    private async Task WriteInitFileAsync()
    {
        File.Delete(InitFile);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        await using var file = new StreamWriter(InitFile, options);
        foreach (string statement in (string[])["SET SESSION sql_log_bin = 0", .. Kind.Words.RootAccounts(_settings.Root)])
            await file.WriteLineAsync($"{statement};");
    }

    private async Task WaitUntilItAnswersAsync(CancellationToken stop)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
        deadline.CancelAfter(StartDeadline);
        while (true)
        {
            if (!IsRunning)
                throw new FleetException($"{Name} ended while starting. The end of {LogFile}:\n{LogTail()}");
            try
            {
                await using MySqlConnection connection = await ConnectAsync(deadline.Token);
                return;
            }
            catch (MySqlException)
            {
                await Task.Delay(50, deadline.Token);
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                throw new FleetException(
                    $"{Name} does not answer on port {Port} after {StartDeadline.TotalSeconds} s. The end of {LogFile}:\n{LogTail()}");
            }
        }
    }

    private string LogTail() => string.Join('\n', File.ReadLines(LogFile).TakeLast(15));
}
