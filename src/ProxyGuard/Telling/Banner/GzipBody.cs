using System.IO.Compression;

namespace ProxyGuard.Telling.Banner;

/// <summary>
/// Decodes a gzip body as it streams. By default <see cref="GZipStream"/> takes a body that breaks off for one that is over,
/// and a proxy would pass half a page on as a whole one.
/// </summary>
internal static class GzipBody
{
    /// <summary>False if this process cannot tell a truncated body: then gzip must be left alone.</summary>
    public static readonly bool TellsTruncation = TryIt();

    public static Stream Decode(Stream compressed) => new GZipStream(compressed, CompressionMode.Decompress);

    // The runtime's switch for it is set in Directory.Build.props; whether it is there where we run is tried out.
    private static bool TryIt()
    {
        using MemoryStream whole = new();
        using (GZipStream gzip = new(whole, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write("truncated"u8);

        try
        {
            using Stream decoded = Decode(new MemoryStream(whole.GetBuffer(), 0, (int)whole.Length - 1));
            decoded.CopyTo(Stream.Null);
            return false;
        }
        catch (InvalidDataException)
        {
            return true;
        }
    }
}
