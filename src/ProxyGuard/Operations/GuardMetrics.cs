namespace ProxyGuard.Operations;

/// <summary>Counts since the start. Each is written with one interlocked addition and read by the metrics page.</summary>
internal sealed class GuardMetrics
{
    private long _refusedWrites;
    private long _refusedAll;
    private long _failedTicks;
    private long _confusedPaths;
    private long _retries;
    private long _notAdmitted;
    private long _refusedConnections;

    /// <summary>Requests refused because the site is read-only.</summary>
    public long RefusedWrites => Interlocked.Read(ref _refusedWrites);

    /// <summary>Requests refused because the site is in maintenance, or no upstream was eligible.</summary>
    public long RefusedOthers => Interlocked.Read(ref _refusedAll);

    public long FailedTicks => Interlocked.Read(ref _failedTicks);

    /// <summary>Requests refused because their path is another spelling of the reserved prefix.</summary>
    public long ConfusedPaths => Interlocked.Read(ref _confusedPaths);

    /// <summary>Reads that were tried once more because the first web server failed.</summary>
    public long Retries => Interlocked.Read(ref _retries);

    /// <summary>Requests that were malformed, dangerous, too large or went round.</summary>
    public long NotAdmitted => Interlocked.Read(ref _notAdmitted);

    /// <summary>Connections closed at once, because there were as many as may be.</summary>
    public long RefusedConnections => Interlocked.Read(ref _refusedConnections);

    public void WriteRefused() => Interlocked.Increment(ref _refusedWrites);

    public void OtherRefused() => Interlocked.Increment(ref _refusedAll);

    public void TickFailed() => Interlocked.Increment(ref _failedTicks);

    public void RequestNotAdmitted() => Interlocked.Increment(ref _notAdmitted);

    public void ConnectionRefused() => Interlocked.Increment(ref _refusedConnections);

    public void PathConfused() => Interlocked.Increment(ref _confusedPaths);

    public void Retried() => Interlocked.Increment(ref _retries);
}
