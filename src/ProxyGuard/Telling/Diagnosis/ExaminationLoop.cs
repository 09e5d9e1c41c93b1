using ProxyGuard.Core.Guarding;
using ProxyGuard.Ground.Telemetry;
using ProxyGuard.Ground.Time;

namespace ProxyGuard.Telling.Diagnosis;

/// <summary>Has the nodes examined now and then, and tells of the errors that are found.</summary>
internal sealed class ExaminationLoop(Examinations examinations, FindingWatch findings, GuardClock clock, ILogger<ExaminationLoop> log)
    : BackgroundService, IGuardListener
{
    private readonly WakeTimer _timer = new(clock.Time);

    /// <summary>A node's health has changed: what is wrong is told, and looked into, at once.</summary>
    public void Posted(GuardView before, GuardView after)
    {
        if (!ReferenceEquals(before.Fleet.Rules, after.Fleet.Rules)
            || before.Fleet.Nodes.Zip(after.Fleet.Nodes).Any(node => node.First.Health != node.Second.Health))
            _timer.Wake();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                findings.Tell();
                await examinations.ExamineAsync(stoppingToken).ConfigureAwait(false);
                findings.Tell();
                await _timer.WaitAsync(Examinations.WhenIll, stoppingToken).ConfigureAwait(false);
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
                await Task.Delay(Examinations.WhenIll, clock.Time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    public override void Dispose()
    {
        _timer.Dispose();
        base.Dispose();
    }
}
