using System.Buffers;

namespace ProxyGuard.Core.Requests;

/// <summary>The value of a header field, one byte a letter, as it may be sent on: RFC 9110, section 5.5.</summary>
public static class FieldValue
{
    // TAB is a blank like any other.
    private static readonly SearchValues<char> Controls = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Append(0x7F).Select(code => (char)code).Where(letter => letter != '\t')]);

    /// <summary>Whether no control byte is in it, which is so for nearly all.</summary>
    public static bool IsClean(ReadOnlySpan<char> value) => !value.ContainsAny(Controls);

    /// <summary>The same with a blank for each control byte.</summary>
    public static string Clean(string value) => string.Create(value.Length, value, static (clean, value) =>
    {
        value.CopyTo(clean);
        clean.ReplaceAny(Controls, ' ');
    });
}
