using ProxyGuard.Ground.Settings;
using ProxyGuard.Ground.Telemetry;

namespace ProxyGuard.Telling.Refusals;

/// <summary>
/// How many bytes of all requests together are kept in memory: forms while they are forwarded, and what of a refused form is handed back.
/// Taken when bytes arrive, not when
/// they are announced. When it is spent nothing more is kept; requests go on as before.
/// </summary>
internal sealed class KeptBudget(LiveSettings settings) : IMetricSource
{
    private long _used;
    private long _notKept;

    /// <summary>Bytes that are kept now.</summary>
    public long Used => Interlocked.Read(ref _used);

    /// <summary>Forms that there was no room for in <c>Limits:MaxKeptBytes</c>, since the start.</summary>
    public long NotKept => Interlocked.Read(ref _notKept);

    public IEnumerable<MetricFamily> Families =>
    [
        MetricFamily.Gauge("proxyguard_kept_bytes", "bytes of forms kept in memory", Used),
        MetricFamily.Counter("proxyguard_forms_not_kept_total", "forms there was no room for in Limits:MaxKeptBytes", NotKept),
    ];

    /// <summary>False when there is no room; then nothing was taken.</summary>
    public bool TryTake(int bytes)
    {
        if (Interlocked.Add(ref _used, bytes) <= settings.Current.Limits.MaxKeptBytes)
            return true;
        Return(bytes);
        Interlocked.Increment(ref _notKept);
        return false;
    }

    /// <summary>Once for each <see cref="TryTake"/> that was true.</summary>
    public void Return(int bytes) => Interlocked.Add(ref _used, -bytes);
}
