using System.Collections.Concurrent;
using System.Net;

namespace ProxyGuard.Ground.Hosting;

/// <summary>How many connections each address has open. An address without any is not remembered.</summary>
internal sealed class AddressCounts
{
    private readonly ConcurrentDictionary<AddressKey, int> _counts = new();

    /// <summary>How many addresses are remembered.</summary>
    public int Addresses => _counts.Count;

    /// <summary>False when the address has as many as it may.</summary>
    /// <param name="most">So many it may have, with this one.</param>
    public bool TryAcquire(IPAddress address, int most)
    {
        var key = AddressKey.Of(address);
        while (true)
        {
            if (!_counts.TryGetValue(key, out int count))
            {
                if (_counts.TryAdd(key, 1))
                    return true;
            }
            else if (count >= most)
            {
                return false;
            }
            else if (_counts.TryUpdate(key, count + 1, count))
            {
                return true;
            }
        }
    }

    /// <summary>Once for each <see cref="TryAcquire"/> that was true.</summary>
    public void Release(IPAddress address)
    {
        var key = AddressKey.Of(address);
        while (_counts.TryGetValue(key, out int count))
        {
            if (count == 1 ? _counts.TryRemove(KeyValuePair.Create(key, 1)) : _counts.TryUpdate(key, count - 1, count))
                return;
        }
    }
}
