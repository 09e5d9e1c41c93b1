using System.Text;
using System.Text.Unicode;
using ProxyGuard.Core.Requests;
using ProxyGuard.Telling.Pages;

namespace ProxyGuard.Telling.Refusals;

/// <summary>
/// The bytes of a form that is not forwarded, and what a member typed of them: texts only. Passwords, tokens and files are left out; what
/// cannot be read is simply not shown.
/// </summary>
internal sealed class SubmittedForm(KeptBytes? bytes, IReadOnlyList<TypedPart>? parts) : IDisposable
{
    /// <summary>Shown ones.</summary>
    private const int MostFields = 50;

    /// <summary>Of any kind, shown or not.</summary>
    public const int MostParts = 200;

    // A name is a word or two; more would only be shown.
    private const int LongestName = 100;

    /// <summary>No form, or nothing in it.</summary>
    public static SubmittedForm Nothing { get; } = new(null, null);

    public bool IsEmpty => bytes is null || bytes.Length == 0 && !bytes.IsGivenUp;

    /// <summary>There is a form, and there was no room to keep it.</summary>
    public bool IsLost => bytes is { IsGivenUp: true };

    /// <summary>In the form's order; of the form's own memory, which goes with it. To be called once: it unescapes in place.</summary>
    public IReadOnlyList<SubmittedField> Fields()
    {
        var typed = new List<SubmittedField>();
        if (bytes is null || bytes.IsGivenUp)
            return typed;
        if (parts is null)
            AddUrlEncoded(typed, bytes.Written);
        else
        {
            foreach (TypedPart part in parts)
                Add(typed, part.Name, bytes.Written.Slice(part.Start, part.Length));
        }

        return typed;
    }

    public void Dispose() => bytes?.Dispose();

    /// <summary>As https://url.spec.whatwg.org/#urlencoded-parsing has it, but for the encoding, which is always UTF-8 there.</summary>
    private static void AddUrlEncoded(List<SubmittedField> typed, Memory<byte> body)
    {
        for (int parts = 0; parts < MostParts && !body.IsEmpty; parts++)
        {
            int end = body.Span.IndexOf((byte)'&');
            Memory<byte> field = end < 0 ? body : body[..end];
            body = end < 0 ? default : body[(end + 1)..];
            int sign = field.Span.IndexOf((byte)'=');
            if (sign >= 0)
                Add(typed, NameOf(Unescaped(field[..sign])), Unescaped(field[(sign + 1)..]));
        }
    }

    public static string Shortened(string name) => name.Length <= LongestName ? name : name[..LongestName];

    private static string NameOf(ReadOnlyMemory<byte> bytes)
    {
        (ReadOnlyMemory<byte> text, bool isOldPage) = Read(bytes[..Math.Min(bytes.Length, LongestName)]);
        return (isOldPage ? SubmittedField.OldPages : Encoding.UTF8).GetString(text.Span);
    }

    /// <summary>In place: what is unescaped is never longer.</summary>
    private static Memory<byte> Unescaped(Memory<byte> escaped)
    {
        Span<byte> bytes = escaped.Span;
        int length = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            byte letter = bytes[i];
            if (letter == '+')
                letter = (byte)' ';
            else if (
                letter == '%' && i + 2 < bytes.Length && char.IsAsciiHexDigit((char)bytes[i + 1])
                    && char.IsAsciiHexDigit((char)bytes[i + 2]))
            {
                letter = (byte)(ValueOf(bytes[i + 1]) << 4 | ValueOf(bytes[i + 2]));
                i += 2;
            }

            bytes[length++] = letter;
        }

        return escaped[..length];
    }

    private static int ValueOf(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;

    private static (ReadOnlyMemory<byte> Text, bool IsOldPage) Read(ReadOnlyMemory<byte> bytes)
    {
        if (Utf8.IsValid(bytes.Span))
            return (bytes, false);
        // It may have been cut off within a letter. That an old page's letters happen to be UTF-8 is next to impossible.
        for (int cut = 1; cut <= 3 && cut < bytes.Length; cut++)
        {
            if (Utf8.IsValid(bytes.Span[..^cut]) && !Ascii.IsValid(bytes.Span[..^cut]))
                return (bytes[..^cut], false);
        }

        return (bytes, true);
    }

    private static void Add(List<SubmittedField> typed, string name, ReadOnlyMemory<byte> bytes)
    {
        if (typed.Count >= MostFields || FieldNames.IsSecret(name))
            return;
        (ReadOnlyMemory<byte> text, bool isOldPage) = Read(bytes);
        var field = new SubmittedField(name, text, isOldPage);
        if (!field.IsBlank)
            typed.Add(field);
    }
}

/// <summary>One text of a form in parts, by where it stands in the form's bytes.</summary>
internal readonly record struct TypedPart(string Name, int Start, int Length);
