using ProxyGuard.Core.Html;
using ProxyGuard.Ground.Telemetry;

namespace ProxyGuard.Telling.Banner;

/// <summary>
/// What became of pages while the banner is on, since the start. Requests that are no page loads are not counted: every image is one.
/// </summary>
internal sealed class BannerCounts : IMetricSource
{
    private readonly long[] _skipped = new long[Enum.GetValues<SkipReason>().Length];
    private long _inserted;

    public long Inserted => Interlocked.Read(ref _inserted);

    public IEnumerable<MetricFamily> Families =>
    [
        MetricFamily.Counter("proxyguard_banner_inserted_total", "pages that got the banner's tag", Inserted),
        MetricFamily.Counter("proxyguard_banner_skipped_total", "page loads that were answered without the banner's tag, by reason",
            Enum.GetValues<SkipReason>().Where(reason => CountOf(reason) > 0)
                .Select(reason => MetricFamily.Sample(CountOf(reason), ("reason", $"{reason}")))),
    ];

    public long CountOf(SkipReason reason) => Interlocked.Read(ref _skipped[(int)reason]);

    public void Add(InsertionPoint decided)
    {
        if (decided.Kind is InsertionPointKind.Insert)
            Interlocked.Increment(ref _inserted);
        else if (decided.Reason is { } reason)
            AddSkipped(reason);
    }

    public void AddSkipped(SkipReason reason) => Interlocked.Increment(ref _skipped[(int)reason]);
}
