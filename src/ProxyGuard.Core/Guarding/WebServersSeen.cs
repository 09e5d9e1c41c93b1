using System.Collections.Immutable;
using ProxyGuard.Core.Replication;
using ProxyGuard.Core.Routing;

namespace ProxyGuard.Core.Guarding;

/// <summary>
/// All web servers at one moment, and what that means for the site. It changes the status, and neither mode nor verdict nor quiet time.
/// </summary>
/// <param name="Servers">In the order of their names.</param>
/// <param name="Since">Since when <paramref name="Reach"/> is what it is.</param>
public sealed record WebServersSeen(ImmutableArray<WebServerState> Servers, SiteReach Reach, MonotonicInstant Since)
{
    /// <summary>Whether members have to be told.</summary>
    public bool IsNews => Reach is SiteReach.ReadsOnly or SiteReach.None;

    /// <summary>
    /// The cause that is told: the web servers where they are why something does not work that the mode lets through. In maintenance no
    /// member is meant to get in, and while writes are refused no web server is missed for them.
    /// </summary>
    public Cause? CauseOf(SiteMode mode, Cause? cause) => IsTold(mode) ? Cause.WebServersUnreachable : cause;

    /// <summary>Since when that is so.</summary>
    public MonotonicInstant SinceOf(GuardView view) => IsTold(view.Mode) ? Since : view.Since;

    private bool IsTold(SiteMode mode) => Reach switch
    {
        SiteReach.None => mode != SiteMode.Maintenance,
        SiteReach.ReadsOnly => mode == SiteMode.Normal,
        _ => false,
    };

    /// <param name="heardOf">What works through web servers that have answered: whether reads do, and whether writes do.</param>
    /// <param name="perhaps">The same through those too whose state is still unknown.</param>
    /// <param name="all">The same if every web server answered: what would not work then is not their fault.</param>
    public static SiteReach ReachOf((bool Reads, bool Writes) heardOf, (bool Reads, bool Writes) perhaps, (bool Reads, bool Writes) all)
    {
        if (all.Reads && !perhaps.Reads)
            return SiteReach.None;
        if (all.Writes && !perhaps.Writes)
            return SiteReach.ReadsOnly;
        return heardOf == all ? SiteReach.Full : SiteReach.Unknown;
    }
}
