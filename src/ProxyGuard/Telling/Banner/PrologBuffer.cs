using System.Buffers;
using ProxyGuard.Core.Html;

namespace ProxyGuard.Telling.Banner;

/// <summary>
/// A page's bytes from the upstream's stream until it is decided where the tag goes: takes them in, gives out at once what is
/// safe, and the tag in its place. Knows nothing of streams.
/// </summary>
/// <param name="placer">Decides.</param>
/// <param name="tag">Must have the length that the placer was told.</param>
/// <param name="counts">Are told what was decided.</param>
internal sealed class PrologBuffer(TagPlacer placer, ReadOnlyMemory<byte> tag, BannerCounts counts)
{
    // Room for what may be held while the encoding is looked for, and for a good piece behind it.
    private const int Size = 4 * TagPlacer.MostHeld;

    private readonly byte[] _bytes = ArrayPool<byte>.Shared.Rent(Size);
    private InsertionPoint _point = InsertionPoint.Undecided(0);
    private int _next;
    private int _end;
    private long _taken;
    private int _tagGiven;

    public bool IsDecided => _point.Kind is not InsertionPointKind.Undecided;

    public bool AwaitsCharset => placer.AwaitsCharset;

    public bool HasOutput => !NextPiece().IsEmpty;

    /// <summary>How many bytes wait for a decision.</summary>
    public int Held => IsDecided ? 0 : _end - Index(_point.Offset);

    /// <summary>Where the next bytes go. Moves the held bytes to the front, so not while a read still writes into the room.</summary>
    public Memory<byte> MakeRoom()
    {
        _bytes.AsSpan(_next.._end).CopyTo(_bytes);
        (_next, _end) = (0, _end - _next);
        return _bytes.AsMemory(_end);
    }

    /// <summary>So many bytes were written into the room; 0 means that the body is over.</summary>
    public void Take(int count)
    {
        ReadOnlySpan<byte> bytes = _bytes.AsSpan(_end, count);
        _end += count;
        _taken += count;
        Note(count == 0 ? placer.End() : placer.Feed(bytes));
    }

    public void StopWaiting() => Note(placer.StopWaiting());

    /// <summary>Fills the target as far as there is output, and returns how far.</summary>
    public int GiveOut(Span<byte> target)
    {
        int given = 0;
        while (given < target.Length && NextPiece() is { IsEmpty: false } piece)
        {
            piece = piece[..Math.Min(piece.Length, target.Length - given)];
            piece.CopyTo(target[given..]);
            given += piece.Length;
            if (IsTagNext)
                _tagGiven += piece.Length;
            else
                _next += piece.Length;
        }

        return given;
    }

    /// <summary>Only when no read writes into the room any more.</summary>
    public void Release() => ArrayPool<byte>.Shared.Return(_bytes);

    private bool IsTagNext => _point.Kind is InsertionPointKind.Insert && _tagGiven < tag.Length && _next == Index(_point.Offset);

    private ReadOnlySpan<byte> NextPiece()
    {
        if (IsTagNext)
            return tag.Span[_tagGiven..];

        bool stopsAtPoint = !IsDecided || (_point.Kind is InsertionPointKind.Insert && _tagGiven == 0);
        return _bytes.AsSpan(_next..(stopsAtPoint ? Index(_point.Offset) : _end));
    }

    // Bytes are only dropped from the front, so the last one taken is the fixed point.
    private int Index(long offset) => (int)(offset - (_taken - _end));

    private void Note(InsertionPoint point)
    {
        if (IsDecided)
            return;

        _point = point;
        counts.Add(point);
    }
}
