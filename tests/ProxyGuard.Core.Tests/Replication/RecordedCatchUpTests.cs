namespace ProxyGuard.Core.Tests.Replication;

/// <summary>The estimate against real replicas catching up: it is judged at every half second by what really followed. <c>bash tests/bench.sh --estimates</c> shows the table.</summary>
public class RecordedCatchUpTests(ITestOutputHelper output)
{
    [Fact]
    public void While_writes_are_held_back_the_truth_lies_in_the_shown_range() =>
        AssertIsAtLeast(WritersOnTheWay.HeldBack, inside: 0.9, error: 0.1, halfWidth: 0.35);

    [Fact]
    public void While_writers_go_on_the_truth_lies_in_the_shown_range() =>
        AssertIsAtLeast(WritersOnTheWay.Steady, inside: 0.9, error: 0.25, halfWidth: double.PositiveInfinity);

    [Fact]
    public void While_writers_come_and_go_the_truth_lies_in_the_shown_range() =>
        AssertIsAtLeast(WritersOnTheWay.ComingAndGoing, inside: 0.9, error: double.PositiveInfinity, halfWidth: double.PositiveInfinity);

    [Fact]
    public void A_recording_that_was_written_reads_back_as_it_was() => Assert.All(Directory.EnumerateFiles(Recordings("tests/recordings"), "*.json"), path =>
    {
        CatchUpRecording recording = CatchUpRecording.Read(path);
        Assert.Equal(File.ReadAllText(path), recording.ToJson());
        Assert.True(new FileInfo(path).Length < 40_000, path);
    });

    private void AssertIsAtLeast(WritersOnTheWay writers, double inside, double error, double halfWidth)
    {
        CatchUpRecording[] recordings =
        [
            .. new[] { Recordings("tests/recordings"), Recordings("../shared/data") }
                .Where(Directory.Exists).SelectMany(directory => Directory.EnumerateFiles(directory, "*.json"))
                .Select(CatchUpRecording.Read).Where(recording => recording.Writers == writers),
        ];
        var score = EstimateScore.Of([.. recordings.SelectMany(CatchUpReplay.Of)]);

        output.WriteLine($"{writers}: {recordings.Length} recordings, {score}");
        Assert.True(score.Samples > 200, $"only {score.Samples} estimates");
        Assert.True(score.Silent < 0.05, $"nothing said at {score.Silent:P0}");
        Assert.True(score.Inside >= inside, $"{score.Inside:P1} of the ranges held");
        Assert.True(score.MedianError <= error, $"median error {score.MedianError:P1}");
        Assert.True(score.MedianHalfWidth <= halfWidth, $"median half width {score.MedianHalfWidth:P1}");
    }

    private static string Recordings(string path)
    {
        DirectoryInfo? directory = new(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "ProxyGuard.sln")))
            directory = directory.Parent;
        return Path.GetFullPath(Path.Combine(directory!.FullName, path));
    }
}
