namespace ProxyGuard.FleetTests.Storm;

/// <summary>
/// Replicas stop and come late, web servers are killed and come back, all at random, while people write and look at what they wrote.
/// </summary>
[Collection(nameof(RunsAlone))]
public sealed class StormTests(FleetHome home, ITestOutputHelper output)
{
    private const int Writers = 6;
    private const int Readers = 3;

    public static TheoryData<string> Ways => ["ReadsFrom", "Header", "ReadPort"];

    [Theory]
    [MemberData(nameof(Ways))]
    public Task Clients_always_see_what_they_wrote_and_no_page_fails(string way) =>
        RideOutAsync(way, TimeSpan.FromSeconds(20), leastPairs: 300);

    [Theory(Explicit = true)]
    [MemberData(nameof(Ways))]
    public Task Clients_always_see_what_they_wrote_for_five_minutes(string way) =>
        RideOutAsync(way, TimeSpan.FromMinutes(5), leastPairs: 20_000);

    [Fact]
    public async Task Clients_miss_some_of_their_own_writes_without_write_marks()
    {
        StormLog log = await LogAsync("ReadsFrom", TimeSpan.FromSeconds(10), """{ "ReadYourWrites": false }""");

        Assert.True(log.Missed.Length > 0, "the fleet is too fast to show what marks are for");
    }

    private async Task RideOutAsync(string way, TimeSpan howLong, int leastPairs)
    {
        StormLog log = await LogAsync(way, howLong, "{}");

        Assert.Empty(log.Missed);
        Assert.Empty(log.FailedLooks);
        Assert.Empty(log.Late);
        Assert.Empty(log.FailedForNoReason);
        Assert.Empty(log.SentTwice);
        Assert.Empty(log.AcceptedNotOnce);
        Assert.True(log.Pairs.Length >= leastPairs, $"only {log.Pairs.Length} pairs");
    }

    private async Task<StormLog> LogAsync(string way, TimeSpan howLong, string reads)
    {
        await using StormSite site = await StormSite.StartAsync(home.DirectoryOrSkip(), way, reads);
        var visitors = new Visitors(site.Guarded.Http);
        var disturbances = new Disturbances(site);
        using var over = new CancellationTokenSource(howLong);
        await Task.WhenAll(visitors.VisitAsync(Writers, Readers, over.Token), disturbances.DisturbAsync(over.Token));

        var log = new StormLog(visitors, disturbances, site.ArrivedWrites(), await site.WrittenAsync());
        output.WriteLine($"{way}: {log}");
        return log;
    }
}
