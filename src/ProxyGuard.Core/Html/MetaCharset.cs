using System.Text;

namespace ProxyGuard.Core.Html;

/// <summary>What a <c>meta</c> says about the page's encoding.</summary>
/// <param name="Encoding">The encoding's name in the Encoding standard, such as <c>windows-1252</c>.</param>
/// <param name="End">How many bytes of the page had to be read to know it.</param>
public readonly record struct MetaEncoding(string Encoding, int End);

/// <summary>
/// "Prescan a byte stream to determine its encoding", WHATWG HTML 13.2.3.2, without the UTF-16 XML declaration: a page with NUL
/// bytes is refused before that.
/// </summary>
public static class MetaCharset
{
    /// <summary>How many bytes browsers look at.</summary>
    public const int Window = 1024;

    /// <summary>Null if the bytes name no encoding that browsers know; more bytes may, but never change what was found.</summary>
    public static MetaEncoding? Find(ReadOnlySpan<byte> page)
    {
        page = page[..Math.Min(page.Length, Window)];
        AttributeReader reader = new(page);
        while (reader.Position < page.Length)
        {
            ReadOnlySpan<byte> rest = page[reader.Position..];
            if (rest[0] != '<')
                reader.Position++;
            else if (rest.StartsWith("<!--"u8))
                reader.SkipPast("-->"u8, 2);
            else if (IsMeta(rest))
            {
                reader.Position += "<meta"u8.Length;
                string? encoding = ReadMeta(ref reader);
                // A meta without its '>' yet: the algorithm ran out of bytes.
                if (encoding is not null && reader.Position < page.Length)
                    return new MetaEncoding(encoding, reader.Position + 1);
                reader.Position++;
            }
            else if (IsTag(rest))
                reader.SkipTag();
            else if (rest.Length > 1 && rest[1] is (byte)'!' or (byte)'/' or (byte)'?')
                reader.SkipPast(">"u8, 1);
            else
                reader.Position++;
        }

        return null;
    }

    private static bool IsMeta(ReadOnlySpan<byte> rest) =>
        rest.Length > 5 && System.Text.Ascii.EqualsIgnoreCase(rest[..5], "<meta"u8) && (rest[5] == '/' || Ascii.IsSpace(rest[5]));

    private static bool IsTag(ReadOnlySpan<byte> rest) =>
        rest.Length > 2 && Ascii.IsLetter(rest[1] == '/' ? rest[2] : rest[1]);

    private static string? ReadMeta(ref AttributeReader reader)
    {
        HashSet<string> seen = [];
        bool isPragma = false;
        bool? needsPragma = null;
        string? encoding = null;
        while (reader.Next(out string name, out string value))
        {
            if (!seen.Add(name))
                continue;

            if (name == "http-equiv" && value == "content-type")
                isPragma = true;
            else if (name == "content" && encoding is null && FromContent(value) is { } named)
                (encoding, needsPragma) = (named, true);
            else if (name == "charset")
                (encoding, needsPragma) = (EncodingLabels.Find(value), false);
        }

        if (needsPragma is null || (needsPragma is true && !isPragma))
            return null;

        return encoding switch
        {
            // Bytes that could be read as ASCII so far cannot be these (13.2.3.2, last steps).
            "UTF-16BE" or "UTF-16LE" => "UTF-8",
            "x-user-defined" => "windows-1252",
            _ => encoding,
        };
    }

    /// <summary>"Extract a character encoding from a meta element", WHATWG HTML 2.6.5: <c>text/html; charset=…</c>.</summary>
    private static string? FromContent(string content)
    {
        ReadOnlySpan<char> rest = content;
        while (rest.IndexOf("charset", StringComparison.Ordinal) is >= 0 and var found)
        {
            rest = rest[(found + "charset".Length)..].TrimStart("\t\n\f\r ");
            if (rest.IsEmpty || rest[0] != '=')
                continue;

            rest = rest[1..].TrimStart("\t\n\f\r ");
            if (rest.IsEmpty)
                return null;

            if (rest[0] is not ('"' or '\''))
                return EncodingLabels.Find(rest[..IndexOrEnd(rest, "\t\n\f\r ;")]);

            int close = rest[1..].IndexOf(rest[0]);
            return close < 0 ? null : EncodingLabels.Find(rest.Slice(1, close));
        }

        return null;
    }

    private static int IndexOrEnd(ReadOnlySpan<char> text, ReadOnlySpan<char> any) =>
        text.IndexOfAny(any) is >= 0 and var index ? index : text.Length;

    /// <summary>"Get an attribute", WHATWG HTML 13.2.3.2: cruder than the tokenizer, and on purpose not shared with it.</summary>
    private ref struct AttributeReader(ReadOnlySpan<byte> page)
    {
        private readonly ReadOnlySpan<byte> _page = page;

        /// <summary>The page's length or more: the bytes ran out.</summary>
        public int Position;

        /// <summary>To behind the first such end; its first <paramref name="shared"/> bytes may belong to the opening.</summary>
        public void SkipPast(ReadOnlySpan<byte> end, int shared)
        {
            int from = Math.Min(Position + shared, _page.Length);
            int found = _page[from..].IndexOf(end);
            Position = found < 0 ? _page.Length : from + found + end.Length;
        }

        public void SkipTag()
        {
            while (Position < _page.Length && _page[Position] != '>' && !Ascii.IsSpace(_page[Position]))
                Position++;
            while (Next(out _, out _))
            {
            }

            Position++;
        }

        /// <summary>False at the tag's <c>&gt;</c>, where the position stays, and when the bytes run out.</summary>
        public bool Next(out string name, out string value)
        {
            (name, value) = ("", "");
            while (Has && (_page[Position] == '/' || Ascii.IsSpace(_page[Position])))
                Position++;
            if (!Has || _page[Position] == '>')
                return false;

            int start = Position;
            while (Has && !EndsAttribute(_page[Position], Position - start))
                Position++;
            name = Lower(_page[start..Position]);
            SkipSpaces();
            if (!Has || _page[Position] != '=')
                return Has;

            Position++;
            SkipSpaces();
            return Has && ReadValue(out value);
        }

        private readonly bool Has => Position < _page.Length;

        private static bool EndsAttribute(byte b, int length) =>
            b is (byte)'/' or (byte)'>' || Ascii.IsSpace(b) || (b == '=' && length > 0);

        private bool ReadValue(out string value)
        {
            byte quote = _page[Position];
            bool isQuoted = quote is (byte)'"' or (byte)'\'';
            int start = isQuoted ? ++Position : Position;
            while (Has && (isQuoted ? _page[Position] != quote : _page[Position] != '>' && !Ascii.IsSpace(_page[Position])))
                Position++;

            value = Lower(_page[start..Position]);
            if (!Has)
                return false;
            Position += isQuoted ? 1 : 0;
            return true;
        }

        private void SkipSpaces()
        {
            while (Has && Ascii.IsSpace(_page[Position]))
                Position++;
        }

        private static string Lower(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes).ToLowerInvariant();
    }
}
