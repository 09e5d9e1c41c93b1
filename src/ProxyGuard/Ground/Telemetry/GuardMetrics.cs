namespace ProxyGuard.Ground.Telemetry;

/// <summary>Counts since the start. Nothing is decided by them. Each is written with one interlocked addition and read by the metrics page.</summary>
internal sealed class GuardMetrics : IMetricSource
{
    private long _refusedWrites;
    private long _refusedAll;
    private long _confusedPaths;
    private long _notAdmitted;
    private long _refusedConnections;
    private long _formsNotKept;

    /// <summary>Requests refused because the site is read-only.</summary>
    public long RefusedWrites => Interlocked.Read(ref _refusedWrites);

    /// <summary>Requests refused because the site is in maintenance, or no upstream was eligible.</summary>
    public long RefusedOthers => Interlocked.Read(ref _refusedAll);

    /// <summary>Requests refused because their path is another spelling of the reserved prefix.</summary>
    public long ConfusedPaths => Interlocked.Read(ref _confusedPaths);

    /// <summary>Requests that were malformed, dangerous, too large or went round.</summary>
    public long NotAdmitted => Interlocked.Read(ref _notAdmitted);

    /// <summary>Connections closed at once, because there were as many as may be.</summary>
    public long RefusedConnections => Interlocked.Read(ref _refusedConnections);

    /// <summary>Forms that there was no room for in <c>Limits:MaxKeptBytes</c>.</summary>
    public long FormsNotKept => Interlocked.Read(ref _formsNotKept);

    public IEnumerable<MetricFamily> Families =>
    [
        MetricFamily.Counter("proxyguard_forms_not_kept_total", "forms there was no room for in Limits:MaxKeptBytes", FormsNotKept),
        MetricFamily.Counter("proxyguard_refused_writes_total", "requests refused because the site was read-only", RefusedWrites),
        MetricFamily.Counter("proxyguard_refused_others_total", "requests refused in maintenance, or for want of an upstream", RefusedOthers),
        MetricFamily.Counter("proxyguard_confused_paths_total", "requests refused for another spelling of the reserved prefix", ConfusedPaths),
        MetricFamily.Counter("proxyguard_not_admitted_total", "requests refused as malformed, dangerous, too large or going round", NotAdmitted),
        MetricFamily.Counter("proxyguard_refused_connections_total", "connections closed at once, because there were as many as may be", RefusedConnections),
    ];

    public void FormNotKept() => Interlocked.Increment(ref _formsNotKept);

    public void WriteRefused() => Interlocked.Increment(ref _refusedWrites);

    public void OtherRefused() => Interlocked.Increment(ref _refusedAll);

    public void RequestNotAdmitted() => Interlocked.Increment(ref _notAdmitted);

    public void ConnectionRefused() => Interlocked.Increment(ref _refusedConnections);

    public void PathConfused() => Interlocked.Increment(ref _confusedPaths);
}
