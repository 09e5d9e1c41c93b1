using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Ground.Storage;
using ProxyGuard.Ground.Telemetry;
using ProxyGuard.Ground.Time;

namespace ProxyGuard.Deciding.Guarding;

/// <summary>What the guard goes by beside readings, over restarts: the hold, and what was known of the fleet.</summary>
internal sealed class GuardState(IHoldStore holds, ReplicationStateFile memory, GuardClock clock, ILogger<GuardState> log) : IMetricSource
{
    // A disk is emptied by a person, or by a nightly job.
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(10);

    // A disk that hangs must not keep the site open, nor the ticks waiting until the view expires.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(0.5);

    private readonly Lock _lock = new();
    private Task _writing = Task.CompletedTask;
    private Hold? _wanted;
    private long _wantedNumber;
    private Unstored? _unstored;

    /// <summary>
    /// Why what was decided last, that there is a hold or that there is none, would not survive a restart; null when it would.
    /// </summary>
    public string? StorageFault => Volatile.Read(ref _unstored)?.Why;

    public IEnumerable<MetricFamily> Families =>
    [
        MetricFamily.Gauge(
            "proxyguard_hold_survives_restart", "0 while what an operator decided could not be stored", StorageFault is null ? 1 : 0),
    ];

    public Hold? LoadHold() => holds.Load();

    public RestoredFleet LoadFleet() => memory.Load();

    /// <summary>
    /// Returns when it is stored; or when it cannot be, or the disk has not answered for half a second: then it is in force all the same,
    /// and stored as soon as that can be.
    /// </summary>
    /// <param name="hold">Null: there is none any more. It carries its own end: one that is over is over after a restart too.</param>
    public async Task SaveAsync(Hold? hold)
    {
        Task writing;
        lock (_lock)
        {
            (_wanted, _wantedNumber) = (hold, _wantedNumber + 1);
            // One that is under way goes on to this one.
            if (_writing.IsCompleted)
                _writing = Task.Run(Write);
            writing = _writing;
        }

        try
        {
            await writing.WaitAsync(Patience, clock.Time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            lock (_lock)
            {
                // It may have answered just now.
                if (!_writing.IsCompleted)
                    Tell_UnderLock($"the disk has not answered for {Patience.TotalSeconds} s");
            }
        }
    }

    /// <summary>Tries again what could not be stored, if it is time to, and nothing is under way.</summary>
    public Task RetryAsync() => Volatile.Read(ref _unstored) is { } unstored && clock.Now - unstored.At >= RetryInterval
        && Volatile.Read(ref _writing).IsCompleted
        ? SaveAsync(_wanted)
        : Task.CompletedTask;

    private void Write()
    {
        while (true)
        {
            Hold? hold;
            long number;
            lock (_lock)
                (hold, number) = (_wanted, _wantedNumber);
            string? fault = FaultOfSaving(hold);
            lock (_lock)
            {
                if (number != _wantedNumber)
                    continue;
                Tell_UnderLock(fault);
                // Under the lock: who wants another one from here on begins anew.
                _writing = Task.CompletedTask;
                return;
            }
        }
    }

    private string? FaultOfSaving(Hold? hold)
    {
        try
        {
            holds.Save(hold);
            return null;
        }
        catch (IOException e)
        {
            return e.Message;
        }
    }

    // Told once: the same disk is full every ten seconds.
    private void Tell_UnderLock(string? fault)
    {
        string? before = StorageFault;
        Volatile.Write(ref _unstored, fault is null ? null : new Unstored(fault, clock.Now));
        if (fault is not null && before is null)
            log.HoldNotStored(fault);
        else if (fault is null && before is not null)
            log.HoldIsStored();
    }

    private sealed record Unstored(string Why, MonotonicInstant At);
}
