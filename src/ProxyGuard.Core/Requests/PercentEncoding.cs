using System.Globalization;
using System.Text;

namespace ProxyGuard.Core.Requests;

/// <summary>
/// Percent-encoding (RFC 3986, section 2.1) as the most obliging reader undoes it: overlong UTF-8 is what it would be if it were shorter,
/// other bytes that are no UTF-8 are Latin-1, and <c>%u002F</c>, which IIS knows, is a slash. For comparing only, never for forwarding.
/// </summary>
internal static class PercentEncoding
{
    private const string Slashes = "/\\";

    /// <summary>Undoes it once.</summary>
    public static string Undo(string text) => Undo(text, stays: "");

    /// <summary>As one does who splits a path before decoding its segments: %2F and %5C stay what they are.</summary>
    public static string UndoButSlashes(string text) => Undo(text, Slashes);

    /// <summary>
    /// As a web server does that knows bytes only, and leaves what they mean to the next reader: each becomes one character, as in
    /// Latin-1.
    /// </summary>
    public static string UndoBytes(string text)
    {
        if (!text.Contains('%'))
            return text;
        var result = new StringBuilder(text.Length);
        ReadOnlySpan<char> rest = text;
        while (!rest.IsEmpty)
        {
            int code = ByteAt(rest, 0);
            result.Append(code < 0 ? rest[0] : (char)code);
            rest = rest[(code < 0 ? 1 : 3)..];
        }

        return result.ToString();
    }

    /// <summary>
    /// Overlong UTF-8 of two and three bytes, whose bytes are there already: it was encoded in part, or more than once.
    /// https://www.rfc-editor.org/rfc/rfc3629#section-10
    /// </summary>
    public static string Shortened(string text)
    {
        if (!text.AsSpan().ContainsAny('\u00C0', '\u00C1', '\u00E0'))
            return text;
        var result = new StringBuilder(text.Length);
        ReadOnlySpan<char> rest = text;
        while (!rest.IsEmpty)
        {
            (int code, int length) = rest switch
            {
                ['\u00C0' or '\u00C1', >= '\u0080' and <= '\u00BF', ..] => ((rest[0] & 1) << 6 | rest[1] & 0x3F, 2),
                ['\u00E0', >= '\u0080' and <= '\u009F', >= '\u0080' and <= '\u00BF', ..] => ((rest[1] & 0x1F) << 6 | rest[2] & 0x3F, 3),
                _ => (rest[0], 1),
            };
            result.Append((char)code);
            rest = rest[length..];
        }

        return result.ToString();
    }

    private static string Undo(string text, string stays)
    {
        if (!text.Contains('%'))
            return text;
        var result = new StringBuilder(text.Length);
        ReadOnlySpan<char> rest = text;
        while (!rest.IsEmpty)
        {
            int code = TakeCharacter(rest, out int length);
            if (code < 0 || code < 128 && stays.Contains((char)code))
                result.Append(rest[..length]);
            else if (code <= char.MaxValue)
                result.Append((char)code);
            else
                result.Append(char.ConvertFromUtf32(code));
            rest = rest[length..];
        }

        return result.ToString();
    }

    /// <summary>Negative: it stands for itself.</summary>
    private static int TakeCharacter(ReadOnlySpan<char> text, out int length)
    {
        length = 1;
        if (text is ['%', 'u' or 'U', ..] && text.Length >= 6 && TryHex(text[2..6], out int unit) && !char.IsSurrogate((char)unit))
        {
            length = 6;
            return unit;
        }

        int first = ByteAt(text, 0);
        if (first < 0)
            return -1;
        length = 3;
        int followers = int.LeadingZeroCount(~(first << 24)) - 1;
        if (followers is < 1 or > 5)
            return first;

        int code = first & (0x3F >> followers);
        for (int follower = 1; follower <= followers; follower++)
        {
            int next = ByteAt(text, 3 * follower);
            if (next is < 0x80 or > 0xBF)
                return first;
            code = code << 6 | next & 0x3F;
        }

        if (code is < 0 or > 0x10FFFF or (>= 0xD800 and <= 0xDFFF))
            return first;
        length = 3 * (followers + 1);
        return code;
    }

    private static int ByteAt(ReadOnlySpan<char> text, int index) =>
        index + 3 <= text.Length && text[index] == '%' && TryHex(text.Slice(index + 1, 2), out int value) ? value : -1;

    private static bool TryHex(ReadOnlySpan<char> digits, out int value) =>
        int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
}
