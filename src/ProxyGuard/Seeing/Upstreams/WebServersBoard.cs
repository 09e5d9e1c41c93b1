using System.Collections.Immutable;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Core.Routing;
using ProxyGuard.Ground.Time;

namespace ProxyGuard.Seeing.Upstreams;

/// <summary>Holds what is known of the web servers. One reference is swapped whole, as with the guard's board.</summary>
internal sealed class WebServersBoard(GuardClock clock)
{
    private WebServersSeen _seen = new([], SiteReach.Unknown, new MonotonicInstant(TimeSpan.Zero));

    /// <summary>Something was posted; handlers must not block.</summary>
    public event Action? Posted;

    public WebServersSeen Seen => Volatile.Read(ref _seen);

    /// <summary>What would be known with these; not posted yet.</summary>
    public WebServersSeen Next(ImmutableArray<WebServerState> servers, SiteReach reach) =>
        new(servers, reach, reach == Seen.Reach ? Seen.Since : clock.Now);

    public void Post(WebServersSeen seen) => Volatile.Write(ref _seen, seen);

    /// <summary>After a post, and outside every lock.</summary>
    public void Tell() => Posted?.Invoke();
}
