using System.Buffers.Binary;

namespace ProxyGuard.Core.ReadPort;

/// <summary>
/// What can be seen of an encrypted answer: how long its records are. A server hands over its buffer of 16 KB (net_buffer_length) when that
/// is full, which is in the middle of an answer, and at the end of one; so what ends with a full record goes on.
/// </summary>
/// <remarks>https://datatracker.ietf.org/doc/html/rfc8446#section-5.1: a type, two bytes of version, two of length.</remarks>
internal sealed class TlsRecords
{
    private const int HeaderLength = 5;
    private const int FullRecord = 16 * 1024;

    private readonly byte[] _header = new byte[HeaderLength];
    private int _read;
    private int _left;
    private bool _wasFull;
    private bool _isLost;

    /// <summary>Whether the last record is there as a whole and is not a full one; also true when these are no records.</summary>
    public bool MayEndAnswer => _isLost || (_read == 0 && _left == 0 && !_wasFull);

    public void Follow(ReadOnlySpan<byte> sent)
    {
        while (!sent.IsEmpty && !_isLost)
            sent = sent[TakenFrom(sent)..];
    }

    private int TakenFrom(ReadOnlySpan<byte> sent)
    {
        if (_left > 0)
        {
            int skipped = Math.Min(_left, sent.Length);
            _left -= skipped;
            return skipped;
        }

        int taken = Math.Min(HeaderLength - _read, sent.Length);
        sent[..taken].CopyTo(_header.AsSpan(_read));
        _read += taken;
        if (_read == HeaderLength)
            Begin();
        return taken;
    }

    private void Begin()
    {
        _isLost = _header is not [>= 20 and <= 23, 3, <= 4, ..];
        _left = BinaryPrimitives.ReadUInt16BigEndian(_header.AsSpan(3));
        _wasFull = _left >= FullRecord;
        _read = 0;
    }
}
