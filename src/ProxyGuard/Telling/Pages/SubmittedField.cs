using System.Buffers;
using System.Text;

namespace ProxyGuard.Telling.Pages;

/// <summary>What a member typed into one field of the refused form. The caller leaves out passwords and tokens.</summary>
/// <param name="Name">The form's own name for the field.</param>
/// <param name="Text">As it was sent, unescaped; valid only as long as the form is kept.</param>
/// <param name="IsOldPage">Its letters are windows-1252, else UTF-8.</param>
internal sealed record SubmittedField(string Name, ReadOnlyMemory<byte> Text, bool IsOldPage)
{
    // From here on a member has thought about it.
    private const int LongBytes = 200;

    // Shorter ones may be a word or a year.
    private const int LeastId = 12;

    private const int MostRows = 16;
    private const int BytesPerRow = 70;

    // A browser encodes a form as the page is encoded and does not say how. What is not UTF-8 comes from an old page, and those of our
    // languages are in this.
    public static readonly Encoding OldPages = CodePagesEncodingProvider.Instance.GetEncoding(1252)!;

    private static readonly byte[][] OfUtf8 = MarkupOf(letter => [letter]);
    private static readonly byte[][] OfOldPages = MarkupOf(letter => Encoding.UTF8.GetBytes(OldPages.GetString([letter])));

    private static readonly SearchValues<byte> IdLetters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=_-"u8);

    public static SubmittedField Of(string name, string text) => new(name, Encoding.UTF8.GetBytes(text), IsOldPage: false);

    public bool IsBlank => Text.Span.IndexOfAnyExcept(" \t\r\n\f"u8) < 0;

    public bool IsLong => Text.Length >= LongBytes;

    /// <summary>A number, or one long word with digits in it: what forms carry for themselves.</summary>
    public bool IsMachineMade
    {
        get
        {
            ReadOnlySpan<byte> text = Text.Span;
            bool hasDigits = text.IndexOfAnyInRange((byte)'0', (byte)'9') >= 0;
            return text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0 || text.Length >= LeastId && hasDigits
                && text.IndexOfAnyExcept(IdLetters) < 0;
        }
    }

    /// <summary>Lines of a field that shows it.</summary>
    public int Rows
    {
        get
        {
            int rows = 0;
            ReadOnlySpan<byte> left = Text.Span;
            while (rows < MostRows)
            {
                int line = left.IndexOf((byte)'\n');
                rows += 1 + (line < 0 ? left.Length : line) / BytesPerRow;
                if (line < 0)
                    break;
                left = left[(line + 1)..];
            }

            return Math.Min(rows, MostRows);
        }
    }

    /// <summary>
    /// Writes as much of it as fits, as text of a textarea: nothing in there ends it but <c>&lt;/textarea</c>, and only <c>&amp;</c> means
    /// anything else
    /// (https://html.spec.whatwg.org/multipage/parsing.html#rcdata-state). So quotes stay one byte, and a page is not much longer than its
    /// texts.
    /// </summary>
    /// <param name="done">Bytes of <see cref="Text"/> that are written.</param>
    /// <returns>Bytes that were written.</returns>
    public int WriteTo(Span<byte> destination, ref int done)
    {
        byte[][] markup = IsOldPage ? OfOldPages : OfUtf8;
        ReadOnlySpan<byte> text = Text.Span;
        int written = 0;
        while (done < text.Length)
        {
            byte[] letter = markup[text[done]];
            if (letter.Length > destination.Length - written)
                break;
            foreach (byte part in letter)
                destination[written++] = part;
            done++;
        }

        return written;
    }

    // HTML cannot show U+0000 at all.
    private static byte[][] MarkupOf(Func<byte, byte[]> letters) =>
    [
        .. Enumerable.Range(0, 256).Select(letter => letter switch
        {
            0 => "\uFFFD"u8.ToArray(),
            '&' => "&amp;"u8.ToArray(),
            '<' => "&lt;"u8.ToArray(),
            '>' => "&gt;"u8.ToArray(),
            _ => letters((byte)letter),
        }),
    ];
}
