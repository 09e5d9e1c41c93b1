using System.Buffers;

namespace ProxyGuard.Telling.Refusals;

/// <summary>
/// Bytes of one request, as many as have arrived, within the budget. Without room they are given up, all of them: half a text would pass
/// for the whole.
/// </summary>
/// <param name="most">How many there may be; a power of two.</param>
internal sealed class KeptBytes(KeptBudget budget, int most) : IDisposable
{
    // What most forms need.
    private const int Least = 4096;

    // A copy of the body may still be running when its request ends: bytes must not go into an array that has another owner by then.
    private readonly Lock _lock = new();
    private byte[] _bytes = [];
    private int _length;
    private bool _isGivenUp;

    /// <summary>There was no room for them.</summary>
    public bool IsGivenUp
    {
        get
        {
            lock (_lock)
                return _isGivenUp;
        }
    }

    public int Length
    {
        get
        {
            lock (_lock)
                return _length;
        }
    }

    /// <summary>What was kept; valid until more is added, or it is disposed of.</summary>
    public Memory<byte> Written
    {
        get
        {
            lock (_lock)
                return _bytes.AsMemory(0, _length);
        }
    }

    /// <summary>The same to be read; valid as long.</summary>
    public Stream ToStream()
    {
        lock (_lock)
            return new MemoryStream(_bytes, 0, _length, writable: false);
    }

    /// <summary>Where the next bytes may be read into; empty when there are as many as may be, or they were given up. <see cref="Advance"/>
    /// follows.</summary>
    public Memory<byte> Space()
    {
        lock (_lock)
        {
            if (_isGivenUp || _length == most || _length == _bytes.Length && !TryGrow_UnderLock())
                return default;
            return _bytes.AsMemory(_length);
        }
    }

    public void Advance(int read)
    {
        lock (_lock)
            _length += read;
    }

    /// <summary>Nothing happens when they were given up.</summary>
    public void Add(ReadOnlySpan<byte> more)
    {
        lock (_lock)
        {
            while (!_isGivenUp && more.Length > 0)
            {
                if (_length == _bytes.Length && !TryGrow_UnderLock())
                    return;
                int fitting = Math.Min(more.Length, _bytes.Length - _length);
                more[..fitting].CopyTo(_bytes.AsSpan(_length));
                _length += fitting;
                more = more[fitting..];
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
            GiveUp_UnderLock();
    }

    private bool TryGrow_UnderLock()
    {
        int size = _bytes.Length == 0 ? Math.Min(Least, most) : _bytes.Length * 2;
        if (size > most || !budget.TryTake(size))
        {
            GiveUp_UnderLock();
            return false;
        }

        // Powers of two are what the pool has, so that no more is taken than was asked for.
        byte[] larger = ArrayPool<byte>.Shared.Rent(size);
        _bytes.AsSpan(0, _length).CopyTo(larger);
        Return_UnderLock();
        _bytes = larger;
        return true;
    }

    private void GiveUp_UnderLock()
    {
        Return_UnderLock();
        _isGivenUp = true;
        _bytes = [];
        _length = 0;
    }

    private void Return_UnderLock()
    {
        if (_bytes.Length == 0)
            return;
        budget.Return(_bytes.Length);
        ArrayPool<byte>.Shared.Return(_bytes);
    }
}
