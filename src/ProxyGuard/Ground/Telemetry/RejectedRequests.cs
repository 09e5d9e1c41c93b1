using Microsoft.AspNetCore.Http.Features;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Requests;

namespace ProxyGuard.Ground.Telemetry;

/// <summary>
/// How many requests of members were answered by us in place of a web server, by reason, since the start. Each is written with one
/// interlocked addition.
/// </summary>
internal sealed class RejectedRequests(ILogger<RejectedRequests> log) : IMetricSource
{
    private readonly long[] _refused = new long[Enum.GetValues<RefusalReason>().Length];
    private readonly long[] _invalid = new long[Enum.GetValues<ValidationResult>().Length];
    private long _reservedPath;

    public IEnumerable<MetricFamily> Families =>
    [
        MetricFamily.Counter("proxyguard_requests_rejected_total",
            "requests that were answered by ProxyGuard in place of a web server, by reason",
        [
            .. Enum.GetValues<RefusalReason>().Select(reason => MetricFamily.Sample(CountOf(reason), ("reason", PublicNames.Of(reason)))),
            MetricFamily.Sample(Interlocked.Read(ref _reservedPath), ("reason", "reserved-path")),
            .. Invalid.Select(result => MetricFamily.Sample(CountOf(result), ("reason", PublicNames.Of(result)))),
        ]),
        // The same under the names of before; they go with the next version.
        MetricFamily.Counter(
            "proxyguard_refused_writes_total", "see proxyguard_requests_rejected_total", CountOf(RefusalReason.WriteRefused)),
        MetricFamily.Counter("proxyguard_refused_others_total", "see proxyguard_requests_rejected_total",
            Enum.GetValues<RefusalReason>().Where(reason => reason != RefusalReason.WriteRefused).Sum(CountOf)),
        MetricFamily.Counter(
            "proxyguard_confused_paths_total", "see proxyguard_requests_rejected_total", Interlocked.Read(ref _reservedPath)),
        MetricFamily.Counter("proxyguard_not_admitted_total", "see proxyguard_requests_rejected_total", Invalid.Sum(CountOf)),
    ];

    private static IEnumerable<ValidationResult> Invalid =>
        Enum.GetValues<ValidationResult>().Where(result => result is not (ValidationResult.Valid or ValidationResult.ForUs));

    public long CountOf(RefusalReason reason) => Interlocked.Read(ref _refused[(int)reason]);

    public long CountOf(ValidationResult result) => Interlocked.Read(ref _invalid[(int)result]);

    public void Add(RefusalReason reason, HttpContext context)
    {
        Interlocked.Increment(ref _refused[(int)reason]);
        // Thousands a second while a site is closed: only for who wants to find the request that a member names.
        if (log.IsEnabled(LogLevel.Debug))
            log.RequestRefused(RequestId.Of(context), context.Request.Method, ShapeOf(context), reason);
    }

    public void Add(ValidationResult result, HttpContext context)
    {
        Interlocked.Increment(ref _invalid[(int)result]);
        if (log.IsEnabled(LogLevel.Debug))
            log.RequestInvalid(RequestId.Of(context), context.Request.Method, ShapeOf(context), result);
    }

    /// <summary>Its path is another spelling of the reserved prefix.</summary>
    public void AddReservedPath() => Interlocked.Increment(ref _reservedPath);

    private static string ShapeOf(HttpContext context) =>
        PathShape.Of(RawPath.Of(context.Features.Get<IHttpRequestFeature>()!.RawTarget));
}
