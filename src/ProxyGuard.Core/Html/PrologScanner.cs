using System.Diagnostics;

namespace ProxyGuard.Core.Html;

/// <summary>
/// Reads a page's prolog (byte order mark, white space, comments, doctype, <c>&lt;html&gt;</c>, <c>&lt;head&gt;</c>) byte by byte
/// and finds the earliest place where a script may stand: right after <c>&lt;head …&gt;</c> if there is one, otherwise right before
/// the first tag that makes a parser create the head. It never looks further, so nothing that only looks like a tag is ever met.
/// The states are those of WHATWG HTML 13.2.5, the places those of 13.2.6.4.1 to 13.2.6.4.3.
/// </summary>
/// <param name="navigated">The browser said that it loads a document, so a page without doctype and head is not a fragment.</param>
/// <param name="isXhtml">
/// The page is read by the rules of XML: it has no head but the one that is written there, and a tag before its root would be a second
/// root. What HTML and XML read differently (a document type with declarations of its own) ends in a refusal.
/// </param>
public sealed class PrologScanner(bool navigated, bool isXhtml = false)
{
    /// <summary>A prolog this long without a decision is refused. In bytes.</summary>
    public const int Limit = 64 * 1024;

    /// <summary>Never more bytes than this wait for a decision.</summary>
    public const int MostHeld = 16;

    private InsertionPoint _placement;
    private State _state;
    private long _position;
    private long _tagStart;
    private int _doctypeLetters;
    private bool _hasByteOrderMark;
    private bool _isDocument;
    private TagName _name;
    private TagEnd _tagEnd;
    private CommentEnd _commentEnd;

    private enum State
    {
        Start,
        Mark1,
        Mark2,
        Utf16Mark,
        Prolog,
        TagOpen,
        StartTag,
        EndTagOpen,
        EndTag,
        Declaration,
        DeclarationDash,
        Comment,
        DoctypeWord,
        ToGreaterThan,
        Attributes,
        HeadAttributes,
        Decided,
    }

    /// <summary>The page begins with EF BB BF, which overrules every other statement about its encoding.</summary>
    public bool HasByteOrderMark => _hasByteOrderMark;

    /// <summary>Takes the next bytes, however the page was split. Bytes after the decision are not looked at.</summary>
    public InsertionPoint Scan(ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes)
        {
            if (_state is State.Decided)
                return _placement;

            _state = b is 0 or 0x1B ? Refuse(SkipReason.ControlByte) : Next(b);
            _position++;
            if (_position == Limit && _state is not State.Decided)
                _state = Refuse(SkipReason.PrologTooLong);
        }

