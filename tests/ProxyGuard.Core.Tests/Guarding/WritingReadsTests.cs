using System.Collections.Immutable;
using ProxyGuard.Core.Guarding;

namespace ProxyGuard.Core.Tests.Guarding;

/// <summary>Whose reads move the primary's head, on made-up sites of which the truth is known.</summary>
public sealed class WritingReadsTests
{
    private const int List = 0;
    private const int Page = 1;
    private const int Help = 2;
    private const int Comment = 3;
    private const int Upload = 4;
    private const int Image = 5;

    private static readonly MovementKind[] Kinds =
    [
        new("GET /", IsRead: true), new("GET /photos/*", IsRead: true), new("GET /help", IsRead: true),
        new("POST /photos/*/comments", IsRead: false), new("POST /upload", IsRead: false), new("GET /photos/*/likes", IsRead: true),
    ];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 20)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_view_counter_is_named_with_its_size(int seed)
    {
        WritingRead found = Assert.Single(WritingReads.Of(Site(seed, bytesPerPage: 260), Kinds));

        Assert.Equal(Page, found.Kind);
        Assert.Empty(found.Alike);
        Assert.InRange(found.Bytes, 260 * 0.8, 260 * 1.2);
        Assert.InRange(found.High - found.Low, 0, 150);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Nothing_is_named_where_only_writes_write(int seed) => Assert.Empty(WritingReads.Of(Site(seed, bytesPerPage: 0), Kinds));

    [Fact]
    public void Reads_that_always_come_together_are_named_together()
    {
        WritingRead found = Assert.Single(WritingReads.Of(Site(3, bytesPerPage: 260, withScript: true), Kinds));

        Assert.Equal([Page, Image], new[] { found.Kind }.Concat(found.Alike).Order());
    }

    [Fact]
    public void Too_little_traffic_says_nothing() => Assert.Empty(WritingReads.Of([.. Site(1, 260).Take(50)], Kinds));

    [Fact]
    public void No_traffic_says_nothing() =>
        Assert.Empty(WritingReads.Of([.. Enumerable.Repeat(new MovementWindow(5, 0, []), 400)], Kinds));

    /// <summary>Half an hour in windows of five seconds: busy and quiet times, comments, now and then a photo of some megabytes, a job.</summary>
    private static ImmutableArray<MovementWindow> Site(int seed, double bytesPerPage, bool withScript = false)
    {
        var random = new Random(seed);
        var windows = ImmutableArray.CreateBuilder<MovementWindow>();
        for (int index = 0; index < 360; index++)
        {
            int busy = index % 60 < 20 ? 2 : 12;
            int lists = Count(random, busy * 0.6);
            int pages = Enumerable.Range(0, lists).Sum(_ => random.Next(1, 4));
            int comments = Count(random, pages * 0.2);
            int uploads = Count(random, 0.03);
            double bytes = 20 + pages * bytesPerPage + Enumerable.Range(0, comments).Sum(_ => 300 + random.Next(400))
                + Enumerable.Range(0, uploads).Sum(_ => 500_000.0 + random.Next(4_000_000)) + (index % 97 == 0 ? 60_000 : 0);
            Dictionary<int, int> requests = new()
            {
                [List] = lists,
                [Page] = pages,
                [Help] = Count(random, 0.5),
                [Comment] = comments,
                [Upload] = uploads,
                [Image] = withScript ? pages : 0,
            };
            windows.Add(new MovementWindow(5, bytes, [.. requests.Where(kind => kind.Value > 0)]));
        }

        return windows.ToImmutable();
    }

    // Poisson's, by Knuth.
    private static int Count(Random random, double mean)
    {
        double limit = Math.Exp(-mean);
        int count = -1;
        for (double product = 1; product >= limit; product *= random.NextDouble())
            count++;
        return count;
    }
}
