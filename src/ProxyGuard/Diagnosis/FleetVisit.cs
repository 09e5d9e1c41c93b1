using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using ProxyGuard.Core.Diagnosis;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Probing;
using ProxyGuard.Settings;
using ProxyGuard.Storage;

namespace ProxyGuard.Diagnosis;

/// <summary>One look at the fleet by ourselves, beside a ProxyGuard that may be running: a few readings, so that there are confirmations and rates, and one examination.</summary>
internal sealed class FleetVisit(GuardSettings settings, ProxyGuardEdges edges)
{
    // Enough for a confirmation and for every count of samples below.
    private const int FewestReadings = 4;
    private const int MostSamples = 3;

    private readonly GuardRules _rules = settings.Rules with
    {
        Fleet = settings.Rules.Fleet with { Freshness = Hasty(settings.Rules.Fleet.Freshness) },
        // A person waits: more patience than a tick has.
        Probe = settings.Rules.Probe with { Timeout = TimeSpan.FromSeconds(2) },
    };

    private readonly GuardClock _clock = new(edges.Time);

    /// <param name="between">Time between two readings.</param>
    /// <param name="lasting">How long readings are taken, at least.</param>
    public async Task<SiteDiagnosis> LookAsync(TimeSpan between, TimeSpan lasting, CancellationToken stop)
    {
        Moment began = _clock.Now;
        Task<NodeExamination?[]> examinations = ExamineAsync(began, stop);
        var directory = new StateDirectory(settings.StateDirectory, onlyReads: true);
        RecalledFleet recalled = new ReplicationMemory(directory, _clock, edges.Boot, NullLogger<ReplicationMemory>.Instance).Load();
        GuardView view = await ReadAsync(directory, recalled, began, between, lasting, stop).ConfigureAwait(false);
        return SiteDiagnosis.Of(_rules, view, [.. await examinations.ConfigureAwait(false)], _clock).LookingSince(began, recalled);
    }

    private async Task<GuardView> ReadAsync(StateDirectory directory, RecalledFleet recalled, Moment began, TimeSpan between, TimeSpan lasting, CancellationToken stop)
    {
        Hold? hold = new HoldFile(directory, _clock, NullLogger<HoldFile>.Instance).Load();
        FleetSnapshot fleet = FleetSnapshot.Before(_rules.Fleet, began).Recalling(recalled.NodeNamed);
        // The incident that was written down is not ours: what we see decides.
        GuardView view = GuardPolicy.Start(fleet, recalled: null, hold, began, _rules);

        INodeProbe[] probes = [.. _rules.Fleet.Nodes.Zip(settings.Connections, (node, connection) => edges.ProbeOf(_rules.Probe, node, connection, NullLogger.Instance))];
        for (int readings = 0; readings < FewestReadings || _clock.Now - began < lasting; readings++)
        {
            if (readings > 0)
                await Task.Delay(between, edges.Time, stop).ConfigureAwait(false);
            Moment askedAt = _clock.Now;
            NodeReading[] answers = await Task.WhenAll(probes.Select(probe => probe.ReadAsync(askedAt, stop))).ConfigureAwait(false);
            Moment now = _clock.Now;
            view = GuardPolicy.Next(view, view.Fleet.Next(ImmutableArray.Create(answers), now), hold, now, _rules);
        }

        foreach (INodeProbe probe in probes)
            await probe.DisposeAsync().ConfigureAwait(false);
        return view;
    }

    private Task<NodeExamination?[]> ExamineAsync(Moment now, CancellationToken stop) =>
        Task.WhenAll(_rules.Fleet.Nodes.Zip(settings.Connections, (node, connection) => edges.ExaminerOf(node, connection).ExamineAsync(now, stop)));

    /// <summary>Somebody who looks for three seconds cannot wait for a hundred samples.</summary>
    private static FreshnessRules Hasty(FreshnessRules rules) =>
        rules with { BehindAfter = Math.Min(rules.BehindAfter, MostSamples), FreshAfter = Math.Min(rules.FreshAfter, MostSamples) };
}
