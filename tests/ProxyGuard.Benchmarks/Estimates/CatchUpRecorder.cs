using System.Diagnostics;
using System.Globalization;
using ProxyGuard.Core.Tests.Replication;
using ProxyGuard.Demo.Fleet;

namespace ProxyGuard.Benchmarks.Estimates;

/// <summary>Makes a recording: a real primary and replica, a backlog, and the catch-up sampled until the replica has caught up.</summary>
internal sealed class CatchUpRecorder(RecordedScenario scenario, bool isDisturbed, ReplicationFleet fleet, RecordedWriters writers)
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    // A replica that trails its source by the samples' own distance has caught up; this often in a row, and nobody doubts it.
    private const int CaughtUpSamples = 4;

    private readonly long _start = TimeProvider.System.GetTimestamp();
    private readonly List<RecordedRow> _rows = [];

    /// <summary>Records until the replica has caught up, or an hour.</summary>
    /// <param name="isDisturbed">Without it the replica gets a processor before any other program does, which takes root.</param>
    public static async Task<CatchUpRecording> RunAsync(
        RecordedScenario scenario, ServerKind kind, bool isDisturbed, string directory, CancellationToken stop)
    {
        var settings = new FleetSettings { Kind = kind, MoreServerArguments = scenario.ServerArguments, WithGtid = false };
        await using ReplicationFleet fleet = await ReplicationFleet.StartAsync(directory, replicaCount: 1, settings, stop);
        await using RecordedWriters writers = await RecordedWriters.StartAsync(fleet.Primary, scenario, stop);
        if (scenario.IsDurable)
            await fleet.Replicas[0].ExecuteAsync("SET GLOBAL innodb_flush_log_at_trx_commit = 1, GLOBAL sync_binlog = 1", stop);
        await using RecordedReaders readers = RecordedReaders.Start(fleet.Replicas[0], scenario.Readers, scenario.ReadersShare);
        return await new CatchUpRecorder(scenario, isDisturbed, fleet, writers).RecordAsync(stop);
    }

    private DatabaseNode Replica => fleet.Replicas[0];

    private TimeSpan Now => TimeProvider.System.GetElapsedTime(_start);

    private async Task<CatchUpRecording> RecordAsync(CancellationToken stop)
    {
        writers.PerSecond = RecordedWriters.Unlimited;
        await Task.Delay(TimeSpan.FromSeconds(3), stop);
        await Replica.ExecuteAsync($"{Replica.Kind.Words.Stop} SQL_THREAD", stop);
        TimeSpan end = Now + scenario.Backlog;
        while (Now < end)
        {
            writers.IsSecondHalf = end - Now < scenario.Backlog / 2;
            await SampleAsync(stop);
        }

        writers.PerSecond = PaceAfter(TimeSpan.Zero);
        if (!isDisturbed)
            await PreferReplicaAsync(stop);
        await Replica.ExecuteAsync($"{Replica.Kind.Words.Start} SQL_THREAD", stop);
        TimeSpan restart = Now;
        while (!IsCaughtUp() && Now - restart < Longest)
        {
            await SampleAsync(stop);
            writers.PerSecond = PaceAfter(Now - restart);
        }

        return await RecordingAsync(stop);
    }

    // Before everything else, but not as a real-time thread: those kept the kernel from writing what a replica waits for (1 MB/s instead of
    // 7). Threads that start later inherit it.
    private async Task PreferReplicaAsync(CancellationToken stop)
    {
        string pid = Replica.Pid!.Value.ToString(CultureInfo.InvariantCulture);
        string[] threads = [.. Directory.EnumerateDirectories($"/proc/{pid}/task").Select(thread => Path.GetFileName(thread)!)];
        using Process renice = Process.Start("renice", ["--priority", "-20", "--pid", .. threads]);
        await renice.WaitForExitAsync(stop);
        if (renice.ExitCode != 0)
            throw new MeasuringException("renice could not prefer the replica; as root it can, or record with --disturbed.");
    }

    private int PaceAfter(TimeSpan onTheWay) => scenario.Writers switch
    {
        WritersOnTheWay.HeldBack => 0,
        WritersOnTheWay.Steady => scenario.PerSecond,
        WritersOnTheWay.HeldBackLater => onTheWay < scenario.HeldBackAfter ? scenario.PerSecond : 0,
        // On for 6, off for 4, on for 4, off for 8 seconds, and again.
        _ => (onTheWay.TotalSeconds % 22) is < 6 or (>= 10 and < 14) ? scenario.PerSecond : 0,
    };

    private bool IsCaughtUp()
    {
        if (_rows.Count <= CaughtUpSamples)
            return false;
        return Enumerable.Range(_rows.Count - CaughtUpSamples, CaughtUpSamples)
            .All(row => _rows[row].IsApplying && _rows[row].Executed >= _rows[row - 1].Head);
    }

    private async Task SampleAsync(CancellationToken stop)
    {
        TimeSpan at = Now;
        Task<LogPosition> head = fleet.Primary.HeadAsync(stop);
        ReplicaStatus status = await Replica.ReplicaStatusAsync(stop) ?? throw new MeasuringException("The replica follows nobody.");
        _rows.Add(new RecordedRow(
            at.TotalSeconds,
            PositionOf(await head),
            PositionOf(status.Executed),
            PositionOf(status.Fetched),
            status.IsApplying,
            status.SecondsBehind,
            writers.PerSecond > 0));
        TimeSpan rest = at + scenario.SampledEvery - Now;
        if (rest > TimeSpan.Zero)
            await Task.Delay(rest, stop);
    }

    private async Task<CatchUpRecording> RecordingAsync(CancellationToken stop)
    {
        IReadOnlyList<IReadOnlyDictionary<string, string?>> logs = await fleet.Primary.QueryAsync("SHOW BINARY LOGS", stop);
        string version = (await fleet.Primary.QueryAsync("SELECT VERSION() AS version", stop))[0]["version"]!;
        return new CatchUpRecording
        {
            Name = scenario.Name,
            Server = $"{Replica.Kind.Name} ({version})",
            What = scenario.What,
            Writers = scenario.Writers,
            IsDisturbed = isDisturbed,
            Logs =
            [
                .. logs.Select(
                    log => PositionOf(new LogPosition(log["Log_name"]!, long.Parse(log["File_size"]!, CultureInfo.InvariantCulture)))),
            ],
            Rows = _rows,
        };
    }

    private static Core.Replication.BinlogPosition PositionOf(LogPosition position) =>
        Core.Replication.BinlogPosition.TryParse(
            position.File, position.Offset) ?? throw new MeasuringException($"{position} is no position.");
}
