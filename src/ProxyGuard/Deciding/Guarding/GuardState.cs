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
    /// Stores it where that can be; where it cannot, it is in force all the same, and stored as soon as that can be. For one caller at a
    /// time.
    /// </summary>
    /// <param name="hold">Null: there is none any more. It carries its own end: one that is over is over after a restart too.</param>
    public void Save(Hold? hold)
    {
        string? before = StorageFault;
        try
        {
            holds.Save(hold);
            Volatile.Write(ref _unstored, null);
            if (before is not null)
                log.HoldIsStored();
        }
        catch (IOException e)
        {
            Volatile.Write(ref _unstored, new Unstored(hold, e.Message, clock.Now));
            // Told once: the same disk is full every ten seconds.
            if (before is null)
                log.HoldNotStored(e.Message);
        }
    }

    /// <summary>Tries again what could not be stored, if it is time to. For the same caller.</summary>
    public void Retry()
    {
        if (Volatile.Read(ref _unstored) is { } unstored && clock.Now - unstored.TriedAt >= RetryInterval)
            Save(unstored.Hold);
    }

    private sealed record Unstored(Hold? Hold, string Why, MonotonicInstant TriedAt);
}
