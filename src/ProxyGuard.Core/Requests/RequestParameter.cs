using System.Text;

namespace ProxyGuard.Core.Requests;

/// <summary>Where a parameter of a request stands. Old applications take all of them from one list (PHP's <c>$_REQUEST</c>).</summary>
public enum ParameterSource
{
    Query,

    /// <summary>The body, where it is a form.</summary>
    Form,

    Cookie,
}

/// <summary>
/// One name with its value, as it was sent. Names are read as PHP reads them, the widest of their readers: percent-decoded, without leading
/// spaces, and with <c>.</c>, a space and <c>[</c> for <c>_</c> (https://www.php.net/manual/en/language.variables.external.php).
/// </summary>
/// <param name="Name">As sent.</param>
/// <param name="Value">As sent; empty without one.</param>
/// <param name="IsEncoded">Whether name and value are percent-encoded; those of a form in parts are not.</param>
public readonly record struct RequestParameter(ParameterSource Source, string Name, string Value, bool IsEncoded)
{
    // A proxy, a web server and an application may each undo it once.
    private const int MostDecodings = 3;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Whether some reader finds this name in it.</summary>
    public bool MayBe(string name) => Any(Name, reading => Normalized(reading).Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether some reader's value fits; blanks around it do not matter.</summary>
    public bool MayHave(Func<string, bool> fits) => Any(Value, reading => fits(reading.Trim()));

    /// <summary>The value where every reader finds the same: null when its encoding is broken or it holds a control character.</summary>
    public string? PlainValue()
    {
        string? text = IsEncoded ? Decoded(Value) : Value;
        return text is null || text.Any(char.IsControl) || text.Contains('\uFFFD') ? null : text;
    }

    private static bool Any(string text, Func<string, bool> fits)
    {
        for (int round = 0; round <= MostDecodings; round++)
        {
            if (fits(text))
                return true;
            string next = Uri.UnescapeDataString(text.Replace('+', ' '));
            if (next == text)
                break;
            text = next;
        }

        return false;
    }

    private static string Normalized(string name)
    {
        string begun = name.TrimStart(' ');
        // What stands in brackets makes an array of it, which takes the name's place; a reader in C ends at a NUL.
        int end = begun.AsSpan().IndexOfAny('[', '\0');
        string plain = end > 0 ? begun[..end] : begun;
        return plain.Replace('.', '_').Replace(' ', '_').Replace('[', '_').Trim();
    }

    /// <summary>Strictly: null unless every % begins an escape and the bytes are UTF-8.</summary>
    private static string? Decoded(string text)
    {
        if (!text.AsSpan().ContainsAny('%', '+'))
            return text;
        var bytes = new List<byte>(text.Length);
        for (int index = 0; index < text.Length; index++)
        {
            if (text[index] != '%')
            {
                bytes.AddRange(Strict.GetBytes(text[index] == '+' ? " " : text[index].ToString()));
            }
            else if (index + 2 < text.Length && char.IsAsciiHexDigit(text[index + 1]) && char.IsAsciiHexDigit(text[index + 2]))
            {
                bytes.Add(Convert.ToByte(text.Substring(index + 1, 2), 16));
                index += 2;
            }
            else
            {
                return null;
            }
        }

        try
        {
            return Strict.GetString([.. bytes]);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
