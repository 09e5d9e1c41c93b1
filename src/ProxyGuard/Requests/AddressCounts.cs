using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace ProxyGuard.Requests;

/// <summary>How many connections each address has open. An address without any is not remembered.</summary>
internal sealed class AddressCounts(int most)
{
    private readonly ConcurrentDictionary<Key, int> _counts = new();

    /// <summary>How many addresses are remembered.</summary>
    public int Addresses => _counts.Count;

    /// <summary>False when the address has as many as it may.</summary>
    public bool TryEnter(IPAddress address)
    {
        var key = Key.Of(address);
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

    /// <summary>Once for each <see cref="TryEnter"/> that was true.</summary>
    public void Leave(IPAddress address)
    {
        var key = Key.Of(address);
        while (_counts.TryGetValue(key, out int count))
        {
            if (count == 1 ? _counts.TryRemove(KeyValuePair.Create(key, 1)) : _counts.TryUpdate(key, count - 1, count))
                return;
        }
    }

    /// <summary>An IPv4 address, or an IPv6 network of 64 bits: whoever has one of its addresses has all of them.</summary>
    private readonly record struct Key(ulong Network, AddressFamily Family)
    {
        public static Key Of(IPAddress address)
        {
            Span<byte> bytes = stackalloc byte[16];
            address.TryWriteBytes(bytes, out int length);
            return new Key(length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt64BigEndian(bytes), address.AddressFamily);
        }
    }
}
