using System.Collections.Concurrent;
using System.Collections.Immutable;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Ground.Telemetry;
using ProxyGuard.Ground.Time;
using ProxyGuard.Seeing.Examination;
using ProxyGuard.Seeing.Probing;

namespace ProxyGuard.Deciding.Guarding;

/// <summary>
/// Asks every node at once, again and again, and hands the readings to the guard. Between two ticks the primary alone is asked for its
/// head: the content clock is as fine as these samples are. Ends only at shutdown.
/// </summary>
internal sealed class ProbeLoop(
    SiteGuard guard, NodeAccesses nodes, ProbeRules rules, GuardClock clock, ILogger<ProbeLoop> log)
    : BackgroundService, IMetricSource
{
    // Told once, until it is read again.
    private readonly ConcurrentDictionary<INodeProbe, bool> _failed = new();
    private long _failedTicks;
    private long _failedReadings;

    /// <summary>Ticks that failed as a whole, since the start.</summary>
    public long FailedTicks => Interlocked.Read(ref _failedTicks);

    /// <summary>Readings of one node that failed unexpectedly, since the start; the node is silent then.</summary>
    public long FailedReadings => Interlocked.Read(ref _failedReadings);

    public IEnumerable<MetricFamily> Families =>
    [
        MetricFamily.Counter(
            "proxyguard_node_reading_failures_total", "readings of one node that failed in a way nobody expects", FailedReadings),
        MetricFamily.Counter("proxyguard_probe_tick_failures_total", "probe ticks that failed as a whole", FailedTicks),
    ];

    /// <summary>One tick: every node is asked, silence is a reading too.</summary>
    public async Task TickAsync(CancellationToken stop)
    {
        while (!await TryTickAsync(stop).ConfigureAwait(false))
        {
            // Another configuration came meanwhile: a fault that shows now must not wait for the next tick.
            foreach (INodeProbe gone in _failed.Keys.Except(nodes.Current.Nodes.Select(node => node.Probe)))
                _failed.TryRemove(gone, out _);
        }
    }

    /// <returns>False where the readings were of a fleet that is none any more, and the one in force can be read.</returns>
    private async Task<bool> TryTickAsync(CancellationToken stop)
    {
        MonotonicInstant askedAt = clock.Now;
        FleetAccess fleet = nodes.Current;
        PrimaryOf(fleet)?.AsksForActivity = guard.SuspectsStall;
        // What follows may write to the disk, which must not hold up the thread that hears of every socket.
        NodeReading[] readings = await Task.WhenAll(
                fleet.Nodes.Zip(fleet.Fleet.Nodes, (node, rules) => ReadAsync(node.Probe, rules.Name, askedAt, stop)))
            .ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        bool counted = await guard.ApplyAsync(fleet.Fleet, ImmutableArray.Create(readings), stop).ConfigureAwait(false);
        return counted || !ReferenceEquals(guard.LastPosted.Fleet.Rules, nodes.Current.Fleet);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            MonotonicInstant began = clock.Now;
            try
            {
                await TickAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // The watcher never dies quietly: whatever it was, it is told, and the view ages to unknown meanwhile.
            catch (Exception e)
#pragma warning restore CA1031
            {
                Interlocked.Increment(ref _failedTicks);
                log.TickFailed(e);
            }

            try
            {
                await PauseAsync(began, stoppingToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        foreach (NodeAccess node in nodes.Current.Nodes)
            await node.Probe.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>
    /// Whatever a server says that no driver understands, it is that node's failure alone: the others are read, and the tick goes on.
    /// </summary>
    private async Task<NodeReading> ReadAsync(INodeProbe probe, string node, MonotonicInstant askedAt, CancellationToken stop)
    {
        try
        {
            NodeReading reading = await probe.ReadAsync(askedAt, stop).ConfigureAwait(false);
            _failed.TryRemove(probe, out _);
            return reading;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // It is told, counted and makes the node silent.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Failed(probe, node, e);
            return new NodeReading.Silent(askedAt, ProbeFailure.Other, e.Message);
        }
    }

    /// <summary>Until the next tick is due; the primary's head is sampled as often as that leaves room for.</summary>
    private async Task PauseAsync(MonotonicInstant began, CancellationToken stop)
    {
        MonotonicInstant next = guard.AwaitsConfirmation ? clock.Now + rules.ConfirmAfter : began + rules.Interval;
        while (next - clock.Now is var left && left > TimeSpan.Zero)
        {
            // The last stretch is waited out: a head asked for just before the tick is what the tick asks for anyway.
            bool samples = left >= 2 * rules.HeadInterval;
            await Task.Delay(samples ? rules.HeadInterval : left, clock.Time, stop).ConfigureAwait(false);
            if (samples)
                SampleHead(PrimaryOf(nodes.Current));
        }
    }

    private void SampleHead(INodeProbe? primary)
    {
        try
        {
            primary?.SampleHead(clock.Now);
        }
#pragma warning disable CA1031 // As in a tick: what is wrong with one node must not end the loop, and the next tick tells it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Failed(primary!, "the primary", e);
        }
    }

    /// <summary>Null for a moment after another configuration came into force.</summary>
    private INodeProbe? PrimaryOf(FleetAccess fleet)
    {
        FleetSnapshot known = guard.LastPosted.Fleet;
        return ReferenceEquals(known.Rules, fleet.Fleet) ? fleet.Nodes[known.PrimaryDetection.Node].Probe : null;
    }

    private void Failed(INodeProbe probe, string node, Exception error)
    {
        Interlocked.Increment(ref _failedReadings);
        if (_failed.TryAdd(probe, true))
            log.ReadingFailed(node, error);
    }
}
