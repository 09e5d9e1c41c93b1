using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using ProxyGuard.Core.Diagnosis;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Ground.Settings;
using ProxyGuard.Ground.Storage;
using ProxyGuard.Ground.Time;
using ProxyGuard.Seeing.Examination;
using ProxyGuard.Seeing.Upstreams;
using ProxyGuard.Telling.Diagnosis;

namespace ProxyGuard.Commands;

/// <summary>
/// One look at the fleet by ourselves, beside a ProxyGuard that may be running: a few readings, so that there are confirmations and rates,
/// and one examination.
/// </summary>
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

    /// <summary>What of the state directory could not be read, and why: it may be another user's. Of the last look.</summary>
    public IReadOnlyList<string> Unread { get; private set; } = [];

    /// <param name="between">Time between two readings.</param>
    /// <param name="lasting">How long readings are taken, at least.</param>
    public async Task<SiteDiagnosis> LookAsync(TimeSpan between, TimeSpan lasting, CancellationToken stop)
    {
        MonotonicInstant began = _clock.Now;
        NodeAccess[] nodes =
        [
            .. _rules.Fleet.Nodes.Zip(
                settings.Connections, (node, connection) => edges.AccessTo(node, connection, _rules.Probe, NullLogger.Instance)),
        ];
        Task<ImmutableArray<(WebServerSettings, WebServerReply)>> web = new WebServerVisit(settings, edges).AskAsync(stop);
        var directory = new StateDirectory(settings.StateDirectory, onlyReads: true);
        RestoredFleet recalled = new ReplicationStateFile(directory, _clock, edges.Boot, NullLogger<ReplicationStateFile>.Instance).Load();
        // The incident that was written down is not ours: what we see decides.
        FleetSnapshot fleet = FleetSnapshot.Before(_rules.Fleet, began).Restoring(recalled.NodeNamed);
        Hold? hold = new HoldFile(directory, _clock, NullLogger<HoldFile>.Instance).Load();
        Unread = directory.Remarks;
        GuardView start = GuardPolicy.Start(fleet, recalled: null, hold, began, _rules);
        (GuardView view, NodeExamination?[] examinations) = await ReadAsync(nodes, start, between, lasting, stop).ConfigureAwait(false);
        foreach (NodeAccess node in nodes)
            await node.Probe.DisposeAsync().ConfigureAwait(false);
        WebServersSeen seen = WebServerVisit.Seen(await web.ConfigureAwait(false), view, _rules, _clock.Now);
        return SiteDiagnosis.Of(view, [.. examinations], seen, [], _clock).LookingSince(began, recalled);
    }

    private async Task<(GuardView View, NodeExamination?[] Examinations)> ReadAsync(
        NodeAccess[] nodes, GuardView view, TimeSpan between, TimeSpan lasting, CancellationToken stop)
    {
        MonotonicInstant began = view.At;
        Task<NodeExamination?[]>? examinations = null;
        for (int readings = 0; readings < FewestReadings || _clock.Now - began < lasting; readings++)
        {
            if (readings > 0)
                await Task.Delay(between, edges.Time, stop).ConfigureAwait(false);
            MonotonicInstant askedAt = _clock.Now;
            NodeReading[] answers = await Task.WhenAll(nodes.Select(node => node.Probe.ReadAsync(askedAt, stop))).ConfigureAwait(false);
            // A node is examined beside its status, and once that is asked.
            examinations ??= Task.WhenAll(nodes.Select(node => node.Examiner.ExamineAsync(began, stop)));
            MonotonicInstant now = _clock.Now;
            view = GuardPolicy.Next(view, view.Fleet.Next(ImmutableArray.Create(answers), now), view.Hold, now, _rules);
        }

        return (view, await examinations!.ConfigureAwait(false));
    }

    /// <summary>A visit of three seconds cannot wait for a hundred samples.</summary>
    private static FreshnessRules Hasty(FreshnessRules rules) =>
        rules with { BehindAfter = Math.Min(rules.BehindAfter, MostSamples), FreshAfter = Math.Min(rules.FreshAfter, MostSamples) };
}
