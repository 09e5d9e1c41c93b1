using System.Buffers;
using System.Text;

namespace ProxyGuard.Telling.Pages;

/// <summary>A page that is written piece by piece, so that what a member typed is never held a second time.</summary>
/// <param name="markup">The page, with <see cref="LongText"/> wherever one of the texts belongs.</param>
/// <param name="texts">In their order on the page.</param>
internal sealed class RenderedPage(string markup, IReadOnlyList<SubmittedField> texts)
{
    /// <summary>No character (https://www.unicode.org/faq/private_use.html#noncharacters), so that what was encoded never holds
    /// it.</summary>
    public const char LongText = '\uFFFF';

    // What is asked of a writer at once; more than the longest letter has.
    private const int LeastRoom = 1024;

    private readonly string[] _markup = markup.Split(LongText);
    private int _piece;
    private int _done;

    /// <summary>Writes the next part of it.</summary>
    /// <param name="about">When to stop, in bytes.</param>
    /// <returns>Whether there is more.</returns>
    public bool WriteNext(IBufferWriter<byte> output, int about)
    {
        for (long written = 0; written < about;)
        {
            // Markup has the even numbers, texts the odd ones.
            (int index, bool isText) = (_piece / 2, _piece % 2 == 1);
            if (isText)
                written += WriteText(texts[index], output);
            else
            {
                written += Encoding.UTF8.GetBytes(_markup[index], output);
                _piece++;
            }

            if (_piece > texts.Count * 2)
                return false;
        }

        return true;
    }

    private int WriteText(SubmittedField text, IBufferWriter<byte> output)
    {
        int written = text.WriteTo(output.GetSpan(LeastRoom), ref _done);
        output.Advance(written);
        if (_done == text.Text.Length)
            (_piece, _done) = (_piece + 1, 0);
        return written;
    }

    /// <summary>All of it, once.</summary>
    public byte[] ToBytes()
    {
        var bytes = new ArrayBufferWriter<byte>(markup.Length);
        while (WriteNext(bytes, int.MaxValue))
        {
            // Until there is no more.
        }

        return bytes.WrittenSpan.ToArray();
    }
}
