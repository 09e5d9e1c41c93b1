using System.Collections.Immutable;
using ProxyGuard.Core.Replication;

namespace ProxyGuard.Core.Guarding;

/// <summary>What passed through ProxyGuard until a moment.</summary>
/// <param name="InFlight">Requests that went to the primary's web server and are not answered.</param>
/// <param name="WritesBegun">All of those since the start; also those that were answered.</param>
/// <param name="ReadsWhileClosed">Reads let through since the start while the site was not normal.</param>
public readonly record struct SiteTraffic(long InFlight, long WritesBegun, long ReadsWhileClosed)
{
    /// <summary>
    /// How many in-flight writes make <see cref="Several"/>: one alone may be a long statement, or wait for a member who thinks.
    /// </summary>
    public const int Several = 2;

    /// <summary>Since when there have always been several of them in flight. Meaningless while there are fewer.</summary>
    public MonotonicInstant SeveralSince { get; init; }

    public bool HasSeveral => InFlight >= Several;
}

/// <summary>Writes hang in the primary.</summary>
/// <param name="Since">Since when nothing new got into its binlog while several writes were on their way.</param>
/// <param name="Seen">What the primary worked on when that was found.</param>
/// <param name="Waiting">The writes that were seen to stand all the time. Empty when only counters told.</param>
public sealed record Stall(MonotonicInstant Since, PrimaryActivity Seen, ImmutableArray<RunningStatement> Waiting)
{
    /// <summary>Since when no write waits in the primary any more; null while one does, or while unknown.</summary>
    internal MonotonicInstant? QuietSince { get; init; }
}

/// <summary>
/// Tells a primary that takes writes and completes none from one that has nothing to do. HTTP only raises the suspicion, for uploads are
/// slow and web servers hang by themselves;
/// found is it when the primary itself shows at least two writes begun and none completed, and its binlog stands still, for <see
/// cref="After"/>.
/// </summary>
public sealed record StallWatch
{
    /// <summary>How long nothing must move.</summary>
    public static readonly TimeSpan After = TimeSpan.FromSeconds(2);

    /// <summary>How long the primary must have shown it: two readings of the same moment prove nothing.</summary>
    public static readonly TimeSpan Shown = TimeSpan.FromSeconds(1);

    /// <summary>How often one write is let in while nothing tells whether it would still hang.</summary>
    public static readonly TimeSpan TrialInterval = TimeSpan.FromSeconds(5);

    // Writes that web servers gave up are gone too, and what held them may still be there: two trials would have shown it.
    private static readonly TimeSpan OverAfter = 2 * TrialInterval;

    // A busy primary's head moves all the time, and is not asked.
    private static readonly TimeSpan SuspectAfter = TimeSpan.FromSeconds(0.3);

    public static StallWatch Start { get; } = new();

    private StallWatch()
    {
    }

    /// <summary>Null while writes are not known to hang.</summary>
    public Stall? Stall { get; private init; }

    private BinlogPosition? Head { get; init; }

    /// <summary>Since when the head is where it is, as far as it was seen.</summary>
    private MonotonicInstant HeadSince { get; init; }

    /// <summary>When it was last silent: what was seen before proves nothing after.</summary>
    private MonotonicInstant NotBefore { get; init; }

    private Trail? Shows { get; init; }

    /// <summary>Whether the primary should be asked what it works on.</summary>
    public bool IsWorthAsking(SiteTraffic traffic, MonotonicInstant now) =>
        Stall is not null || traffic.InFlight > 0 && Head is not null && now - HeadSince >= SuspectAfter;

    /// <summary>
    /// Whether the decision falls due before the next reading would come of itself: members whose writes hang are not to wait for that,
    /// too.
    /// </summary>
    /// <param name="interval">Between two readings.</param>
    public bool AwaitsConfirmation(SiteTraffic traffic, TimeSpan interval, MonotonicInstant now) =>
        Stall is null && Shows is not null && traffic.HasSeveral && StandingSince(traffic) + After is var due && now < due
            && due < now + interval;

