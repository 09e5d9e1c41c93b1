using ProxyGuard.Core.Tests.Replication;

namespace ProxyGuard.Benchmarks.Estimates;

/// <summary>
/// What a recording is to show: which statements make the backlog, and what the writers do once the replica applies again.
/// </summary>
internal sealed record RecordedScenario
{
    /// <summary>Part of the file's name.</summary>
    public required string Name { get; init; }

    /// <summary>For whoever reads the recording.</summary>
    public required string What { get; init; }

    public required WritersOnTheWay Writers { get; init; }

    /// <summary>How long the replica stands still while the writers write as fast as they can.</summary>
    public TimeSpan Backlog { get; init; } = TimeSpan.FromSeconds(40);

    /// <summary>Statements of each writer in a second on the catch-up; only where writers go on.</summary>
    public int PerSecond { get; init; }

    /// <summary>Out of a hundred statements, how many read or change thousands of rows.</summary>
    public double SlowPercent { get; init; }

    /// <summary>Out of a hundred statements, how many change rows of a table without a key.</summary>
    public double KeylessPercent { get; init; }

    /// <summary>What the members do changes in the middle: first pictures only, then comments and likes only.</summary>
    public bool ChangesInTheMiddle { get; init; }

    /// <summary>The replica makes its changes durable one by one, and so is much slower than its source.</summary>
    public bool IsDurable { get; init; }

    /// <summary>So long do writers go on once the replica applies again; only where they are held back later.</summary>
    public TimeSpan HeldBackAfter { get; init; }

    /// <summary>The most connections that read on the replica at a time, coming and going; 0 is none.</summary>
    public int Readers { get; init; }

    /// <summary>Of a burst's time, what a reader spends on queries.</summary>
    public double ReadersShare { get; init; } = 1;

    /// <summary>From one sample to the next; the default is the probe's own pace.</summary>
    public TimeSpan SampledEvery { get; init; } = TimeSpan.FromSeconds(0.5);

    public IReadOnlyList<string> ServerArguments { get; init; } = [];

    public static IReadOnlyList<RecordedScenario> All { get; } =
    [
        new() { Name = "held-back", What = "inserts, updates and deletes of single rows", Writers = WritersOnTheWay.HeldBack },
        new()
        {
            Name =
                "held-back-durable", What = "as held-back, and the replica makes each change durable", Writers = WritersOnTheWay.HeldBack,
            Backlog = TimeSpan.FromSeconds(15), IsDurable = true,
        },
        new()
        {
            Name =
                "held-back-rotating", What = "as held-back, in binlog files of 8 MB, in the format ROW", Writers = WritersOnTheWay.HeldBack,
            ServerArguments = ["--max-binlog-size=8M", "--binlog-format=ROW"],
        },
        new()
        {
            Name =
                "held-back-slow", What = "among single rows, statements that read or change thousands", Writers = WritersOnTheWay.HeldBack,
            SlowPercent = 0.4,
        },
        new()
        {
            Name =
                "held-back-keyless", What =
                    "among single rows, changes of a table without a key, in the format ROW", Writers = WritersOnTheWay.HeldBack,
            Backlog = TimeSpan.FromSeconds(25), KeylessPercent = 3, ServerArguments = ["--binlog-format=ROW"],
        },
        new()
        {
            Name =
                "held-back-changing", What =
                    "the first half of the backlog is large rows, the second small ones", Writers = WritersOnTheWay.HeldBack,
            ChangesInTheMiddle = true,
        },
        new() { Name = "steady", What = "writers go on to the end, slower than before", Writers = WritersOnTheWay.Steady, PerSecond = 60 },
        new()
        {
            Name =
                "steady-slow", What =
                    "writers go on to the end, with statements that read or change thousands of rows", Writers = WritersOnTheWay.Steady,
            PerSecond = 40, SlowPercent = 0.4,
        },
        new()
        {
            Name =
                "bursts", What =
                    "writers come and go, four to eight seconds each", Writers = WritersOnTheWay.ComingAndGoing, PerSecond = 300,
        },
        new()
        {
            Name =
                "held-back-readers", What =
                    "the replica makes each change durable, and reads on it come and go", Writers = WritersOnTheWay.HeldBack,
            Backlog = TimeSpan.FromSeconds(25), IsDurable = true, Readers = 3,
        },
        new()
        {
            Name =
                "held-back-later-readers", What =
                    "as held-back-readers, and writers go on for 100 seconds", Writers = WritersOnTheWay.HeldBackLater,
            Backlog = TimeSpan.FromSeconds(20), IsDurable = true, Readers = 3, PerSecond = 40, HeldBackAfter = TimeSpan.FromSeconds(100),
        },
        new()
        {
            Name = "held-back-readers-long", What = "as held-back-readers, for most of an hour", Writers = WritersOnTheWay.HeldBack,
            Backlog = TimeSpan.FromMinutes(13), IsDurable = true, Readers = 2, ReadersShare = 0.4, SampledEvery = TimeSpan.FromSeconds(2),
        },
    ];
}
