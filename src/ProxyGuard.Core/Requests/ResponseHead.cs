namespace ProxyGuard.Core.Requests;

/// <summary>
/// The first bytes of what an HTTP/1.1 server answers: any number of interim responses (1xx), then the final one. RFC 9112, section 4.
/// </summary>
public static class ResponseHead
{
    /// <summary>The status line with its line feed, in bytes; 0 while it is not all there.</summary>
    public static int StatusLineLength(ReadOnlySpan<byte> bytes) => bytes.IndexOf((byte)'\n') + 1;

    /// <summary>The head with the empty line that ends it, in bytes; 0 while it is not all there. A line feed alone ends a line.</summary>
    public static int Length(ReadOnlySpan<byte> bytes)
    {
        for (int end = StatusLineLength(bytes), line; end > 0 && (line = StatusLineLength(bytes[end..])) > 0; end += line)
        {
            if (bytes.Slice(end, line) is [(byte)'\n'] or [(byte)'\r', (byte)'\n'])
                return end + line;
        }

        return 0;
    }

    /// <summary>Null where it is none, so that others may judge it.</summary>
    public static int? Status(ReadOnlySpan<byte> statusLine) =>
        statusLine.Length > 12 && statusLine.StartsWith("HTTP/1."u8) && statusLine[8] == ' '
            && int.TryParse(statusLine.Slice(9, 3), System.Globalization.NumberStyles.None, null, out int status)
            ? status
            : null;

    /// <summary>Another head follows: RFC 9110, section 15.2. Not 101, after which the connection speaks something else.</summary>
    public static bool IsInterim(int? status) => status is >= 100 and < 200 and not 101;

    /// <summary>
    /// An answer after which the rest of a request's body is not wanted: RFC 9110, section 10.1.1 and 15. Not a success, for one that comes
    /// early may be about the part that has come, and its application may still be reading.
    /// </summary>
    public static bool EndsRequest(int? status) => status >= 300;
}
