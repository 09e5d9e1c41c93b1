using System.Globalization;

namespace ProxyGuard.Core.Html;

/// <summary>How a body is compressed: <see href="https://www.iana.org/assignments/http-parameters">the codings that browsers take</see>.</summary>
public enum ContentCoding
{
    Identity,
    Gzip,
    Deflate,
    Brotli,
    Zstandard,
}

/// <summary>Reads Content-Encoding and Accept-Encoding.</summary>
public static class ContentCodings
{
    /// <summary>Null for a coding that we do not know, and for several of them on top of each other.</summary>
    /// <param name="contentEncoding">All lines joined with commas; null or empty for none.</param>
    public static ContentCoding? Parse(string? contentEncoding) => contentEncoding.AsSpan().Trim(" \t") switch
    {
        "" => ContentCoding.Identity,
        var name when Is(name, "identity") => ContentCoding.Identity,
        // RFC 9110, section 8.4.1.3.
        var name when Is(name, "gzip") || Is(name, "x-gzip") => ContentCoding.Gzip,
        var name when Is(name, "deflate") => ContentCoding.Deflate,
        var name when Is(name, "br") => ContentCoding.Brotli,
        var name when Is(name, "zstd") => ContentCoding.Zstandard,
        _ => null,
    };

    /// <summary>
    /// Whether a client takes the coding: RFC 9110, section 12.5.3. Not where it says nothing, although it might then be sent anything: who
    /// asks so is a simple program.
    /// </summary>
    /// <param name="coding">One that we know.</param>
    /// <param name="acceptEncoding">All lines joined with commas; null or empty for none.</param>
    public static bool IsAccepted(ContentCoding coding, string? acceptEncoding)
    {
        bool takesOthers = false;
        ReadOnlySpan<char> rest = acceptEncoding;
        while (!rest.IsEmpty)
        {
            ReadOnlySpan<char> weight = HeaderList.Cut(ref rest, ',');
            ReadOnlySpan<char> name = HeaderList.Cut(ref weight, ';');
            if (name is "*")
                takesOthers = !IsZero(weight);
            else if (!name.IsEmpty && Parse(name.ToString()) == coding)
                return !IsZero(weight);
        }

        return takesOthers;
    }

    // RFC 9110, section 12.4.2. What is no number is 1, as if it were not there.
    private static bool IsZero(ReadOnlySpan<char> weight) =>
        HeaderList.Cut(ref weight, '=').Equals("q", StringComparison.OrdinalIgnoreCase)
        && double.TryParse(weight.Trim(" \t"), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double q) && q == 0;

    private static bool Is(ReadOnlySpan<char> name, string coding) => name.Equals(coding, StringComparison.OrdinalIgnoreCase);
}