    /// <param name="followers">How many nodes are known to fetch from the primary: each is a running thread there.</param>
    public StallWatch Next(NodeState primary, int followers, SiteTraffic traffic, MonotonicInstant now)
    {
        // Silence is a cause of its own.
        if (primary is not { Silence: null, LastAnswer: { Head: { } head } answer })
            return this with { NotBefore = now, Shows = null };

        bool stands = Head == head;
        StallWatch next = this with { Head = head, HeadSince = stands ? HeadSince : FirstSeen(head, answer) };
        if (Stall is not null)
            return next with { Stall = stands ? Continuing(Stall, NothingWaits(answer.Activity, followers), now) : null, Shows = null };

        Trail? shows = stands && traffic.InFlight > 0 ? Trail.Of(Shows, answer.Activity, followers, traffic, now) : null;
        next = next with { Shows = shows };
        if (shows is null || !traffic.HasSeveral || !shows.Convinces(followers, traffic, now))
            return next;
        MonotonicInstant since = next.StandingSince(traffic);
        return now - since >= After ? next with { Stall = new Stall(since, shows.Last, shows.Standing), Shows = null } : next;
    }

    private MonotonicInstant StandingSince(SiteTraffic traffic) => Later(Later(HeadSince, traffic.SeveralSince), NotBefore);

    private static MonotonicInstant FirstSeen(BinlogPosition head, NodeReading.Answered answer)
    {
        MonotonicInstant since = answer.AskedAt;
        foreach (HeadSample sample in answer.EarlierHeads.Reverse())
        {
            if (sample.Head.Position != head)
                break;
            since = sample.AskedAt;
        }

        return since;
    }

    /// <summary>Null when it is over.</summary>
    private static Stall? Continuing(Stall stall, bool nothingWaits, MonotonicInstant now)
    {
        MonotonicInstant? quietSince = nothingWaits ? stall.QuietSince ?? now : null;
        return now - quietSince >= OverAfter ? null : stall with { QuietSince = quietSince };
    }

    /// <summary>Unknown is no: then a trial has to show it.</summary>
    private static bool NothingWaits(PrimaryActivity? activity, int followers) => activity switch
    {
        null => false,
        { Statements: { } statements } => !statements.Any(statement => statement is { IsWrite: true, Stands: true }),
        _ => activity.Busy(followers) <= 0,
    };

    private static MonotonicInstant Later(MonotonicInstant one, MonotonicInstant other) => one >= other ? one : other;

    /// <summary>What the primary has shown in a row since it is asked.</summary>
    /// <param name="Standing">The writes that stood in every reading, by connection and text. Empty as long as the process list is not
    /// seen.</param>
    /// <param name="Traffic">What was in flight at the first.</param>
    private sealed record Trail(
        MonotonicInstant Since, PrimaryActivity First, PrimaryActivity Last, ImmutableArray<RunningStatement> Standing, SiteTraffic Traffic)
    {
        public static Trail? Of(Trail? before, PrimaryActivity? activity, int followers, SiteTraffic traffic, MonotonicInstant now)
        {
            if (activity is null)
                return null;
            if (activity.Statements is { } statements)
            {
                ImmutableArray<RunningStatement> standing =
                    [.. statements.Where(statement => statement is { IsWrite: true, Stands: true })];
                ImmutableArray<RunningStatement> same = before is null ? [] : [.. standing.Where(before.HasSeen)];
                if (same.Length >= SiteTraffic.Several)
                    return before! with { Standing = same, Last = activity };
                return standing.Length >= SiteTraffic.Several ? new Trail(now, activity, activity, standing, traffic) : null;
            }

            // The first of them is enough to begin with: the others have to begin before our eyes. Web servers whose connections all hang
            // begin none until they give some up: the trail starts over where fewest run.
            if (activity.Busy(followers) <= 0)
                return null;
            return before is { Standing.IsEmpty: true } && before.First.RowsChanged == activity.RowsChanged
                && before.First.Busy(followers) <= activity.Busy(followers)
                ? before with { Last = activity }
                : new Trail(now, activity, activity, [], traffic);
        }

        private bool HasSeen(RunningStatement statement) =>
            Standing.Any(other => other.Session == statement.Session && other.Text == statement.Text);

        public bool Convinces(int followers, SiteTraffic traffic, MonotonicInstant now) =>
            now - Since >= Shown && (!Standing.IsEmpty || CountersConvince(followers, traffic));

        /// <summary>
        /// Writes began and added to those that run, no fewer are in flight than at first, and no row was changed by any. No more of them
        /// began there than came through here: whatever else begins comes to its end, such as statements that change nothing.
        /// </summary>
        private bool CountersConvince(int followers, SiteTraffic traffic) =>
            traffic.InFlight >= Traffic.InFlight
            && Last.WritesBegun - First.WritesBegun <= traffic.WritesBegun - Traffic.WritesBegun + Traffic.InFlight
            && Last.Busy(followers) >= SiteTraffic.Several
            && Last.Busy(followers) > First.Busy(followers)
            && Last.WritesBegun > First.WritesBegun;
    }
}
