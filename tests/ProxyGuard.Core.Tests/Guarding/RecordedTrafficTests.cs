using ProxyGuard.Core.Guarding;

namespace ProxyGuard.Core.Tests.Guarding;

/// <summary>Ordinary traffic of real members on a real primary (tests/recordings/traffic), half an hour of it drawn anew each time.</summary>
public sealed class RecordedTrafficTests
{
    public static TheoryData<int> Draws => [.. Enumerable.Range(1, 10)];

    [Theory]
    [MemberData(nameof(Draws))]
    public void Nothing_is_named_where_only_writes_write(int draw)
    {
        TrafficRecording traffic = Recorded("plain");

        Assert.Empty(WritingReads.Of(traffic.Resampled(draw, Windows), traffic.Kinds));
    }

    [Theory]
    [MemberData(nameof(Draws))]
    public void A_view_counter_is_named_with_its_size(int draw)
    {
        TrafficRecording traffic = Recorded("views");

        WritingRead found = Assert.Single(WritingReads.Of(traffic.Resampled(draw, Windows), traffic.Kinds));
        Assert.Equal("GET /photos/*", traffic.Kinds[found.Kind].Name);
        Assert.Empty(found.Alike);
        // What one such transaction has in that server's log.
        Assert.InRange(found.Bytes, 194 * 0.8, 194 * 1.2);
        Assert.InRange(194, found.Low - 194 * 0.1, found.High + 194 * 0.1);
    }

    // Half an hour.
    private const int Windows = 360;

    private static TrafficRecording Recorded(string name)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string file = Path.Combine(folder.FullName, "tests", "recordings", "traffic", $"{name}.json");
            if (File.Exists(file))
                return TrafficRecording.FromJson(File.ReadAllText(file));
        }

        throw new FileNotFoundException($"tests/recordings/traffic/{name}.json");
    }
}
