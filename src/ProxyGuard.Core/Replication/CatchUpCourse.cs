namespace ProxyGuard.Core.Replication;

/// <summary>One moment of a replica that applies: bytes of binlog applied since the course began, and bytes that wait.</summary>
/// <param name="Queue">Negative when the replica had already more than our sample of its source.</param>
internal readonly record struct CatchUpMark(MonotonicInstant At, long Applied, long Queue)
{
    /// <summary>Grows as the source is written to.</summary>
    public long Written => Applied + Queue;
}

/// <summary>Bytes of binlog per second: applied by the replica, written by its source.</summary>
internal readonly record struct CatchUpPace(double Applied, double Written)
{
    public double Net => Applied - Written;
}

/// <summary>
/// How a replica applied without a pause until the last of the marks. A part from the beginning is a course too: the one that was known
/// then.
/// </summary>
internal readonly ref struct CatchUpCourse(ReadOnlySpan<CatchUpMark> marks)
{
    private const int FewestMarks = 4;

    // A position that moves only when a large transaction ends has no rate within one step.
    private const int FewestAdvances = 4;

    /// <summary>No number before this much evidence.</summary>
    private static readonly TimeSpan ShortestEvidence = TimeSpan.FromSeconds(2.5);

    private static readonly TimeSpan ShortWindow = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan LongestWindow = TimeSpan.FromMinutes(30);

    // Who rested for so long is not expected to come back; visitors' bursts are shorter apart.
    private static readonly TimeSpan WritersWindow = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan WritersPause = TimeSpan.FromSeconds(4);

    private readonly ReadOnlySpan<CatchUpMark> _marks = marks;

    public int Length => _marks.Length;

    public CatchUpMark this[int index] => _marks[index];

    public TimeSpan Elapsed => Length == 0 ? TimeSpan.Zero : Last.At - _marks[0].At;

    public bool IsEvidence => Length >= FewestMarks && Elapsed >= ShortestEvidence;

    /// <summary>Over the short window.</summary>
    public CatchUpPace Recent => PaceFrom(StartOf(ShortWindow, bytes: 0));

    /// <summary>
    /// Over the part of the way, not shorter than the short window, on which as many bytes were applied as still wait: who looks far ahead
    /// looks far back.
    /// </summary>
    public CatchUpPace Matched => PaceFrom(StartOf(ShortWindow, bytes: Last.Queue));

    /// <summary>Bytes that were written per second over the last ten seconds.</summary>
    public double WrittenLately => PaceFrom(FirstWithin(WritersWindow)).Written;

    /// <summary>Whether nothing was written for some seconds: writers that are held back, or resting.</summary>
    public bool AreWritersSilent => Last.Written == _marks[FirstWithin(WritersPause)].Written;

    /// <summary>
    /// Bytes applied per second, as a guess of what comes: between what was over the short window and over the matched one.
    /// </summary>
    public double LikelyApplied => Math.Sqrt(Recent.Applied * Matched.Applied);

    private CatchUpMark Last => _marks[^1];

    /// <summary>This course as it was known when it had so many marks.</summary>
    public CatchUpCourse Until(int length) => new(_marks[..length]);

    /// <summary>From one mark to a later one.</summary>
    public CatchUpPace Pace(int from, int to)
    {
        double seconds = (_marks[to].At - _marks[from].At).TotalSeconds;
        return seconds <= 0
            ? default
            : new CatchUpPace((_marks[to].Applied - _marks[from].Applied) / seconds, (_marks[to].Written - _marks[from].Written) / seconds);
    }

    private CatchUpPace PaceFrom(int from) => Pace(from, Length - 1);

    /// <summary>
    /// The shortest window up to now that is long enough, has enough advances and contains so many applied bytes; all there is when none
    /// is.
    /// </summary>
    private int StartOf(TimeSpan atLeast, long bytes)
    {
        int advances = 0;
        for (int index = Length - 2; index >= 0; index--)
        {
            TimeSpan length = Last.At - _marks[index].At;
            if (length > LongestWindow)
                return index + 1;
            if (_marks[index].Applied != _marks[index + 1].Applied)
                advances++;
            if (length >= atLeast && advances >= FewestAdvances && Last.Applied - _marks[index].Applied >= bytes)
                return index;
        }

        return 0;
    }

    private int FirstWithin(TimeSpan window)
    {
        int index = Length - 1;
        while (index > 0 && Last.At - _marks[index - 1].At <= window)
            index--;
        return index;
    }
}
