using System.Collections.Immutable;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Ground.Telemetry;

namespace ProxyGuard.Deciding.Guarding;

/// <summary>
/// Makes a view the one in force. It is posted first, so that requests go by it; then those hear of it who keep, count or end something,
/// and what is to be told is told.
/// </summary>
internal sealed class ViewBroadcast(GuardBoard board, IEnumerable<IGuardListener> listeners, SiteEvents events, ILogger<ViewBroadcast> log)
{
    private readonly ImmutableArray<IGuardListener> _listeners = [.. listeners];

    /// <summary>The first view, which nothing came before.</summary>
    public void Start(GuardView view) => board.Post(view);

    /// <summary>One that listens and throws harms no other one.</summary>
    public void Post(GuardView before, GuardView after, ImmutableArray<SiteEvent> happened)
    {
        board.Post(after);
        foreach (IGuardListener listener in _listeners)
        {
            try
            {
                listener.Posted(before, after);
            }
#pragma warning disable CA1031 // It is told; the view stands, and the others hear of it.
            catch (Exception e)
#pragma warning restore CA1031
            {
                log.ListenerFailed(listener.GetType().Name, e);
            }
        }

        foreach (SiteEvent one in happened)
            events.Tell(one);
    }
}
