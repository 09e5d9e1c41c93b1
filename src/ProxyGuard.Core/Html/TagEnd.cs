using System.Diagnostics;

namespace ProxyGuard.Core.Html;

/// <summary>
/// Finds the <c>&gt;</c> that ends a tag, from inside its name on: one in a quoted attribute value does not.
/// WHATWG HTML 13.2.5.8 (tag name) and 13.2.5.32 to 13.2.5.40 (attributes). A fresh one stands in the name.
/// </summary>
internal struct TagEnd
{
    private State _state;

    private enum State
    {
        Name,
        BeforeAttribute,
        Attribute,
        AfterAttribute,
        BeforeValue,
        DoubleQuoted,
        SingleQuoted,
        Unquoted,
        AfterQuoted,
        SelfClosing,
    }

    /// <summary>Takes one byte; true when it was the one that ends the tag.</summary>
    public bool Take(byte b)
    {
        if (b == '>' && _state is not (State.DoubleQuoted or State.SingleQuoted))
            return true;

        _state = _state switch
        {
            State.Name => AfterWord(b, State.Name),
            State.BeforeAttribute or State.SelfClosing or State.AfterQuoted => BeforeAttribute(b),
            State.Attribute => b == '=' ? State.BeforeValue : Ascii.IsSpace(b) ? State.AfterAttribute : AfterWord(b, State.Attribute),
            State.AfterAttribute => AfterAttribute(b),
            State.BeforeValue => BeforeValue(b),
            State.DoubleQuoted => b == '"' ? State.AfterQuoted : State.DoubleQuoted,
            State.SingleQuoted => b == '\'' ? State.AfterQuoted : State.SingleQuoted,
            State.Unquoted => Ascii.IsSpace(b) ? State.BeforeAttribute : State.Unquoted,
            _ => throw new UnreachableException($"tag state {_state}"),
        };
        return false;
    }

    private static State AfterWord(byte b, State otherwise) =>
        Ascii.IsSpace(b) ? State.BeforeAttribute : b == '/' ? State.SelfClosing : otherwise;

    // Even '=' begins a name here, so the quote in <html ="> opens no value (13.2.5.32).
    private static State BeforeAttribute(byte b) =>
        Ascii.IsSpace(b) ? State.BeforeAttribute : b == '/' ? State.SelfClosing : State.Attribute;

    private static State AfterAttribute(byte b) =>
        Ascii.IsSpace(b) ? State.AfterAttribute : b == '/' ? State.SelfClosing : b == '=' ? State.BeforeValue : State.Attribute;

    private static State BeforeValue(byte b) =>
        Ascii.IsSpace(b) ? State.BeforeValue : b == '"' ? State.DoubleQuoted : b == '\'' ? State.SingleQuoted : State.Unquoted;
}
