namespace ProxyGuard.Core.ReadPort;

/// <summary>Cuts what one side sends into packets, however it arrives, and hands over how each begins.</summary>
/// <remarks>https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_packets.html: three bytes of length, one of
/// sequence.</remarks>
internal abstract class PacketFollower
{
    /// <summary>The longest payload; what goes on with another packet has it.</summary>
    protected const int MaxPayload = 0xFFFFFF;

    private const int HeaderLength = 4;

    // The most of a packet that has to be seen: a greeting, up to its capabilities, behind a version of sixty characters.
    private const int Telling = 96;

    private readonly byte[] _start = new byte[HeaderLength + Telling];
    private int _started;
    private int _left;
    private bool _continues;

    /// <summary>Whether the last packet is there as a whole.</summary>
    protected bool IsBetweenPackets => _started == 0 && _left == 0 && !_continues;

    /// <summary>Nothing is followed any more; what comes is not in packets, or not in any that we know.</summary>
    protected bool HasStopped { get; private set; }

    public void Follow(ReadOnlySpan<byte> sent)
    {
        while (!sent.IsEmpty && !HasStopped)
            sent = sent[TakenFrom(sent)..];
    }

    /// <param name="start">The payload's beginning, or all of it.</param>
    /// <param name="length">Of the whole payload, which need not be there yet; with <see cref="MaxPayload"/> more packets belong to
    /// it.</param>
    protected abstract void Read(ReadOnlySpan<byte> start, int length, byte sequence);

    protected void Stop() => HasStopped = true;

    private int TakenFrom(ReadOnlySpan<byte> sent)
    {
        if (_left > 0)
            return Skip(sent);
        if (_started > 0 || sent.Length < HeaderLength || sent.Length - HeaderLength < LengthIn(sent))
            return Gather(sent);
        int length = LengthIn(sent);
        Begin(sent.Slice(HeaderLength, length), length, sent[3]);
        return HeaderLength + length;
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
        int needed = _started < HeaderLength ? HeaderLength : HeaderLength + Math.Min(LengthIn(_start), Telling);
        int taken = Math.Min(needed - _started, sent.Length);
        sent[..taken].CopyTo(_start.AsSpan(_started));
        _started += taken;
        if (_started < HeaderLength)
            return taken;

        int length = LengthIn(_start);
        int telling = Math.Min(length, Telling);
        if (_started < HeaderLength + telling)
            return taken;
        _left = length - telling;
        _started = 0;
        Begin(_start.AsSpan(HeaderLength, telling), length, _start[3]);
        return taken;
    }

    private void Begin(ReadOnlySpan<byte> start, int length, byte sequence)
    {
        // What goes on from the packet before begins with anything.
        bool isContinued = _continues;
        _continues = length == MaxPayload;
        if (!isContinued)
            Read(start, length, sequence);
        else
            ReadOn(sequence);
    }

    /// <summary>A packet that belongs to the one before it.</summary>
    protected virtual void ReadOn(byte sequence)
    {
    }

    private static int LengthIn(ReadOnlySpan<byte> header) => header[0] | header[1] << 8 | header[2] << 16;
}
