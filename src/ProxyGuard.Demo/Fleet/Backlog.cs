using System.Globalization;
using MySqlConnector;

namespace ProxyGuard.Demo.Fleet;

/// <summary>How much waits for the replicas, and how long each of them takes for it.</summary>
public sealed record BacklogSettings
{
    public int Writes { get; init; } = 1800;

    /// <summary>What a replica takes for one write, as on an old disk: the catch-up lasts as long on every machine.</summary>
    public TimeSpan PaceOfReplicas { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Of each write in the binlog.</summary>
    public int Bytes { get; init; } = 16 * 1024;

    public TimeSpan Expected => Writes * PaceOfReplicas;
}

/// <summary>
/// Replicas that have much to catch up, and catch up so slowly that it can be watched: each write waits on them for as long as a row says
/// that only they have. On the primary the same statement waits for nothing.
/// </summary>
internal sealed class Backlog(ReplicationFleet fleet)
{
    private const string Table = "photos.guard_demo_backlog";

    // Long enough to be seen by who looks twice a second: then the incident begins with replicas that are stuck.
    private static readonly TimeSpan StandStill = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan TellInterval = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Stops the SQL threads, writes behind everybody's back, and starts them again: returns when the replicas catch up.
    /// </summary>
    /// <param name="tell">Is told how it goes, at least once a second.</param>
    public async Task BuildAsync(BacklogSettings settings, Action<string> tell)
    {
        await fleet.Primary.ExecuteAsync(
            $"CREATE TABLE IF NOT EXISTS {Table} (id INT PRIMARY KEY, writes INT NOT NULL, pace DECIMAL(6, 3) NOT NULL); "
            + $"INSERT IGNORE INTO {Table} VALUES (1, 0, 0)");
        await fleet.WaitUntilCaughtUpAsync(TimeSpan.FromSeconds(30));
        foreach (DatabaseNode replica in fleet.Replicas)
        {
            tell($"{replica.Name}: its SQL thread stops.");
            await replica.ExecuteAsync(
                $"{fleet.Kind.Words.StopApplying}; {PaceOf(settings.PaceOfReplicas.TotalSeconds)}");
        }

        long stopped = TimeProvider.System.GetTimestamp();
        await WriteAsync(settings, tell);
        if (StandStill - TimeProvider.System.GetElapsedTime(stopped) is { Ticks: > 0 } rest)
            await Task.Delay(rest);
        foreach (DatabaseNode replica in fleet.Replicas)
            await replica.ExecuteAsync(fleet.Kind.Words.Start);
        tell("The SQL threads run again.");
    }

    /// <summary>What still waits is applied at full speed from now on.</summary>
    public async Task HurryAsync()
    {
        foreach (DatabaseNode replica in fleet.Replicas)
        {
            if ((await replica.QueryAsync("SHOW TABLES IN photos LIKE 'guard_demo_backlog'")).Count > 0)
                await replica.ExecuteAsync(PaceOf(0));
        }
    }

    private async Task WriteAsync(BacklogSettings settings, Action<string> tell)
    {
        await using MySqlConnection connection = await fleet.Primary.ConnectAsync();
        // By statement: a replica that gets rows waits for nothing.
        await using (var format = new MySqlCommand("SET SESSION binlog_format = 'STATEMENT'", connection))
            await format.ExecuteNonQueryAsync();
        // The comment is what makes it long: it is in the binlog and in no table.
        await using var write = new MySqlCommand(
            $"UPDATE {Table} SET writes = writes + 1 + SLEEP(pace) /* {new string('x', settings.Bytes)} */", connection);
        long told = TimeProvider.System.GetTimestamp();
        for (int done = 1; done <= settings.Writes; done++)
        {
            await write.ExecuteNonQueryAsync();
            if (done < settings.Writes && TimeProvider.System.GetElapsedTime(told) < TellInterval)
                continue;
            told = TimeProvider.System.GetTimestamp();
            double megabytes = (double)done * settings.Bytes / 1e6;
            tell(string.Create(
                CultureInfo.InvariantCulture, $"db1 has {done} of {settings.Writes} writes that the replicas lack, {megabytes:F0} MB."));
        }
    }

    private static string PaceOf(double seconds) => string.Create(
        CultureInfo.InvariantCulture, $"SET SESSION sql_log_bin = 0; UPDATE {Table} SET pace = {seconds:F3}");
}
