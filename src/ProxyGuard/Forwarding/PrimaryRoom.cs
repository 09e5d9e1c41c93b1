using ProxyGuard.Core.Guarding;

namespace ProxyGuard.Forwarding;

/// <summary>How many reads the primary has as a favour at this moment; an old primary must not get all reads of a site at once.</summary>
internal sealed class PrimaryRoom(GuardRules rules)
{
    private int _taken;

    /// <summary>Whether there was room; whoever got it gives it back with <see cref="Leave"/>.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _taken) <= rules.Reads.PrimaryLimit)
            return true;
        Interlocked.Decrement(ref _taken);
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _taken);
}
