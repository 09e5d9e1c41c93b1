using ProxyGuard.Core.Html;
using ProxyGuard.Ground.Hosting;

namespace ProxyGuard.Telling.Banner;

/// <summary>
/// A body compressed as it is sent. Whatever came is flushed at once, so that a page that is sent slowly is seen as it comes; a page that
/// breaks off never gets its end.
/// </summary>
internal sealed class EncodedBody : PassingBody
{
    // What a decoder gives out at a time: flushing after it costs some ten bytes.
    private const int PieceSize = 16 * 1024;

    private readonly Stream _plain;
    private readonly Stream _encoder;
    private readonly MemoryStream _coded = new();
    private readonly byte[] _piece = new byte[PieceSize];
    private bool _isOver;

    public EncodedBody(Stream plain, ContentCoding coding)
    {
        _plain = plain;
        _encoder = BodyCodings.Encoder(_coded, coding);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_coded.Position == _coded.Length && !_isOver && !buffer.IsEmpty)
            Encode(await _plain.ReadAsync(_piece, cancellationToken));
        return _coded.Read(buffer.Span);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _encoder.Dispose();
            _plain.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Encode(int count)
    {
        _coded.SetLength(0);
        _isOver = count == 0;
        if (_isOver)
        {
            _encoder.Dispose();
        }
        else
        {
            _encoder.Write(_piece, 0, count);
            _encoder.Flush();
        }

        _coded.Position = 0;
    }
}