        return _state is State.Decided ? _placement : InsertionPoint.Undecided(IsTagHeld ? _tagStart : _position);
    }

    /// <summary>The page is over: empty, or a fragment of comments.</summary>
    public InsertionPoint End()
    {
        if (_state is not State.Decided)
            _state = Refuse(SkipReason.EndedInProlog);
        return _placement;
    }

    // The tag may turn out to be the one to insert before.
    private bool IsTagHeld => _state is State.TagOpen or State.StartTag or State.EndTagOpen or State.EndTag;

    private State Next(byte b) => _state switch
    {
        State.Start => AtStart(b),
        State.Mark1 => b == 0xBB ? State.Mark2 : Refuse(SkipReason.TextFirst),
        State.Mark2 => AfterMark(b),
        State.Utf16Mark => Refuse(b is 0xFE or 0xFF ? SkipReason.Utf16Mark : SkipReason.TextFirst),
        State.Prolog => InProlog(b),
        State.TagOpen => InTagOpen(b),
        State.StartTag => InStartTag(b),
        State.EndTagOpen => InEndTagOpen(b),
        State.EndTag => InEndTag(b),
        State.Declaration => InDeclaration(b),
        State.DeclarationDash => b == '-' ? BeginComment() : ToGreaterThan(b),
        State.Comment => _commentEnd.Take(b) ? State.Prolog : State.Comment,
        State.DoctypeWord => InDoctypeWord(b),
        State.ToGreaterThan => ToGreaterThan(b),
        State.Attributes => _tagEnd.Take(b) ? State.Prolog : State.Attributes,
        State.HeadAttributes => _tagEnd.Take(b) ? Insert(_position + 1) : State.HeadAttributes,
        _ => throw new UnreachableException($"prolog state {_state}"),
    };

    private State AtStart(byte b) => b switch
    {
        0xEF => State.Mark1,
        0xFE or 0xFF => State.Utf16Mark,
        _ => InProlog(b),
    };

    private State AfterMark(byte b)
    {
        _hasByteOrderMark = b == 0xBF;
        return _hasByteOrderMark ? State.Prolog : Refuse(SkipReason.TextFirst);
    }

    private State InProlog(byte b)
    {
        if (Ascii.IsSpace(b))
            return State.Prolog;

        // Inserting before text would be legal, but a body that begins with text is what JSON and fragments look like.
        if (b != '<')
            return Refuse(SkipReason.TextFirst);

        _tagStart = _position;
        _name = default;
        return State.TagOpen;
    }

    private State InTagOpen(byte b)
    {
        if (Ascii.IsLetter(b))
            return InStartTag(b);

        return b switch
        {
            (byte)'!' => State.Declaration,
            (byte)'/' => State.EndTagOpen,
            // A processing instruction ends at the first '>' just as the comment that older parsers make of it.
            (byte)'?' => State.ToGreaterThan,
            _ => Refuse(SkipReason.TextFirst),
        };
    }

    private State InStartTag(byte b)
    {
        if (!EndsName(b))
        {
            _name.Append(b);
            return _name.IsForeign ? BeforeElement() : State.StartTag;
        }

        if (_name.Is("head"u8))
            return BeginAttributes(b) is State.Prolog ? Insert(_position + 1) : State.HeadAttributes;

        if (!_name.Is("html"u8))
            return BeforeElement();

        _isDocument = true;
        return BeginAttributes(b);
    }

    private State BeforeElement() => BeforeTag(navigated || _isDocument || _name.BeginsADocument);

    private State BeforeTag(bool isOfDocument) => isXhtml ? Refuse(SkipReason.XhtmlWithoutHead)
        : isOfDocument ? Insert(_tagStart)
        : Refuse(SkipReason.Fragment);

    private State InEndTagOpen(byte b)
    {
        if (!Ascii.IsLetter(b))
            return ToGreaterThan(b);

        _name.Append(b);
        return State.EndTag;
    }

    // An end tag that the parser ignores is skipped: a tag before it would create the head, and move a comment that follows into it.
    private State InEndTag(byte b)
    {
        if (!EndsName(b))
        {
            _name.Append(b);
            return _name.IsForeign ? BeginAttributes(b) : State.EndTag;
        }

        if (!_name.EndImpliesHead)
            return BeginAttributes(b);

        return BeforeTag(navigated || _isDocument);
    }

    private State InDeclaration(byte b)
    {
        _doctypeLetters = 0;
        return b == '-' ? State.DeclarationDash : InDoctypeWord(b);
    }

    private State InDoctypeWord(byte b)
    {
        if (Ascii.Lower(b) != "doctype"u8[_doctypeLetters])
            return ToGreaterThan(b);

        if (++_doctypeLetters < "doctype"u8.Length)
            return State.DoctypeWord;

        _isDocument = true;
        return State.ToGreaterThan;
    }

    // Doctypes (even inside their quotes), bogus comments and processing instructions.
    private static State ToGreaterThan(byte b) => b == '>' ? State.Prolog : State.ToGreaterThan;

    private State BeginComment()
    {
        _commentEnd = default;
        return State.Comment;
    }

    private State BeginAttributes(byte b)
    {
        _tagEnd = default;
        return _tagEnd.Take(b) ? State.Prolog : State.Attributes;
    }

    private static bool EndsName(byte b) => b is (byte)'>' or (byte)'/' || Ascii.IsSpace(b);

    private State Insert(long at)
    {
        _placement = InsertionPoint.Insert(at);
        return State.Decided;
    }

    private State Refuse(SkipReason why)
    {
        _placement = InsertionPoint.Refuse(why);
        return State.Decided;
    }
}
