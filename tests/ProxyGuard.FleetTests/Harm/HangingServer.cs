using System.Text.Json;
using MySqlConnector;
using ProxyGuard.Demo.Fleet;
using ProxyGuard.Testing;

namespace ProxyGuard.FleetTests.Harm;

/// <summary>How a server comes to take connections while its status statement hangs.</summary>
public enum Hang
{
    /// <summary>The volume of the primary's binlog is full.</summary>
    BinlogVolumeFull,

    /// <summary>The volume of the replica's relay log is full.</summary>
    RelayLogVolumeFull,

    /// <summary>STOP SLAVE waits for a long statement on a MyISAM table.</summary>
    StopWaits,
}

/// <summary>A guarded fleet of two, one of which can be made to hang, and made well again.</summary>
internal sealed class HangingServer : IAsyncDisposable
{
    private const string LongStatement = "photos.long_statement";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly List<Task> _underWay = [];
    private readonly FullVolume? _volume;

    private HangingServer(GuardedFleet site, Hang hang, FullVolume? volume)
    {
        Site = site;
        Hang = hang;
        _volume = volume;
    }

    public Hang Hang { get; }

    public GuardedFleet Site { get; }

    /// <summary>The one that hangs.</summary>
    public DatabaseNode Node => Site.Fleet.Nodes[Hang == Hang.BinlogVolumeFull ? 0 : 1];

    public string Name => $"{Site.Fleet.Kind}, {Hang}";

    public static async Task<HangingServer> StartAsync(string home, ServerKind kind, Hang hang)
    {
        FullVolume? volume = hang == Hang.StopWaits ? null : await MountOrSkipAsync(Path.Combine(home, $"volume-{Guid.NewGuid():N}"));
        try
        {
            (string name, string option) = hang == Hang.BinlogVolumeFull
                ? ("db1", $"--log-bin={volume?.Directory}/bin")
                : ("db2", $"--relay-log={volume?.Directory}/relay");
            var settings = new FleetSettings { Kind = kind };
            if (volume is not null)
                settings = settings with { NodeArguments = new Dictionary<string, IReadOnlyList<string>> { [name] = [option] } };
            return new HangingServer(await GuardedFleet.StartAsync(home, settings, replicaCount: 1), hang, volume);
        }
        catch
        {
            if (volume is not null)
                await volume.DisposeAsync();
            throw;
        }
    }

    /// <summary>A volume that is soon full; without it the test says nothing.</summary>
    private static async Task<FullVolume?> MountOrSkipAsync(string directory)
    {
        (FullVolume? volume, string why) = await FullVolume.TryMountAsync(directory, bytes: 3 << 20, taken: 2 << 20);
        Assert.SkipWhen(volume is null, why);
        return volume;
    }

    /// <summary>Returns when its status is not answered any more.</summary>
    public async Task HangAsync()
    {
        if (Hang == Hang.StopWaits)
            await WaitForLongStatementAsync();
        else
            _underWay.Add(FillAsync());
        await Eventually.HappensAsync($"{Name} hangs", Deadline, async () => !await AnswersAsync());
    }

    /// <summary>Returns when ProxyGuard has it as fresh again.</summary>
    public async Task<TimeSpan> MendAsync()
    {
        long began = TimeProvider.System.GetTimestamp();
        _volume?.GiveRoom();
        if (Hang == Hang.StopWaits)
            await EndLongStatementAsync();
        await Eventually.HappensAsync($"{Name} answers again", Deadline, AnswersAsync);
        await Task.WhenAll(_underWay);
        if (Hang == Hang.StopWaits)
            await Node.ExecuteAsync(Site.Fleet.Kind.Words.Start);
        NodeSeen? node = null;
        await Eventually.HappensAsync(
            $"{Name} is fresh", Deadline, async () => (node = await Site.NodeAsync(Node)).State == "fresh", () => $"{node}");
        return TimeProvider.System.GetElapsedTime(began);
    }

