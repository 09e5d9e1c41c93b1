using System.Text.Json;
using ProxyGuard.Core.Replication;

namespace ProxyGuard.Core.Tests.Replication;

/// <summary>The estimate against real replicas catching up, sampled every 250 ms: it is judged at every sample by what really followed.</summary>
public class RecordedCatchUpTests(ITestOutputHelper output)
{
    private const string HeldBack = "catch-up-mysql-5.6-held-back.json";

    [Fact]
    public void While_writes_are_held_back_the_truth_lies_in_the_shown_range()
    {
        List<Row> rows = Read(HeldBack);
        double end = rows.First(row => row.Executed == row.Head && row.At > rows.First(other => other.IsRunning).At).At;

        var ticks = new RecordedNode();
        int shown = 0, held = 0;
        var errors = new List<double>();
        var widths = new List<double>();
        foreach (Row row in rows.TakeWhile(row => row.At < end))
        {
            CatchUp catchUp = ticks.Next(row);
            // From a tenth of the way on.
            if (!(catchUp.Percent >= 10) || catchUp.Remaining is not { } remaining || end - row.At < 1)
                continue;

            double truth = end - row.At;
            shown++;
            if (truth >= remaining.Low.TotalSeconds && truth <= remaining.High.TotalSeconds)
                held++;
            errors.Add(Math.Abs(remaining.Likely.TotalSeconds - truth) / truth);
            widths.Add((remaining.High - remaining.Low).TotalSeconds / 2 / remaining.Likely.TotalSeconds);
        }

        errors.Sort();
        widths.Sort();
        output.WriteLine($"{HeldBack}: {shown} estimates, {100.0 * held / shown:0} % of ranges held, median error {100 * errors[shown / 2]:0} %, median half width {100 * widths[shown / 2]:0} %");
        Assert.True(shown > 20, $"only {shown} estimates");
        Assert.True(held >= 0.9 * shown, $"{held} of {shown} ranges held");
        Assert.True(errors[shown / 2] <= 0.1, $"median error {errors[shown / 2]:P0}");
        Assert.True(widths[shown / 2] <= 0.35, $"median half width {widths[shown / 2]:P0}");
    }

    private static List<Row> Read(string file)
    {
        DirectoryInfo? directory = new(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "ProxyGuard.sln")))
            directory = directory.Parent;
        string path = Path.GetFullPath(Path.Combine(directory!.FullName, "..", "shared", "data", file));
        if (!File.Exists(path))
            Assert.Skip($"The recorded catch-up ../shared/data/{file} is not here.");
        return [.. JsonDocument.Parse(File.ReadAllText(path)).RootElement.EnumerateArray().Select(row => new Row(
            row[0].GetDouble(),
            BinlogPosition.TryParse(row[1].GetString(), row[2].GetInt64())!.Value,
            BinlogPosition.TryParse(row[3].GetString(), row[4].GetInt64())!.Value,
            row[5].GetString() == "Yes"))];
    }

    private sealed record Row(double At, BinlogPosition Head, BinlogPosition Executed, bool IsRunning);

    /// <summary>Primary and replica as the recording saw them.</summary>
    private sealed class RecordedNode
    {
        private FleetSnapshot _fleet = FleetSnapshot.Before(new FleetRules([Ticks.PrimaryNode, Ticks.Node("db2")], Ticks.Freshness), Moment.At(0));

        public CatchUp Next(Row row)
        {
            Moment now = Moment.At(row.At);
            var primary = (NodeReading.Answered)Ticks.Primary(0)(now);
            var replica = (NodeReading.Answered)Ticks.Replica(0)(now);
            _fleet = _fleet.Next(
                [
                    primary with { Head = row.Head, Logs = new BinlogIndex([new BinlogFile(row.Head)]) },
                    replica with { Channels = [replica.Channels[0] with { Executed = row.Executed, SqlThread = row.IsRunning ? ReplicationThread.Yes : ReplicationThread.No }] },
                ],
                now);
            return CatchUpEstimate.Of(_fleet.Nodes[1], now);
        }
    }
}
