using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

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
/// <param name="source">Where it stands.</param>
/// <param name="name">As sent.</param>
/// <param name="value">As sent; empty without one.</param>
/// <param name="isEncoded">Whether name and value are percent-encoded; those of a form in parts are not.</param>
public sealed class RequestParameter(ParameterSource source, string name, string value, bool isEncoded)
{
    // A proxy, a web server and an application may each undo it once.
    private const int MostDecodings = 3;

    private const NumberStyles Hex = NumberStyles.AllowHexSpecifier;

    // Everybody reads these as they stand.
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

    // Asked for by each rule, and worked out once.
    private string[]? _names;

    public ParameterSource Source => source;

    /// <summary>As sent.</summary>
    public string Name => name;

    /// <summary>As sent.</summary>
    public string Value => value;

    /// <summary>Whether some reader finds this name in it.</summary>
    public bool MayBe(string wanted)
    {
        if (!name.AsSpan().ContainsAnyExcept(Plain))
            return name.Equals(wanted, StringComparison.OrdinalIgnoreCase);
        foreach (string reading in _names ??= [.. Readings(name).Select(Normalized)])
        {
            if (reading.Equals(wanted, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    /// <summary>What some reader finds as its value, without the blanks around it.</summary>
    public IEnumerable<string> Values => Readings(value).Select(static reading => reading.Trim());

    /// <summary>The value where every reader finds the same: null when its encoding is broken or it holds a control character.</summary>
    public string? PlainValue()
    {
        string? text = isEncoded ? Decoded(value) : value;
        return text is null || text.Any(char.IsControl) || text.Contains('\uFFFD') ? null : text;
    }

    private static IEnumerable<string> Readings(string text)
    {
        for (int round = 0; round <= MostDecodings; round++)
        {
            yield return text;
            string next = Uri.UnescapeDataString(text.Replace('+', ' '));
            if (next == text)
                yield break;
            text = next;
        }
    }

    private static string Normalized(string name)
    {
        string begun = name.TrimStart(' ');
        // What stands in brackets makes an array of it, which takes the name's place; a reader in C ends at a NUL.
        int end = begun.AsSpan().IndexOfAny('[', '\0');
        string plain = end > 0 ? begun[..end] : begun;
        return plain.Replace('.', '_').Replace(' ', '_').Replace('[', '_').Trim();
    }

    /// <summary>Strictly: null unless all of it is ASCII, every % begins an escape and the bytes are UTF-8.</summary>
    private static string? Decoded(string text)
    {
        if (!Ascii.IsValid(text))
            return null;
        byte[] bytes = new byte[text.Length];
        int length = 0;
        for (int index = 0; index < text.Length; index++, length++)
        {
            byte code = text[index] == '+' ? (byte)' ' : (byte)text[index];
            if (text[index] == '%')
            {
                if (index + 2 >= text.Length || !byte.TryParse(text.AsSpan(index + 1, 2), Hex, null, out code))
                    return null;
                index += 2;
            }

            bytes[length] = code;
        }

        return Utf8.IsValid(bytes.AsSpan(0, length)) ? Encoding.UTF8.GetString(bytes, 0, length) : null;
    }
}
