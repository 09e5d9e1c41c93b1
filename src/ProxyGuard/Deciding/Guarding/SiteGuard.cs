using System.Collections.Immutable;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Ground.Settings;
using ProxyGuard.Ground.Storage;
using ProxyGuard.Ground.Time;

namespace ProxyGuard.Deciding.Guarding;

/// <summary>A change of the hold.</summary>
/// <param name="To">Null releases it.</param>
internal sealed record HoldChange(Hold? To);

/// <summary>
/// The one writer of the board: readings and holds go in, the next view comes out, with what is to be told of it.
/// </summary>
internal sealed class SiteGuard : IDisposable
{
    private readonly ViewBroadcast _views;
    private readonly GuardClock _clock;
    private readonly GuardState _state;
    private readonly TrafficCounts _traffic;
    private readonly SemaphoreSlim _oneChange = new(1, 1);

    private GuardRules _rules;
    private GuardView _view;
    private Hold? _hold;

    public SiteGuard(ViewBroadcast views, LiveSettings settings, GuardClock clock, GuardState state, TrafficCounts traffic)
    {
        GuardRules rules = settings.Current.Rules;
        (_views, _rules, _clock, _state, _traffic) = (views, rules, clock, state, traffic);
        _hold = state.LoadHold();

        MonotonicInstant now = clock.Now;
        RestoredFleet recalled = state.LoadFleet();
        FleetSnapshot fleet = FleetSnapshot.Before(rules.Fleet, now).Restoring(recalled.NodeNamed);
        _view = GuardPolicy.Start(fleet, recalled.Incident, HoldAt(clock.UtcNow), now, rules);
        views.Start(_view);
    }

    /// <summary>The last posted view, also when it is too old to be trusted.</summary>
    public GuardView LastPosted => Volatile.Read(ref _view);

    /// <summary>Whether some node, or what is written to the primary, shows a bad sign that should be confirmed soon.</summary>
    public bool AwaitsConfirmation =>
        LastPosted.Fleet.Nodes.Any(node => node.AwaitsConfirmation)
            || LastPosted.Stalls.AwaitsConfirmation(_traffic.Current, _rules.Probe.Interval, _clock.Now);

    /// <summary>Whether the primary should be asked what it works on: writes seem to hang.</summary>
    public bool SuspectsStall => LastPosted.Stalls.IsWorthAsking(_traffic.Current, _clock.Now);

    /// <summary>One tick's readings.</summary>
    /// <param name="fleet">Whose nodes they are of. Where that is not the one in force any more, they say nothing.</param>
    /// <param name="readings">In the order of the nodes.</param>
    /// <returns>Whether they counted.</returns>
    public async Task<bool> ApplyAsync(FleetRules fleet, ImmutableArray<NodeReading> readings, CancellationToken stop)
    {
        await _oneChange.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            GuardView before = _view;
            if (!ReferenceEquals(fleet, before.Fleet.Rules))
                return false;
            DateTimeOffset utcNow = _clock.UtcNow;
            Hold? ended = _hold is { } hold && hold.IsOverAt(utcNow) ? hold : null;
            MonotonicInstant now = _clock.Now;
            // After a stall of the loop nothing of what was confirmed before it counts: a fault may have come meanwhile.
            FleetSnapshot known = now < before.ExpiresAt ? before.Fleet : before.Fleet.Invalidated(now);
            GuardView after = Next(known.Next(readings, now), now, _rules);
            if (ended is not null)
                _hold = null;
            Post(after, [.. SiteEvent.Between(before, after, ended, _traffic.InFlight, utcNow)]);
            if (ended is not null)
                await _state.SaveAsync(null).ConfigureAwait(false);
            else
                await _state.RetryAsync().ConfigureAwait(false);
            return true;
        }
        finally
        {
            _oneChange.Release();
        }
    }

    /// <summary>
    /// Sets, changes or releases (null) the hold. It is stored before it counts, so that no restart can lose it; where it cannot be stored
    /// it counts all the same, for a site must be closed on a full disk too (<see cref="GuardState.StorageFault"/>).
    /// </summary>
    /// <param name="change">From the hold in force to what shall come; null leaves everything as it is. Runs in the guard's own order of
    /// changes.</param>
    public async Task ChangeHoldAsync(Func<Hold?, HoldChange?> change, string who, CancellationToken stop)
    {
        await _oneChange.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            if (change(HoldAt(_clock.UtcNow)) is not { To: var next })
                return;

            GuardView before = _view;
            await _state.SaveAsync(next).ConfigureAwait(false);
            _hold = next;
            GuardView after = Unread(before, before.Fleet, _rules);
            Post(after, [EventOf(next, who, before, after)]);
        }
        finally
        {
            _oneChange.Release();
        }
    }

    /// <summary>Other rules, from the next request on. What is known of a node that stays is known as well as before.</summary>
    /// <param name="change">What it changes, for those who tell of it.</param>
    public async Task ChangeRulesAsync(GuardRules rules, SettingsChange change, CancellationToken stop)
    {
        await _oneChange.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            GuardView before = _view;
            FleetSnapshot fleet = before.Fleet;
            GuardView after = Unread(
                before, ReferenceEquals(fleet.Rules, rules.Fleet) ? fleet : fleet.Under(rules.Fleet, _clock.Now), rules);
            _rules = rules;
            var happened = new SiteEvent.SettingsChanged(change.By, change.Lines)
            {
                Before = before,
                After = after,
                InFlightWrites = _traffic.InFlight,
                At = _clock.UtcNow,
            };
            Post(after, [happened]);
        }
        finally
        {
            _oneChange.Release();
        }
    }

    public void Dispose() => _oneChange.Dispose();

    private Hold? HoldAt(DateTimeOffset utcNow) => _hold is { } hold && !hold.IsOverAt(utcNow) ? hold : null;

    private GuardView Next(FleetSnapshot fleet, MonotonicInstant now, GuardRules rules) =>
        // A view that was not renewed in time was read-only for everyone; that is what goes on, or ends, now.
        GuardPolicy.Next(_view.AsOf(now), fleet, HoldAt(_clock.UtcNow), now, rules, _traffic.Current);

    /// <summary>
    /// The next view without a new reading: what is known ages on as it did, and after a stall of the loop nothing is known any more.
    /// </summary>
    private GuardView Unread(GuardView before, FleetSnapshot fleet, GuardRules rules)
    {
        MonotonicInstant now = _clock.Now;
        bool isKnown = now < before.ExpiresAt;
        GuardView after = Next(isKnown ? fleet : fleet.Invalidated(now), now, rules);
        return isKnown ? after with { ExpiresAt = before.ExpiresAt } : after;
    }

    private void Post(GuardView after, ImmutableArray<SiteEvent> events)
    {
        GuardView before = _view;
        Volatile.Write(ref _view, after);
        _views.Post(before, after, events);
    }

    private SiteEvent EventOf(Hold? hold, string who, GuardView before, GuardView after) => hold is null
        ? new SiteEvent.HoldReleased(who) { Before = before, After = after, InFlightWrites = _traffic.InFlight, At = _clock.UtcNow }
        : new SiteEvent.HoldSet(hold, who) { Before = before, After = after, InFlightWrites = _traffic.InFlight, At = _clock.UtcNow };
}
