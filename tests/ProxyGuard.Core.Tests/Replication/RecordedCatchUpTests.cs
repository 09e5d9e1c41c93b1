namespace ProxyGuard.Core.Tests.Replication;

/// <summary>
/// The estimate against real replicas catching up: it is judged at every half second by what really followed.
/// <c>bash tests/bench.sh --estimates</c> shows the table.
/// </summary>
public class RecordedCatchUpTests
{
    private static readonly (CatchUpRecording Recording, IReadOnlyList<JudgedEstimate> Judged)[] All =
    [
        .. new[] { Recordings("tests/recordings"), Recordings("../shared/data") }
            .Where(Directory.Exists).SelectMany(directory => Directory.EnumerateFiles(directory, "*.json"))
            .Select(CatchUpRecording.Read).Where(recording => !recording.IsHelped)
            .Select(recording => (recording, CatchUpReplay.Of(recording))),
    ];

    [Fact]
    public void Recorded_catch_ups_end_within_the_estimated_range_which_is_narrow()
    {
        EstimateScore all = ScoreOf(_ => true);

        Assert.True(all.Samples > 2_000, $"only {all.Samples} estimates");
        Assert.True(all.Silent < 0.05, $"nothing said at {all.Silent:P0}");
        Assert.True(all.Inside >= 0.9, $"{all.Inside:P1} of the ranges held");
        // The aim is 1:3, of the recordings one by one, as below: 1:2.3 was measured. Over all moments, a fifth of which belong to one
        // catch-up of 47 minutes, 1:3.3 was; it is not to get worse.
        Assert.InRange(EstimateScore.Median(All.Select(one => EstimateScore.Of(one.Judged).MedianRatio!.Value))!.Value, 1, 3);
        Assert.True(all.MedianRatio <= 3.4, $"1:{all.MedianRatio:0.00}");
    }

    [Fact]
    public void Disturbed_catch_ups_end_within_the_estimated_range()
    {
        EstimateScore disturbed = ScoreOf(recording => recording.IsDisturbed);

        Assert.True(disturbed.Inside >= 0.85, $"{disturbed.Inside:P1} of the ranges held");
    }

    // Of the recordings one by one: half an hour of one replica would outvote all others.
    [Fact]
    public void The_likely_time_is_close_while_writes_are_held_back() => Assert.InRange(
        EstimateScore.Median(
            All.Where(one => one.Recording.Writers == WritersOnTheWay.HeldBack)
                .Select(one => EstimateScore.Of(one.Judged).MedianError!.Value))!.Value, 0, 0.15);

    [Fact]
    public void The_range_is_at_most_1_to_6_ten_seconds_after_writes_stop() =>
        Assert.Equal(1, ScoreOf(_ => true).NarrowWhileSilent);

    [Fact]
    public void The_likely_time_is_close_while_writes_continue()
    {
        EstimateScore steady = ScoreOf(recording => recording.Writers == WritersOnTheWay.Steady);

        Assert.InRange(steady.Inside!.Value, 0.9, 1);
        Assert.InRange(steady.MedianError!.Value, 0, 0.25);
    }

    [Fact]
    public void A_recording_is_written_and_read_back_unchanged() => Assert.All(Directory.EnumerateFiles(Recordings("tests/recordings"),
        "*.json"), path =>
    {
        CatchUpRecording recording = CatchUpRecording.Read(path);
        Assert.Equal(File.ReadAllText(path), recording.ToJson());
        Assert.True(new FileInfo(path).Length < 100_000, path);
    });

    private static EstimateScore ScoreOf(Func<CatchUpRecording, bool> which) =>
        EstimateScore.Of([.. All.Where(one => which(one.Recording)).SelectMany(one => one.Judged)]);

    private static string Recordings(string path)
    {
        DirectoryInfo? directory = new(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "ProxyGuard.sln")))
            directory = directory.Parent;
        return Path.GetFullPath(Path.Combine(directory!.FullName, path));
    }
}
