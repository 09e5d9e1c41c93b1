using System.Diagnostics.Metrics;
using ProxyGuard.Core.Html;

namespace ProxyGuard.Telling.Banner;

/// <summary>
/// Counts what became of pages while the banner is on. Requests that are no page loads are not counted: every image is one.
/// </summary>
internal static class BannerMetrics
{
    private static readonly Meter Meter = new("ProxyGuard");

    private static readonly Counter<long> InsertedCounter =
        Meter.CreateCounter<long>("proxyguard.banner.inserted", "{page}", "Pages that got the banner's tag.");

    private static readonly Counter<long> SkippedCounter =
        Meter.CreateCounter<long>("proxyguard.banner.skipped", "{page}", "Answers to page loads without the banner's tag, by reason.");

    public static void Inserted() => InsertedCounter.Add(1);

    public static void Skipped(SkipReason reason) => SkippedCounter.Add(1, new KeyValuePair<string, object?>("reason", reason.ToString()));
}
