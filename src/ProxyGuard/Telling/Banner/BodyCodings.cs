using System.Collections.Frozen;
using System.Diagnostics;
using System.IO.Compression;
using ProxyGuard.Core.Html;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace ProxyGuard.Telling.Banner;

/// <summary>Every coding in which a page may come and go. All of them stream: of a page only a window is in memory.</summary>
internal static class BodyCodings
{
    // The most that a browser takes, as a power of two: 8 MB (RFC 9659, section 3).
    private const int LargestZstandardWindow = 23;

    private static readonly FrozenSet<ContentCoding> TellingTruncation =
        Enum.GetValues<ContentCoding>().Where(coding => coding == ContentCoding.Identity || RefusesTruncated(coding)).ToFrozenSet();

    /// <summary>
    /// False if this process takes a body that breaks off for one that is over: then the coding must be left alone, or half a page would be
    /// passed on as a whole one.
    /// </summary>
    public static bool TellsTruncation(ContentCoding coding) => TellingTruncation.Contains(coding);

    /// <summary>The body as it is read; with <see cref="ContentCoding.Identity"/> the same stream.</summary>
    /// <param name="coded">Disposed with what is returned.</param>
    /// <param name="coding">In which it came.</param>
    public static Stream Decode(Stream coded, ContentCoding coding) =>
        coding == ContentCoding.Identity ? coded : new DecodedBody(coded, coding);

    /// <summary>The body as it is sent; with <see cref="ContentCoding.Identity"/> the same stream.</summary>
    /// <param name="plain">Disposed with what is returned.</param>
    /// <param name="coding">In which it goes.</param>
    public static Stream Encode(Stream plain, ContentCoding coding) =>
        coding == ContentCoding.Identity ? plain : new EncodedBody(plain, coding);

    /// <param name="coded">Left open. Its first bytes have come already.</param>
    /// <param name="coding">Not <see cref="ContentCoding.Identity"/>.</param>
    /// <param name="isBare">Only for <see cref="ContentCoding.Deflate"/>: without zlib's header.</param>
    internal static Stream Decoder(Stream coded, ContentCoding coding, bool isBare = false)
    {
        switch (coding)
        {
            case ContentCoding.Gzip:
                return new GZipStream(coded, CompressionMode.Decompress, leaveOpen: true);
            case ContentCoding.Deflate when isBare:
                return new DeflateStream(coded, CompressionMode.Decompress, leaveOpen: true);
            case ContentCoding.Deflate:
                return new ZLibStream(coded, CompressionMode.Decompress, leaveOpen: true);
            case ContentCoding.Brotli:
                return new BrotliStream(coded, CompressionMode.Decompress, leaveOpen: true);
            case ContentCoding.Zstandard:
                var zstandard = new DecompressionStream(coded, leaveOpen: true);
                zstandard.SetParameter(ZSTD_dParameter.ZSTD_d_windowLogMax, LargestZstandardWindow);
                return zstandard;
            default:
                throw new UnreachableException($"coding {coding}");
        }
    }

    /// <param name="target">Left open.</param>
    /// <param name="coding">Not <see cref="ContentCoding.Identity"/>.</param>
    internal static Stream Encoder(Stream target, ContentCoding coding) => coding switch
    {
        ContentCoding.Gzip => new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true),
        ContentCoding.Deflate => new ZLibStream(target, CompressionLevel.Fastest, leaveOpen: true),
        ContentCoding.Brotli => new BrotliStream(target, CompressionLevel.Fastest, leaveOpen: true),
        ContentCoding.Zstandard => new CompressionStream(target, level: 1, leaveOpen: true),
        _ => throw new UnreachableException($"coding {coding}"),
    };

    // The runtime's switch for it is set in Directory.Build.props; whether it is there where we run is tried out.
    private static bool RefusesTruncated(ContentCoding coding)
    {
        using MemoryStream whole = new();
        using (Stream encoder = Encoder(whole, coding))
            encoder.Write("truncated"u8);

        try
        {
            using Stream decoder = Decoder(new MemoryStream(whole.GetBuffer(), 0, (int)whole.Length - 1), coding);
            decoder.CopyTo(Stream.Null);
            return false;
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            return true;
        }
    }
}
