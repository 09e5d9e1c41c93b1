using ProxyGuard.Core.Guarding;
using ProxyGuard.Ground.Storage;
using ProxyGuard.Ground.Telemetry;

namespace ProxyGuard.Deciding.Guarding;

/// <summary>What the guard goes by beside readings, over restarts: the hold, and what was known of the fleet.</summary>
internal sealed class GuardState(IHoldStore holds, ReplicationStateFile memory, ILogger<GuardState> log)
{
    public Hold? LoadHold() => holds.Load();

    public RestoredFleet LoadFleet() => memory.Load();

    /// <param name="hold">Null: there is none any more.</param>
    /// <exception cref="IOException">It could not be stored; what was stored stands.</exception>
    public void Save(Hold? hold) => holds.Save(hold);

    /// <summary>The hold is over. It carries its own end: where that cannot be stored, it is over after a restart all the same.</summary>
    public void Forget()
    {
        try
        {
            holds.Save(null);
        }
        catch (IOException e)
        {
            log.NotStored("hold", e);
        }
    }
}
