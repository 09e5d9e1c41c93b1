using ProxyGuard.Demo.Fleet;
using ProxyGuard.Testing;

namespace ProxyGuard.FleetTests.Remedies;

/// <summary>Logs that are damaged, gone, or are not what the replica asks for.</summary>
internal static class LogFaults
{
    public static IReadOnlyList<Fault> All { get; } =
    [
        new("relay-log-damaged", DamageRelayLogAsync) { DependsOnPlace = true },
        new("packet-too-large", SendTooMuchAsync),
        new("binlogs-never-purged", KeepAllAsync) { IsOfSettings = true },
        new("errant-gtid", GoAstrayAsync) { On = Fault.MySqls, OnlyWithGtid = true, DependsOnPlace = true },
        new("errant-gtid", AskForUnknownAsync, NeedsDump: true) { On = Fault.MariaDbs, OnlyWithGtid = true, DependsOnPlace = true },
        new("gtid-out-of-order", WriteAheadAsync, NeedsDump: true) { On = Fault.MariaDbs, OnlyWithGtid = true, DependsOnPlace = true },
        new("position-impossible", AskForTooMuchAsync, NeedsDump: true) { OnlyWithGtid = false, DependsOnPlace = true },
        new("source-log-purged", PurgeAsync, NeedsDump: true) { DependsOnPlace = true },
    ];

    private static async Task DamageRelayLogAsync(RemedyStage stage)
    {
        await stage.Replica.ExecuteAsync($"{stage.Words.Stop} SQL_THREAD");
        await FetchMoreAsync(stage, from: 400);
        await DamageAsync(stage);
        await stage.Replica.ExecuteAsync($"{stage.Words.Start} SQL_THREAD");
        await stage.StoppedAsync();
    }

    private static async Task FetchMoreAsync(RemedyStage stage, int from)
    {
        for (int id = from; id < from + 40; id++)
            await stage.Primary.ExecuteAsync($"INSERT INTO photos.remedy (id, n, name) VALUES ({id}, {id}, '{new string('x', 40)}')");
        await Eventually.HappensAsync(
            "all of it is fetched", RemedyStage.Deadline,
            async () => (await stage.Replica.ReplicaStatusAsync())!.Fetched >= await stage.Primary.HeadAsync());
    }