    /// <summary>What ProxyGuard finds at that node.</summary>
    public async Task<IReadOnlyList<string>> FindingsAsync()
    {
        using JsonDocument diagnosis = JsonDocument.Parse(
            await Site.Management.GetStringAsync(new Uri("/api/v1/diagnosis", UriKind.Relative)));
        return [.. diagnosis.RootElement.GetProperty("checksPerformed").EnumerateArray()
            .Where(
                check => check.GetProperty("detectedProblems").EnumerateArray()
                    .Any(problem => problem.GetProperty("dbObject").GetString() == Node.Name))
            .Select(check => check.GetProperty("id").GetString()!)];
    }

    public async ValueTask DisposeAsync()
    {
        await Site.DisposeAsync();
        if (_volume is not null)
            await _volume.DisposeAsync();
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await using var client = new MySqlConnection(
                $"{Node.ConnectionString(Site.Fleet.Accounts.Root)};Pooling=false;Connection Timeout=5;Default Command Timeout=2;Cancellation Timeout=-1");
            await client.OpenAsync();
            await using var command = new MySqlCommand($"{Site.Fleet.Kind.Words.Status}; {Site.Fleet.Kind.Words.Head}", client);
            await command.ExecuteNonQueryAsync();
            return true;
        }
        catch (MySqlException e) when (e.ErrorCode is MySqlErrorCode.CommandTimeoutExpired)
        {
            return false;
        }
    }

    // More than the volume has: on the primary the statement itself hangs until there is room.
    private async Task FillAsync()
    {
        await using var writer = new MySqlConnection(
            $"{Site.Fleet.Primary.ConnectionString(Site.Fleet.Accounts.Root)};Pooling=false;Default Command Timeout=0");
        await writer.OpenAsync();
        // Spelled out, so that it takes its room in any binlog_format.
        string data = new('x', 120_000);
        foreach (
            string statement in (string[])["CREATE TABLE photos.filling (id INT PRIMARY KEY, data MEDIUMBLOB)",
                .. Enumerable.Range(1, 12).Select(id => $"INSERT INTO photos.filling VALUES ({id}, '{data}')")])
        {
            await using var command = new MySqlCommand(statement, writer);
            await command.ExecuteNonQueryAsync();
        }
    }

    // The rows are on the replica only: there the same statement takes a second for each.
    private async Task WaitForLongStatementAsync()
    {
        await Site.Fleet.Primary.ExecuteAsync($"CREATE TABLE {LongStatement} (id INT) ENGINE = MyISAM");
        await Site.Fleet.WaitUntilCaughtUpAsync(Deadline);
        await Node.ExecuteAsync(
            $"SET SESSION sql_log_bin = 0; INSERT INTO {LongStatement} VALUES {string.Join(',', Enumerable.Repeat("(1)", 3600))}");
        await Site.Fleet.Primary.ExecuteAsync($"SET SESSION binlog_format = STATEMENT; UPDATE {LongStatement} SET id = id + SLEEP(1)");
        await Eventually.HappensAsync("the long statement runs", Deadline, async () => (await LongThreadsAsync()).Count > 0);
        _underWay.Add(Node.ExecuteAsync(Site.Fleet.Kind.Words.Stop));
    }

    private async Task EndLongStatementAsync()
    {
        // Each SLEEP ends by itself; without rows there are no more of them.
        foreach (IReadOnlyDictionary<string, string?> thread in await LongThreadsAsync())
            await Node.ExecuteAsync($"KILL QUERY {thread["Id"]}");
    }

    private async Task<List<IReadOnlyDictionary<string, string?>>> LongThreadsAsync() =>
        [
            .. (await Node.QueryAsync("SHOW PROCESSLIST"))
            .Where(thread => thread["Info"]?.StartsWith($"UPDATE {LongStatement}", StringComparison.Ordinal) == true),
        ];
}
