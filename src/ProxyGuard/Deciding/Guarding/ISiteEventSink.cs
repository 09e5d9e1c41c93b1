using ProxyGuard.Core.Guarding;

namespace ProxyGuard.Deciding.Guarding;

/// <summary>
/// Tells of site events somewhere. Each has a queue of its own, so that it may wait and may fail: no other one notices, and no tick. It is
/// told one event at a time, in their order.
/// </summary>
internal interface ISiteEventSink
{
    /// <summary>For the log.</summary>
    string Name { get; }

    Task TellAsync(SiteEvent happened, CancellationToken stop);
}
