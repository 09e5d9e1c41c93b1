using ProxyGuard.Core.Html;
using ProxyGuard.Ground.Hosting;

namespace ProxyGuard.Telling.Banner;

/// <summary>
/// A compressed body as it is read. Over only when what it came in is over too: a body that breaks off behind its compressed page is as
/// broken as without us.
/// </summary>
internal sealed class DecodedBody(Stream coded, ContentCoding coding) : PassingBody
{
    private Stream? _decoder;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // The question whether bytes are there, which no decoder answers alike.
        if (buffer.IsEmpty)
            return 0;
        _decoder ??= await BeginAsync(cancellationToken);
        int count = await _decoder.ReadAsync(buffer, cancellationToken);
        if (count > 0)
            return count;
        while (await coded.ReadAsync(buffer, cancellationToken) > 0)
        {
            // What follows the compressed page is no part of it, for browsers neither.
        }

        return 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _decoder?.Dispose();
            coded.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>
    /// "deflate" is zlib's format (RFC 9110, section 8.4.1.2), but many servers send it without zlib's header, and browsers take both.
    /// </summary>
    private async ValueTask<Stream> BeginAsync(CancellationToken cancellationToken)
    {
        if (coding != ContentCoding.Deflate)
            return BodyCodings.Decoder(coded, coding);
        byte[] first = new byte[2];
        int count = await coded.ReadAtLeastAsync(first, first.Length, throwOnEndOfStream: false, cancellationToken);
        // RFC 1950, section 2.2: method 8, and a multiple of 31.
        bool hasHeader = count == 2 && (first[0] & 0x8F) == 8 && ((first[0] << 8) + first[1]) % 31 == 0;
        return BodyCodings.Decoder(new Rejoined(first.AsMemory(0, count), coded), coding, isBare: !hasHeader);
    }

    private sealed class Rejoined(ReadOnlyMemory<byte> first, Stream rest) : PassingBody
    {
        private ReadOnlyMemory<byte> _first = first;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_first.IsEmpty)
                return rest.ReadAsync(buffer, cancellationToken);
            int count = Math.Min(buffer.Length, _first.Length);
            _first[..count].CopyTo(buffer);
            _first = _first[count..];
            return ValueTask.FromResult(count);
        }
    }
}
