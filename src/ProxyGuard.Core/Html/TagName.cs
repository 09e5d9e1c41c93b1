using System.Runtime.CompilerServices;

namespace ProxyGuard.Core.Html;

/// <summary>A tag's name in lower case as long as it may still be one of those that matter; the longest is <c>frameset</c>.</summary>
internal struct TagName
{
    private const int Longest = 8;

    private Letters _letters;
    private int _length;

    /// <summary>True once the name is too long to be one that matters.</summary>
    public readonly bool IsForeign => _length > Longest;

    public void Append(byte b)
    {
        if (_length < Longest)
            _letters[_length] = Ascii.Lower(b);

        _length = Math.Min(_length + 1, Longest + 1);
    }

    public readonly bool Is(ReadOnlySpan<byte> lower) =>
        _length <= Longest && ((ReadOnlySpan<byte>)_letters)[.._length].SequenceEqual(lower);

    /// <summary>Elements that begin documents and not fragments.</summary>
    public readonly bool BeginsADocument =>
        Is("body"u8) || Is("frameset"u8) || Is("title"u8) || Is("meta"u8) || Is("base"u8) || Is("link"u8);

    /// <summary>End tags that make the parser create the head instead of ignoring them (WHATWG HTML 13.2.6.4.2, 13.2.6.4.3).</summary>
    public readonly bool EndImpliesHead => Is("head"u8) || Is("body"u8) || Is("html"u8) || Is("br"u8);

    [InlineArray(Longest)]
    private struct Letters
    {
        private byte _first;
    }
}
