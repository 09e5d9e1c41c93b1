using ProxyGuard.Core.Replication;

namespace ProxyGuard.Core.Tests.Replication;

/// <summary>One moment of a recorded way back: what was said, and what was true.</summary>
/// <param name="Truth">Seconds that it really still took.</param>
/// <param name="SecondsBehind">What the replica said of itself, Seconds_Behind_Master; null when NULL.</param>
/// <param name="FromSlope">Seconds_Behind_Master by how fast it fell over the last eight seconds: lag / (speed − 1). Null when it did not
/// fall.</param>
/// <param name="SinceWritten">Seconds since the writers last wrote; null when they were not seen to.</param>
internal readonly record struct JudgedEstimate(double Truth, CatchUp Said, double? SecondsBehind, double? FromSlope, double? SinceWritten);

/// <summary>
/// A recording told to the real fold, two readings a second as the probe loop has it, and the real estimate asked after each.
/// Judged is from a tenth of the way on until one second before the end: a reading is no more exact than that.
/// </summary>
internal static class CatchUpReplay
{
    private const double Tick = 0.5;
    private const double FromPercent = 10;
    private const double UntilSeconds = 1;

    // A sample that came a little early is still this tick's.
    private const double Jitter = 0.05;

    public static IReadOnlyList<JudgedEstimate> Of(CatchUpRecording recording)
    {
        var judged = new List<JudgedEstimate>();
        var slope = new List<RecordedRow>();
        double? written = null;
        FleetSnapshot fleet = FleetSnapshot.Before(
            new FleetRules([Ticks.PrimaryNode, Ticks.Node("db2")], Ticks.Freshness), MonotonicInstant.At(0));
        foreach (RecordedRow row in TicksOf(recording).TakeWhile(row => row.At < recording.End))
        {
            fleet = fleet.Next([PrimaryAt(row, recording), ReplicaAt(row)], MonotonicInstant.At(row.At));
            CatchUp said = CatchUpEstimate.Of(fleet.Nodes[1], MonotonicInstant.At(row.At));
            slope.Add(row);
            written = row.Writing == true ? row.At : written;
            double truth = recording.End - row.At;
            if (row.IsApplying && said.Percent >= FromPercent && truth >= UntilSeconds)
                judged.Add(new JudgedEstimate(truth, said, row.SecondsBehind, FromSlope(slope), row.At - written));
        }

        return judged;
    }

    private static IEnumerable<RecordedRow> TicksOf(CatchUpRecording recording)
    {
        double due = double.MinValue;
        foreach (RecordedRow row in recording.Rows.Where(row => row.At >= due - Jitter))
        {
            due = Math.Max(due + Tick, row.At + Tick / 2);
            yield return row;
        }
    }

    private static NodeReading PrimaryAt(RecordedRow row, CatchUpRecording recording) =>
        (NodeReading.Answered)Ticks.Primary(0)(MonotonicInstant.At(row.At)) with
        {
            Head = row.Head,
            Logs = new BinlogIndex(
            [.. recording.Logs.Where(log => log.Sequence < row.Head.Sequence).Append(row.Head).Select(end => new BinlogFile(end))]),
        };

    private static NodeReading ReplicaAt(RecordedRow row)
    {
        var replica = (NodeReading.Answered)Ticks.Replica(
            0, sql: row.IsApplying ? ReplicationThread.Yes : ReplicationThread.No,
            secondsBehind: row.SecondsBehind)(MonotonicInstant.At(row.At));
        return replica with { Channels = [replica.Channels[0] with { Executed = row.Executed }] };
    }

    private static double? FromSlope(List<RecordedRow> rows)
    {
        RecordedRow last = rows[^1];
        RecordedRow first = rows.First(row => row.IsApplying && last.At - row.At <= 8);
        double? fall = (first.SecondsBehind - last.SecondsBehind) / (last.At - first.At);
        return fall > 0 ? last.SecondsBehind / fall : null;
    }
}
