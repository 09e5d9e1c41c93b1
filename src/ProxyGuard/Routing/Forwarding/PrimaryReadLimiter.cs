using ProxyGuard.Ground.Hosting;
using ProxyGuard.Ground.Settings;

namespace ProxyGuard.Routing.Forwarding;

/// <summary>
/// Limits the reads that the primary serves in place of replicas, up to <c>Reads:MaxPrimaryReads</c>: an old primary must not get all reads
/// of a site at once. A lease ends with the first byte of the response, when the primary has done its work; a slow reader takes no room
/// from others.
/// </summary>
internal sealed class PrimaryReadLimiter(LiveSettings settings)
{
    // By an address's hash, which differs from run to run: no lock and no memory for each address. Two that meet share what one has.
    private readonly int[] _byAddress = new int[1024];
    private int _taken;

    /// <summary>Null when there is no room; else to be disposed when the request is over, if not before.</summary>
    public IDisposable? TryAcquire(HttpContext context)
    {
        GuardSettings current = settings.Current;
        int? bucket = AddressKey.OfMember(context, current.Proxies) is { } address
            ? (int)((uint)HashCode.Combine(address) % (uint)_byAddress.Length)
            : null;
        int taken = Interlocked.Increment(ref _taken);
        int? ofAddress = bucket is { } own ? Interlocked.Increment(ref _byAddress[own]) : null;
        var lease = new Lease(this, bucket);
        if (!current.Rules.Reads.HasRoomFor(taken, ofAddress))
        {
            lease.Dispose();
            return null;
        }

        context.Response.OnStarting(static lease =>
        {
            ((Lease)lease).Dispose();
            return Task.CompletedTask;
        }, lease);
        return lease;
    }

    private sealed class Lease(PrimaryReadLimiter limiter, int? bucket) : IDisposable
    {
        private int _isOver;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isOver, 1) != 0)
                return;
            if (bucket is { } own)
                Interlocked.Decrement(ref limiter._byAddress[own]);
            Interlocked.Decrement(ref limiter._taken);
        }
    }
}
