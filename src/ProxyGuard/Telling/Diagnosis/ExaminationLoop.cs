using System.Collections.Immutable;
using ProxyGuard.Core.Diagnosis;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Deciding.Guarding;
using ProxyGuard.Ground.Telemetry;
using ProxyGuard.Ground.Time;
using ProxyGuard.Seeing.Examination;

namespace ProxyGuard.Telling.Diagnosis;

/// <summary>
/// Examines the nodes now and then, to explain and not to decide: over connections of its own, and never in a tick's way. What could not be
/// learnt is null, never what was learnt some time ago.
/// </summary>
internal sealed class ExaminationLoop(
    IReadOnlyList<INodeExaminer> examiners, GuardBoard board, GuardClock clock, FindingWatch findings, ILogger<ExaminationLoop> log)
    : BackgroundService, IGuardListener
{
    // What an applier does just now is worth asking for again; variables and sizes hardly change.
    private static readonly TimeSpan WhenIll = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan WhenWell = TimeSpan.FromMinutes(5);

    private readonly WakeTimer _timer = new(clock.Time);
    private readonly MonotonicInstant?[] _asked = new MonotonicInstant?[examiners.Count];
    private ImmutableArray<NodeExamination?> _examinations = [.. new NodeExamination?[examiners.Count]];

    /// <summary>In the order of the nodes.</summary>
    public ImmutableArray<NodeExamination?> Examinations => _examinations;

    /// <summary>A node's health has changed: what is wrong is told, and looked into, at once.</summary>
    public void Posted(GuardView before, GuardView after)
    {
        if (before.Fleet.Nodes.Zip(after.Fleet.Nodes).Any(node => node.First.Health != node.Second.Health))
            _timer.Wake();
    }

    /// <summary>Examines the nodes that are due, all at once.</summary>
    public async Task ExamineAsync(CancellationToken stop)
    {
        MonotonicInstant now = clock.Now;
        ImmutableArray<NodeState> nodes = board.View.Fleet.Nodes;
        await Task.WhenAll(
            Enumerable.Range(0, examiners.Count).Where(node => IsDue(node, nodes[node], now))
                .Select(node => ExamineAsync(node, now, stop))).ConfigureAwait(false);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                findings.Tell(Examinations);
                await ExamineAsync(stoppingToken).ConfigureAwait(false);
                findings.Tell(Examinations);
                await _timer.WaitAsync(WhenIll, stoppingToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Whatever it was, it is told and tried again: only explanations are missing meanwhile, nothing is decided by them.
            catch (Exception e)
#pragma warning restore CA1031
            {
                log.ExaminationFailed(e);
                await Task.Delay(WhenIll, clock.Time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    public override void Dispose()
    {
        _timer.Dispose();
        base.Dispose();
    }

    private bool IsDue(int node, NodeState state, MonotonicInstant now) =>
        _asked[node] is not { } asked || now - asked >= (state.Health == NodeHealth.Fresh ? WhenWell : WhenIll) || state.Since > asked;

    private async Task ExamineAsync(int node, MonotonicInstant now, CancellationToken stop)
    {
        _asked[node] = now;
        NodeExamination? examination = await examiners[node].ExamineAsync(now, stop).ConfigureAwait(false);
        ImmutableInterlocked.Update(ref _examinations, static (all, one) => all.SetItem(one.node, one.examination), (node, examination));
    }
}
