using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;

namespace ProxyGuard.Operations;

/// <summary>Counts since the start, and of what is under way. Each is written with one interlocked addition and read by the metrics page.</summary>
internal sealed class GuardMetrics
{
    private long _refusedWrites;
    private long _refusedAll;
    private long _failedTicks;
    private long _failedReadings;
    private long _confusedPaths;
    private long _retries;
    private long _notAdmitted;
    private long _refusedConnections;
    private long _writesUnderWay;
    private long _tunnels;
    private long _writesBegun;
    private long _severalSince;
    private long _readsWhileClosed;
    private long _eventStreams;
    private long _formsNotKept;

    /// <summary>Requests refused because the site is read-only.</summary>
    public long RefusedWrites => Interlocked.Read(ref _refusedWrites);

    /// <summary>Requests refused because the site is in maintenance, or no upstream was eligible.</summary>
    public long RefusedOthers => Interlocked.Read(ref _refusedAll);

    /// <summary>Readings of one node that failed in a way nobody expects; the node is silent then.</summary>
    public long FailedReadings => Interlocked.Read(ref _failedReadings);

    public long FailedTicks => Interlocked.Read(ref _failedTicks);

    /// <summary>Requests refused because their path is another spelling of the reserved prefix.</summary>
    public long ConfusedPaths => Interlocked.Read(ref _confusedPaths);

    /// <summary>Reads that were tried once more because the first web server failed.</summary>
    public long Retries => Interlocked.Read(ref _retries);

    /// <summary>Requests that were malformed, dangerous, too large or went round.</summary>
    public long NotAdmitted => Interlocked.Read(ref _notAdmitted);

    /// <summary>Connections closed at once, because there were as many as may be.</summary>
    public long RefusedConnections => Interlocked.Read(ref _refusedConnections);

    /// <summary>
    /// Writes that a web server has or is about to get, and has not answered, and open tunnels (WebSockets), which may write. Once the site is closed and this was zero, none is left: see <see cref="Forwarding.WriteCountMiddleware"/>.
    /// </summary>
    // A full fence, so that it is read after the view that closed the site was posted.
    public long WritesUnderWay => Interlocked.CompareExchange(ref _writesUnderWay, 0, 0) + Interlocked.CompareExchange(ref _tunnels, 0, 0);

    /// <summary>What the guard has to know of what passes through.</summary>
    // A WebSocket is open for hours, and hangs no more for that than any other.
    public SiteTraffic Traffic => new(Interlocked.Read(ref _writesUnderWay), Interlocked.Read(ref _writesBegun), Interlocked.Read(ref _readsWhileClosed))
    {
        SeveralSince = new Moment(TimeSpan.FromTicks(Interlocked.Read(ref _severalSince))),
    };

    /// <summary>Status pages that listen to server-sent events.</summary>
    public long EventStreams => Interlocked.Read(ref _eventStreams);

    /// <summary>Forms that there was no room for in <c>Limits:MaxKeptBytes</c>.</summary>
    public long FormsNotKept => Interlocked.Read(ref _formsNotKept);

    public void FormNotKept() => Interlocked.Increment(ref _formsNotKept);

    public void ReadingFailed() => Interlocked.Increment(ref _failedReadings);

    public void WriteRefused() => Interlocked.Increment(ref _refusedWrites);

    public void OtherRefused() => Interlocked.Increment(ref _refusedAll);

    public void TickFailed() => Interlocked.Increment(ref _failedTicks);

    public void RequestNotAdmitted() => Interlocked.Increment(ref _notAdmitted);

    public void ConnectionRefused() => Interlocked.Increment(ref _refusedConnections);

    public void PathConfused() => Interlocked.Increment(ref _confusedPaths);

    public void WriteBegan(Moment now)
    {
        if (Interlocked.Increment(ref _writesUnderWay) == SiteTraffic.Several)
            Interlocked.Exchange(ref _severalSince, now.SinceStart.Ticks);
        Interlocked.Increment(ref _writesBegun);
    }

    public void TunnelBegan() => Interlocked.Increment(ref _tunnels);

    public void TunnelEnded() => Interlocked.Decrement(ref _tunnels);

    public void ReadWhileClosed() => Interlocked.Increment(ref _readsWhileClosed);

    public void WriteEnded() => Interlocked.Decrement(ref _writesUnderWay);

    /// <returns>How many there are with this one.</returns>
    public long EventStreamBegan() => Interlocked.Increment(ref _eventStreams);

    public void EventStreamEnded() => Interlocked.Decrement(ref _eventStreams);

    public void Retried() => Interlocked.Increment(ref _retries);
}
