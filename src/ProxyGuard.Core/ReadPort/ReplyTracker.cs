using System.Buffers.Binary;

namespace ProxyGuard.Core.ReadPort;

/// <summary>
/// Follows what a server sends, packet by packet, and says whether its last packet ends a reply. It keeps no account of commands, so that it is never out of step;
/// what it cannot tell it takes for a reply under way.
/// </summary>
/// <remarks>
/// https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_packets.html: three bytes of length, one of sequence. A server hands over its buffer
/// when that is full, which is in the middle of a packet, and at the end of a reply.
/// </remarks>
internal sealed class ReplyTracker
{
    private const int HeaderLength = 4;
    private const int MaxPayload = 0xFFFFFF;

    // An OK packet up to its status: its kind, two numbers of up to nine bytes each, two bytes.
    private const int Telling = 1 + 9 + 9 + 2;

    // SERVER_STATUS_IN_TRANS and SERVER_MORE_RESULTS_EXISTS.
    private const int Unfinished = 0x0001 | 0x0008;

    private readonly byte[] _start = new byte[HeaderLength + Telling];
    private int _started;
    private int _left;
    private bool _continues;
    private bool _lastEnds;

    /// <summary>Whether the last packet is there as a whole and ends a reply, with no further result and no transaction open.</summary>
    public bool IsAtEnd => _started == 0 && _left == 0 && _lastEnds;

    public void Follow(ReadOnlySpan<byte> sent)
    {
        while (!sent.IsEmpty)
            sent = sent[TakenFrom(sent)..];
    }

    private int TakenFrom(ReadOnlySpan<byte> sent)
    {
        if (_left > 0)
            return Skip(sent);
        if (_started > 0 || sent.Length < HeaderLength || sent.Length - HeaderLength < PayloadLength(sent))
            return Gather(sent);
        int payload = PayloadLength(sent);
        Complete(sent.Slice(HeaderLength, payload), payload);
        return HeaderLength + payload;
    }

    private int Skip(ReadOnlySpan<byte> sent)
    {
        int taken = Math.Min(_left, sent.Length);
        _left -= taken;
        return taken;
    }

    // The packet that the bytes at hand end in: its beginning is kept until it can be judged.
    private int Gather(ReadOnlySpan<byte> sent)
    {
        int needed = _started < HeaderLength ? HeaderLength : HeaderLength + Math.Min(PayloadLength(_start), Telling);
        int taken = Math.Min(needed - _started, sent.Length);
        sent[..taken].CopyTo(_start.AsSpan(_started));
        _started += taken;
        if (_started < HeaderLength)
            return taken;

        int payload = PayloadLength(_start);
        int telling = Math.Min(payload, Telling);
        if (_started < HeaderLength + telling)
            return taken;
        Complete(_start.AsSpan(HeaderLength, telling), payload);
        _left = payload - telling;
        _started = 0;
        return taken;
    }

    private void Complete(ReadOnlySpan<byte> start, int payload)
    {
        // What goes on from the packet before begins with anything.
        _lastEnds = !_continues && EndsReply(start, payload);
        _continues = payload == MaxPayload;
    }

    private static int PayloadLength(ReadOnlySpan<byte> header) => header[0] | header[1] << 8 | header[2] << 16;

    private static bool EndsReply(ReadOnlySpan<byte> start, int payload) => payload == 0 ? false : start[0] switch
    {
        // MariaDB reports progress as an error of this number, https://mariadb.com/kb/en/err_packet/
        0xFF => payload >= 3 && BinaryPrimitives.ReadUInt16LittleEndian(start[1..]) != 0xFFFF,
        0xFE when payload == 5 => IsFinished(start[3..]),
        0x00 or 0xFE when payload >= 7 => IsFinished(AfterNumber(AfterNumber(start[1..]))),
        _ => false,
    };

    private static bool IsFinished(ReadOnlySpan<byte> status) =>
        status.Length >= 2 && (BinaryPrimitives.ReadUInt16LittleEndian(status) & Unfinished) == 0;

    // https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_dt_integers.html
    private static ReadOnlySpan<byte> AfterNumber(ReadOnlySpan<byte> bytes)
    {
        int length = bytes.IsEmpty ? 0 : bytes[0] switch { 0xFC => 3, 0xFD => 4, 0xFE => 9, _ => 1 };
        return bytes[Math.Min(length, bytes.Length)..];
    }
}
