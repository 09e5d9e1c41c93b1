using System.Collections.Immutable;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Ground.Storage;
using ProxyGuard.Ground.Telemetry;
using ProxyGuard.Ground.Time;

namespace ProxyGuard.Deciding.Guarding;

/// <summary>A change of the hold.</summary>
/// <param name="To">Null releases it.</param>
internal sealed record HoldChange(Hold? To);

/// <summary>
/// The one writer of the board: readings and holds go in, the next view comes out. It is posted first, and only then told to logs, disk and listeners.
/// </summary>
internal sealed class SiteGuard : IDisposable
{
    private readonly GuardBoard _board;
    private readonly GuardRules _rules;
    private readonly GuardClock _clock;
    private readonly IHoldStore _holds;
    private readonly AuditFile _audit;
    private readonly ImmutableArray<IGuardListener> _listeners;
    private readonly TrafficCounts _traffic;
    private readonly ILogger<SiteGuard> _log;
    private readonly SemaphoreSlim _oneChange = new(1, 1);

    private GuardView _view;
    private Hold? _hold;

    public SiteGuard(GuardBoard board, GuardRules rules, GuardClock clock, IHoldStore holds, ReplicationMemory memory, AuditFile audit, IEnumerable<IGuardListener> listeners, TrafficCounts traffic, ILogger<SiteGuard> log)
    {
        _board = board;
        _rules = rules;
        _clock = clock;
        _holds = holds;
        _audit = audit;
        _listeners = [.. listeners];
        _traffic = traffic;
        _log = log;
        _hold = holds.Load();

        Moment now = clock.Now;
        RecalledFleet recalled = memory.Load();
        FleetSnapshot fleet = FleetSnapshot.Before(rules.Fleet, now).Recalling(recalled.NodeNamed);
        _view = GuardPolicy.Start(fleet, recalled.Incident, HoldAt(clock.UtcNow), now, rules);
        Publish(_view);
    }

    /// <summary>The last posted view, also when it is too old to be believed.</summary>
    public GuardView LastPosted => Volatile.Read(ref _view);

    /// <summary>Whether some node, or what is written to the primary, shows a bad sign that should be confirmed soon.</summary>
    public bool AwaitsConfirmation =>
        LastPosted.Fleet.Nodes.Any(node => node.AwaitsConfirmation) || LastPosted.Stalls.AwaitsConfirmation(_traffic.Current, _rules.Probe.Interval, _clock.Now);

    /// <summary>Whether the primary should be asked what it works on: writes seem to hang.</summary>
    public bool SuspectsStall => LastPosted.Stalls.IsWorthAsking(_traffic.Current, _clock.Now);

    /// <summary>One tick's readings, in the order of the nodes.</summary>
    public async Task ApplyAsync(ImmutableArray<NodeReading> readings, CancellationToken stop)
    {
        await _oneChange.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            GuardView before = _view;
            Hold? ended = _hold is { } hold && hold.IsOverAt(_clock.UtcNow) ? hold : null;
            Moment now = _clock.Now;
            // After a stall of the loop nothing of what was confirmed before it counts: a fault may have come meanwhile.
            FleetSnapshot known = now < before.ExpiresAt ? before.Fleet : before.Fleet.Doubted(now);
            GuardView after = Replace(known.Next(readings, now), now);
            TellNodes(before.Fleet, after.Fleet);
            if (ended is null)
                TellMode(before, after);
            else
                Forget(ended, before, after);
        }
        finally
        {
            _oneChange.Release();
        }
    }

    /// <summary>Sets, changes or releases (null) the hold. It is stored before it counts, so that no restart can lose it.</summary>
    /// <param name="change">From the hold in force to what shall come; null leaves everything as it is. Runs in the guard's own order of changes.</param>
    /// <exception cref="IOException">It could not be stored; nothing has changed.</exception>
    public async Task ChangeHoldAsync(Func<Hold?, HoldChange?> change, string who, CancellationToken stop)
    {
        await _oneChange.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            if (change(HoldAt(_clock.UtcNow)) is not { To: var next })
                return;

            GuardView before = _view;
            _holds.Save(next);
            _hold = next;
            GuardView after = Replace(before.Fleet, _clock.Now);
            string why = next?.Reason ?? "released";
            _audit.Append(AuditLine.Of(_clock.UtcNow, who, before, after, why));
            if (next is null)
                _log.HoldReleased(who, why);
            else
                _log.HoldSet(next.Mode, who, next.Reason, _traffic.WritesUnderWay);
        }
        finally
        {
            _oneChange.Release();
        }
    }

    public void Dispose() => _oneChange.Dispose();

    private Hold? HoldAt(DateTimeOffset utcNow) => _hold is { } hold && !hold.IsOverAt(utcNow) ? hold : null;

    private GuardView Replace(FleetSnapshot fleet, Moment now)
    {
        GuardView before = _view;
        // A view that was not renewed in time was read-only for everyone; that is what goes on, or ends, now.
        GuardView after = GuardPolicy.Next(before.AsOf(now), fleet, HoldAt(_clock.UtcNow), now, _rules, _traffic.Current);
        Volatile.Write(ref _view, after);
        Publish(after);
        foreach (IGuardListener listener in _listeners)
            listener.Posted(before, after);
        return after;
    }

    private void Publish(GuardView view) => _board.Post(view);

    private void Forget(Hold ended, GuardView before, GuardView after)
    {
        string why = $"the hold of {ended.By} ended at {ended.EndsAt:O}";
        _hold = null;
        try
        {
            _holds.Save(null);
        }
        catch (IOException e)
        {
            // It carries its own end: after a restart it is over all the same.
            _log.NotStored("hold", e);
        }

        _audit.Append(AuditLine.Of(_clock.UtcNow, AuditLine.Automatic, before, after, why));
        _log.HoldReleased(AuditLine.Automatic, why);
    }

    private void TellMode(GuardView before, GuardView after)
    {
        if (before.Mode == after.Mode && before.Cause == after.Cause)
            return;
        _audit.Append(AuditLine.Of(_clock.UtcNow, AuditLine.Automatic, before, after, AuditLine.Reason(after)));
        if (after.Mode == SiteMode.Normal)
            _log.SiteReopened();
        else
            _log.SiteClosed(after.Mode, after.Cause, _traffic.WritesUnderWay);
    }

    private void TellNodes(FleetSnapshot before, FleetSnapshot after)
    {
        foreach ((NodeState was, NodeState node) in before.Nodes.Zip(after.Nodes))
        {
            if (was.Health == node.Health)
                continue;
            if (node.Health == NodeHealth.Fresh)
                _log.NodeRecovered(node.Rules.Name, node.Health, was.Health);
            else
                _log.NodeWorsened(node.Rules.Name, node.Health, was.Health, NodeWords.Why(node, after, after.At));
        }
    }
}
