using ProxyGuard.Core.Replication;

namespace ProxyGuard.Core.Guarding;

/// <summary>
/// The primary is written to although the site lets no write through: by reads that write, by jobs, by clients that connect past it.
/// </summary>
/// <param name="Since">Since when that was measured.</param>
/// <param name="Bytes">What the primary's binlog grew by.</param>
/// <param name="Over">In how long.</param>
/// <param name="BytesPerRead">The same for each read that was let through meanwhile; null when those were too few to say so.</param>
public sealed record OutsideWrites(MonotonicInstant Since, long Bytes, TimeSpan Over, double? BytesPerRead)
{
    public double BytesPerMinute => Bytes / Over.TotalMinutes;
}

/// <summary>Measures how the primary's binlog grows while ProxyGuard lets no write through.</summary>
public sealed record OutsideWritesWatch
{
    // Writes that were answered may go on for a moment: what a web server does after its answer.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    // Long enough for a rate, and short enough that an operator learns of it during the incident.
    private static readonly TimeSpan ShortestWindow = TimeSpan.FromSeconds(20);

    // The rate is that of the last minutes, not of the whole night.
    private static readonly TimeSpan LongestWindow = TimeSpan.FromMinutes(5);

    // A log that rotates moves the head once, or twice when it is read in between; writes move it again and again.
    private const int FewestMoves = 3;
    private const long FewestBytes = 1024;

    // With fewer it cannot be told whether the reads were it.
    private const long FewestReads = 5;

    public static OutsideWritesWatch Start { get; } = new();

    private OutsideWritesWatch()
    {
    }

    /// <summary>Null while there are none, or none are known.</summary>
    public OutsideWrites? Found { get; private init; }

    private Course? Measured { get; init; }

    /// <param name="isClosed">Whether every write is refused, before this moment and from it on.</param>
    /// <param name="expectedPerSecond">Bytes a second that are no news: a heartbeat table that ProxyGuard was told of.</param>
    public OutsideWritesWatch Next(NodeState primary, bool isClosed, SiteTraffic traffic, double expectedPerSecond, MonotonicInstant now)
    {
        if (!isClosed || primary is not { Silence: null, LastAnswer: { Head: { } head } answer })
            return Start;
        bool lets = traffic.InFlight > 0 || traffic.WritesBegun != Measured?.Traffic.WritesBegun;
        if (lets || Measured is not { } before)
            return this with { Measured = new Course(now + Grace, head, head, 0, traffic) };
        if (now < before.From)
            return this with { Measured = before with { Start = head, Last = head, Traffic = traffic } };
        // Files of that time are gone, or it is another log.
        if (answer.Logs.BytesBetween(before.Start, head) is not { } bytes)
            return Start;

        Course course = head == before.Last ? before : before with { Last = head, Moves = before.Moves + 1 };
        TimeSpan over = now - course.From;
        OutsideWrites? found = over < ShortestWindow ? Found : FoundIn(course, bytes, over, traffic, expectedPerSecond);
        return this with { Found = found, Measured = over < LongestWindow ? course : new Course(now, head, head, 0, traffic) };
    }

    private static OutsideWrites? FoundIn(Course course, long bytes, TimeSpan over, SiteTraffic traffic, double expectedPerSecond)
    {
        if (course.Moves < FewestMoves || bytes < Math.Max(FewestBytes, expectedPerSecond * over.TotalSeconds))
            return null;
        long reads = traffic.ReadsWhileClosed - course.Traffic.ReadsWhileClosed;
        return new OutsideWrites(course.From, bytes, over, reads >= FewestReads ? (double)bytes / reads : null);
    }

    /// <param name="From">Counted from here on.</param>
    private sealed record Course(MonotonicInstant From, BinlogPosition Start, BinlogPosition Last, int Moves, SiteTraffic Traffic);
}