    /// <summary>Well inside of what is still to be applied.</summary>
    private static async Task DamageAsync(RemedyStage stage)
    {
        string newest = Directory.EnumerateFiles(stage.Replica.DataDirectory, "relay.0*").Order(StringComparer.Ordinal).Last();
        await using FileStream file = File.Open(newest, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        file.Position = file.Length - 2_000;
        file.Write(Enumerable.Repeat((byte)0xFF, 200).ToArray());
    }

    /// <summary>A picture larger than the replica takes.</summary>
    private static async Task SendTooMuchAsync(RemedyStage stage)
    {
        await stage.Primary.ExecuteAsync("CREATE TABLE photos.large (id INT PRIMARY KEY, picture LONGTEXT NOT NULL)");
        await stage.CaughtUpAsync();
        string most = $"{stage.Words.Replica.ToLowerInvariant()}_max_allowed_packet";
        await stage.Replica.ExecuteAsync($"SET GLOBAL {most} = 1048576; {stage.Words.Stop} IO_THREAD; {stage.Words.Start} IO_THREAD");
        await stage.Primary.ExecuteAsync("INSERT INTO photos.large VALUES (1, REPEAT('x', 3000000))");
        await stage.ShowsAsync("max_allowed_packet");
    }

    /// <summary>Nothing ever deletes what the primary has written.</summary>
    private static async Task KeepAllAsync(RemedyStage stage)
    {
        string limit = stage.Replica.Kind == ServerKind.MySql97 ? "binlog_expire_logs_seconds" : "expire_logs_days";
        await stage.Primary.ExecuteAsync(
            $"SET GLOBAL {limit} = 0; FLUSH BINARY LOGS; CREATE TABLE photos.uploads (id INT PRIMARY KEY, picture LONGTEXT NOT NULL)");
        // So much in so short a time that it would be ten gigabytes within a day; a few megabytes are nothing to speak of.
        for (int upload = 0; upload < 250; upload++)
            await stage.Primary.ExecuteAsync($"INSERT INTO photos.uploads VALUES ({upload}, REPEAT('x', 400000))");
        await stage.Primary.ExecuteAsync("DROP TABLE photos.uploads; FLUSH BINARY LOGS");
        await stage.CaughtUpAsync();
    }

    /// <summary>
    /// The replica has transactions under the primary's name that the primary never had. Those under another name do not stop it, but are
    /// in the list, here before and after those that do.
    /// </summary>
    private static async Task GoAstrayAsync(RemedyStage stage)
    {
        string uuid = (await stage.Primary.QueryAsync("SELECT @@GLOBAL.server_uuid AS uuid"))[0]["uuid"]!;
        string[] astray =
            [$"{Guid.Empty.ToString()[..^1]}1:1", $"{uuid}:999998", $"{uuid}:999999", "ffffffff-ffff-ffff-ffff-ffffffffffff:1"];
        string empty = string.Concat(astray.Select(gtid => $"SET GTID_NEXT = '{gtid}'; BEGIN; COMMIT; "));
        await stage.Replica.ExecuteAsync($"{stage.Words.Stop}; {empty}SET GTID_NEXT = 'AUTOMATIC'; {stage.Words.Start}");
        await stage.ShowsAsync("more GTIDs");
    }

    /// <summary>The replica stands at a transaction that the primary never had.</summary>
    private static async Task AskForUnknownAsync(RemedyStage stage)
    {
        await stage.Replica.ExecuteAsync(
            $"{stage.Words.Stop}; SET GLOBAL gtid_slave_pos = '0-{stage.Primary.ServerId}-99999999'; {stage.Words.Start}");
        await stage.ShowsAsync("not in the master's binlog");
    }

    /// <summary>Somebody wrote to the replica, so that its binlog is ahead; and it is strict about the order of GTIDs.</summary>
    private static async Task WriteAheadAsync(RemedyStage stage)
    {
        await stage.Replica.ExecuteAsync("SET GLOBAL gtid_strict_mode = ON; UPDATE photos.remedy SET n = n + 1 WHERE id = 8");
        await stage.Primary.ExecuteAsync("UPDATE photos.remedy SET n = n + 2 WHERE id = 8");
        await stage.StoppedAsync();
    }

    /// <summary>The end of the primary's binlog is not what it was when the replica had read it: the replica stands behind it.</summary>
    private static async Task AskForTooMuchAsync(RemedyStage stage)
    {
        LogPosition head = await stage.Primary.HeadAsync();
        await stage.Replica.ExecuteAsync(
            $"{stage.Words.Stop}; {stage.ChangeSource($"LOG_FILE = '{head.File}'")}, {stage.Words.Source}_LOG_POS = 99999999; {stage.Words.Start}");
        await stage.Primary.ExecuteAsync("FLUSH BINARY LOGS; UPDATE photos.remedy SET n = n + 1 WHERE id = 9");
        await stage.ShowsAsync("position");
    }

    /// <summary>The replica is away for longer than the primary keeps its binlogs.</summary>
    private static async Task PurgeAsync(RemedyStage stage)
    {
        await stage.Replica.ExecuteAsync(stage.Words.Stop);
        await stage.Primary.ExecuteAsync(
            "FLUSH BINARY LOGS; INSERT INTO photos.remedy (id, n, name) VALUES (500, 1, 'missed'); FLUSH BINARY LOGS");
        // Logs that another replica is still sent are kept, without an error.
        await Eventually.HappensAsync("the old logs are gone", RemedyStage.Deadline, async () =>
        {
            await stage.Primary.ExecuteAsync($"PURGE BINARY LOGS TO '{(await stage.Primary.HeadAsync()).File}'");
            return (await stage.Primary.QueryAsync("SHOW BINARY LOGS")).Count == 1;
        });
        await stage.Replica.ExecuteAsync(stage.Words.Start);
        await stage.ShowsAsync("1236");
    }
}
