using System.Collections.Immutable;
using ProxyGuard.Core.Diagnosis;
using ProxyGuard.Core.Replication;
using ProxyGuard.Deciding.Guarding;
using ProxyGuard.Ground.Time;
using ProxyGuard.Seeing.Examination;

namespace ProxyGuard.Telling.Diagnosis;

/// <summary>
/// What the last examination of each node told: to explain, and not to decide. Over connections of its own, and never in a tick's way.
/// </summary>
internal sealed class Examinations(NodeAccesses nodes, GuardBoard board, GuardClock clock)
{
    // What an applier does just now is worth asking for again; variables and sizes hardly change.
    public static readonly TimeSpan WhenIll = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan WhenWell = TimeSpan.FromMinutes(5);

    private ImmutableDictionary<string, Examined> _all = ImmutableDictionary<string, Examined>.Empty;

    /// <summary>In the order of the nodes. What could not be learnt is null, never what was learnt some time ago.</summary>
    public ImmutableArray<NodeExamination?> Of(FleetRules fleet)
    {
        ImmutableDictionary<string, Examined> all = Volatile.Read(ref _all);
        FleetAccess asked = nodes.Current;
        // Of another configuration's server of that name nothing is said.
        return ReferenceEquals(asked.Fleet, fleet)
            ? [.. fleet.Nodes.Zip(asked.Nodes, (node, access) => FoundBy(access.Examiner, all.GetValueOrDefault(node.Name)))]
            : [.. fleet.Nodes.Select(_ => (NodeExamination?)null)];
    }

    private static NodeExamination? FoundBy(INodeExaminer examiner, Examined? examined) =>
        examined?.By == examiner ? examined.Found : null;

    /// <summary>Examines the nodes that are due, all at once. For one caller at a time.</summary>
    public async Task ExamineAsync(CancellationToken stop)
    {
        MonotonicInstant now = clock.Now;
        FleetAccess fleet = nodes.Current;
        FleetSnapshot known = board.View.Fleet;
        // For a moment after another configuration came into force: the next round is not far.
        if (!ReferenceEquals(known.Rules, fleet.Fleet))
            return;
        foreach (string gone in _all.Keys.Except(fleet.Fleet.Nodes.Select(node => node.Name)))
            ImmutableInterlocked.TryRemove(ref _all, gone, out _);
        await Task.WhenAll(
            fleet.Nodes.Zip(known.Nodes).Where(node => IsDue(node.First.Examiner, node.Second, now))
                .Select(node => ExamineAsync(node.Second.Rules.Name, node.First.Examiner, now, stop))).ConfigureAwait(false);
    }

    private bool IsDue(INodeExaminer examiner, NodeState node, MonotonicInstant now) =>
        Volatile.Read(ref _all).GetValueOrDefault(node.Rules.Name) is not { } examined || examined.By != examiner
            || now - examined.At >= (node.Health == NodeHealth.Fresh ? WhenWell : WhenIll) || node.Since > examined.At;

    private async Task ExamineAsync(string node, INodeExaminer examiner, MonotonicInstant now, CancellationToken stop)
    {
        // While it is asked, what it told last stands; what another one of its name told does not.
        ImmutableInterlocked.AddOrUpdate(
            ref _all, node, _ => new Examined(examiner, now, null),
            (_, before) => new Examined(examiner, now, before.By == examiner ? before.Found : null));
        NodeExamination? found = await examiner.ExamineAsync(now, stop).ConfigureAwait(false);
        ImmutableInterlocked.AddOrUpdate(
            ref _all, node, _ => new Examined(examiner, now, found),
            (_, before) => before.By == examiner ? new Examined(examiner, now, found) : before);
    }

    private sealed record Examined(INodeExaminer By, MonotonicInstant At, NodeExamination? Found);
}
