using System.Collections.Immutable;
using ProxyGuard.Core.Replication;
using ProxyGuard.Core.Routing;

namespace ProxyGuard.Core.Guarding;

/// <summary>
/// One thing that happened to the site, with its cause and its time. Every sink that records it (log, audit) is given the same value; a new
/// kind is a new case here.
/// </summary>
public abstract record SiteEvent
{
    private SiteEvent()
    {
    }

    /// <summary>Time of day, in UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What the mode and the hold are, and were: the same view twice where the event changed neither.</summary>
    public abstract record OfSite : SiteEvent
    {
        private protected OfSite()
        {
        }

        public required GuardView Before { get; init; }

        public required GuardView After { get; init; }

        /// <summary>Writes and open WebSockets that were let through before.</summary>
        public required long InFlightWrites { get; init; }
    }

    /// <summary>
    /// The mode, or why it is what it is, is another one; <see cref="GuardView.Cause"/> and the fleet of <see cref="OfSite.After"/> are the
    /// evidence.
    /// </summary>
    public sealed record ModeChanged : OfSite;

    /// <param name="By">The name of the key.</param>
    public sealed record HoldSet(Hold Hold, string By) : OfSite;

    /// <param name="By">The name of the key.</param>
    public sealed record HoldReleased(string By) : OfSite;

    /// <summary>Another configuration is in force.</summary>
    /// <param name="By">The name of the key, or what asked for it.</param>
    /// <param name="Changes">A line for each option; no secret. Empty: nothing is different.</param>
    public sealed record SettingsChanged(string By, ImmutableArray<string> Changes) : OfSite;

    /// <summary>Its own end came.</summary>
    public sealed record HoldEnded(Hold Hold) : OfSite;

    /// <summary>Its health is another one.</summary>
    /// <param name="Fleet">As it is now, and since when that was seen.</param>
    public sealed record NodeChanged(NodeState Before, NodeState After, FleetSnapshot Fleet, MonotonicInstant Seen) : SiteEvent;

    /// <param name="Where">A node's name, with its channel where it has several; or the site.</param>
    /// <param name="Code">As in the diagnosis.</param>
    /// <param name="Title">In English.</param>
    public sealed record FindingBegan(string Where, string Code, string Title) : SiteEvent;

    /// <inheritdoc cref="FindingBegan"/>
    public sealed record FindingEnded(string Where, string Code, string Title) : SiteEvent;

    /// <summary>It gets no requests until it serves again.</summary>
    /// <param name="Times">How often that happened since it was told last, this time included: it is told at most once a minute.</param>
    public sealed record WebServerOut(string Name, string Why, long Times) : SiteEvent;

    /// <summary>It gets requests again.</summary>
    public sealed record WebServerBack(string Name) : SiteEvent;

    /// <summary>What members can do as far as the web servers go is something else.</summary>
    public sealed record ReachChanged(SiteReach Before, SiteReach After) : SiteEvent;

    /// <summary>What one tick's view has to tell that the one before had not.</summary>
    /// <param name="ended">The hold whose end came with it; what that makes of the mode is part of its event.</param>
    /// <param name="at">Time of day, in UTC.</param>
    public static IEnumerable<SiteEvent> Between(GuardView before, GuardView after, Hold? ended, long inFlightWrites, DateTimeOffset at)
    {
        foreach ((NodeState was, NodeState node) in before.Fleet.Nodes.Zip(after.Fleet.Nodes))
        {
            if (was.Health != node.Health)
                yield return new NodeChanged(was, node, after.Fleet, after.At) { At = at };
        }

        if (ended is not null)
            yield return new HoldEnded(ended) { Before = before, After = after, InFlightWrites = inFlightWrites, At = at };
        else if (before.Mode != after.Mode || before.Cause != after.Cause)
            yield return new ModeChanged { Before = before, After = after, InFlightWrites = inFlightWrites, At = at };
    }
}
