using System.Collections.Immutable;

namespace ProxyGuard.Core.Replication;

/// <summary>
/// At <paramref name="Content"/>, everything the primary had was contained in what the server's binlog held up to <paramref name="Head"/>.
/// </summary>
/// <param name="Through">The server's own transactions up to which that was, by GTID. Null where there are none, and for what was read back
/// from disk.</param>
/// <param name="Domains">How far its replication domains had come then, or later (MariaDB). Null where there are none, and for what was
/// read back from disk.</param>
public readonly record struct TimelineEntry(
    MonotonicInstant Content, BinlogPosition Head, long? Through = null, GtidDomains? Domains = null);

/// <summary>
/// The content clock: which moment of the primary a position in one server's binlog stands for.
/// For the primary an entry's moment is when the query for its head was sent; for an intermediate node it is that node's own content time,
/// so chains compose. Entries ascend in both moment and head. Dropping an entry only ever makes the answer older, never newer.
/// </summary>
public sealed class Timeline
{
    // Every sample for a minute, then ten a second, one in ten seconds for a day, one in two minutes for a week: at most some 20,000
    // entries.
    private static readonly (TimeSpan Age, TimeSpan Gap)[] Thinning =
    [
        (TimeSpan.FromMinutes(1), TimeSpan.Zero),
        (TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(0.1)),
        (TimeSpan.FromDays(1), TimeSpan.FromSeconds(10)),
        (TimeSpan.FromDays(7), TimeSpan.FromMinutes(2)),
    ];

    private const int ThinEvery = 256;

    private readonly ImmutableList<TimelineEntry> _entries;
    private readonly int _sinceThinned;

    private Timeline(ServerId server, ImmutableList<TimelineEntry> entries, int sinceThinned)
    {
        Server = server;
        _entries = entries;
        _sinceThinned = sinceThinned;
    }

    /// <summary>Whose binlog this is about. Another server's positions mean nothing here.</summary>
    public ServerId Server { get; }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<TimelineEntry> Entries => _entries;

    /// <summary>
    /// The entries, but none within <paramref name="gap"/> of the one before it: what is left out only makes answers older.
    /// </summary>
    public IEnumerable<TimelineEntry> EntriesApart(TimeSpan gap)
    {
        MonotonicInstant? last = null;
        foreach (TimelineEntry entry in _entries)
        {
            if (entry.Content - last < gap)
                continue;
            last = entry.Content;
            yield return entry;
        }
    }

    /// <summary>A timeline that knows nothing yet.</summary>
    public static Timeline Start(ServerId server) => new(server, [], 0);

    /// <summary>
    /// A timeline read back from disk. Entries that do not ascend end what is taken over: the rest is older knowledge gone wrong.
    /// </summary>
    public static Timeline Resume(ServerId server, IEnumerable<TimelineEntry> entries)
    {
        Timeline timeline = Start(server);
        foreach (TimelineEntry entry in entries)
            timeline = timeline.With(server, entry);
        return timeline;
    }

    /// <summary>
    /// This timeline with one more sample. It starts over when <paramref name="server"/> is another one, or its head went back or is of
    /// another log (RESET MASTER): what older positions meant is then unknown, not guessed.
    /// </summary>
    public Timeline With(ServerId server, TimelineEntry sample)
    {
        if (_entries.IsEmpty || server != Server)
            return new Timeline(server, [sample], 0);

        TimelineEntry last = _entries[^1];
        if (!sample.Head.IsComparableTo(last.Head) || sample.Head < last.Head)
            return new Timeline(server, [sample], 0);

        // A late answer from a previous tick: the newer one already counted.
        if (sample.Content < last.Content)
            return this;

        sample = sample with { Head = sample.Head.SharingNameWith(last.Head) };

        // Of samples with the same head only the newest can ever be an answer: a day without writes is one entry. Its domains were read
        // later than its head, perhaps after the next write; what was read first for that head is nearest to it.
        ImmutableList<TimelineEntry> entries = sample.Head == last.Head
            ? _entries.SetItem(_entries.Count - 1, sample with { Domains = last.Domains ?? sample.Domains })
            : _entries.Add(sample);

        var next = new Timeline(Server, entries, _sinceThinned + 1);
        return next._sinceThinned >= ThinEvery ? next.ThinnedAt(sample.Content) : next;
    }

    /// <summary>
    /// The newest known moment whose data is all contained in the logs up to <paramref name="position"/>.
    /// Null when the position lies before the first sample, or is of another log.
    /// </summary>
    public MonotonicInstant? ContentTime(BinlogPosition position) =>
        _entries.IsEmpty || !_entries[0].Head.IsComparableTo(position) ? null : Newest(entry => entry.Head <= position)?.Content;

    /// <summary>
    /// The same by GTID: the newest known moment at which the server had no transaction of its own beyond that one. Null when that was
    /// never sampled.
    /// </summary>
    public MonotonicInstant? ContentTime(long through) =>
        Newest(entry => entry.Through is null || entry.Through <= through) is { Through: not null } found ? found.Content : null;

    /// <summary>
    /// The same by replication domains: the newest known moment whose domains are all contained. Null when that was never sampled.
    /// </summary>
    internal MonotonicInstant? ContentTime(Func<GtidDomains, bool> contains) =>
        Newest(entry => entry.Domains is null || contains(entry.Domains)) is { Domains: not null } found ? found.Content : null;

    /// <param name="isContained">True for the oldest entries up to some index, and false from there on.</param>
    private TimelineEntry? Newest(Func<TimelineEntry, bool> isContained)
    {
        int low = -1;
        int high = _entries.Count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (isContained(_entries[middle]))
                low = middle;
            else
                high = middle - 1;
        }

        return low < 0 ? null : _entries[low];
    }

    /// <summary>How far apart entries of that age may be. Null for an age at which there are none.</summary>
    internal static TimeSpan? GapAtAge(TimeSpan age)
    {
        foreach ((TimeSpan upTo, TimeSpan gap) in Thinning)
        {
            if (age <= upTo)
                return gap;
        }

        return null;
    }

    private Timeline ThinnedAt(MonotonicInstant now)
    {
        var kept = ImmutableList.CreateBuilder<TimelineEntry>();
        foreach (TimelineEntry entry in _entries)
        {
            if (GapAtAge(now - entry.Content) is { } gap && (kept.Count == 0 || entry.Content - kept[^1].Content >= gap))
                kept.Add(entry);
        }

        return new Timeline(Server, kept.ToImmutable(), 0);
    }
}
