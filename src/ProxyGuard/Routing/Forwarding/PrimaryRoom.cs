using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Requests;
using ProxyGuard.Ground.Hosting;

namespace ProxyGuard.Routing.Forwarding;

/// <summary>
/// How many reads the primary has as a favour at this moment; an old primary must not get all reads of a site at once. A favour ends with the first byte of the answer, when
/// the primary has done its work: who reads slowly is nobody else's business.
/// </summary>
internal sealed class PrimaryRoom(GuardRules rules, KnownProxies known)
{
    // By an address's hash, which differs from run to run: no lock and no memory for each address. Two that meet share what one has.
    private readonly int[] _byAddress = new int[1024];
    private int _taken;

    /// <summary>Null when there is no room; else to be disposed when the request is over, if not before.</summary>
    public IDisposable? TryEnter(HttpContext context)
    {
        int? place = AddressKey.OfMember(context, known) is { } address ? (int)((uint)HashCode.Combine(address) % (uint)_byAddress.Length) : null;
        int taken = Interlocked.Increment(ref _taken);
        int? ofAddress = place is { } own ? Interlocked.Increment(ref _byAddress[own]) : null;
        var favour = new Favour(this, place);
        if (!rules.Reads.HasRoomFor(taken, ofAddress))
        {
            favour.Dispose();
            return null;
        }

        context.Response.OnStarting(static favour =>
        {
            ((Favour)favour).Dispose();
            return Task.CompletedTask;
        }, favour);
        return favour;
    }

    private sealed class Favour(PrimaryRoom room, int? place) : IDisposable
    {
        private int _isOver;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isOver, 1) != 0)
                return;
            if (place is { } own)
                Interlocked.Decrement(ref room._byAddress[own]);
            Interlocked.Decrement(ref room._taken);
        }
    }
}
