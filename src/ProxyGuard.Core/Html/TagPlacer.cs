namespace ProxyGuard.Core.Html;

/// <summary>
/// Decides where the tag goes, and that it does no harm there: if the page says its encoding only in a <c>meta</c>, that must
/// stay within the first 1024 bytes (WHATWG HTML 4.2.5.4), or browsers would reload the page or show it wrongly.
/// </summary>
/// <param name="tagLength">In bytes.</param>
/// <param name="navigated">See <see cref="PrologScanner"/>.</param>
/// <param name="encodingKnown">The Content-Type names an encoding that browsers know, so no <c>meta</c> is asked.</param>
/// <param name="isXhtml">See <see cref="PrologScanner"/>.</param>
public sealed class TagPlacer(int tagLength, bool navigated, bool encodingKnown, bool isXhtml = false)
{
    /// <summary>As many bytes as a browser looks at for a <c>meta</c>; never more wait for a decision.</summary>
    public const int MostHeld = MetaCharset.Window;

    private readonly PrologScanner _prolog = new(navigated, isXhtml);
    private readonly byte[] _first = encodingKnown ? [] : new byte[MetaCharset.Window];
    private int _firstLength;
    private InsertionPoint _placement;

    /// <summary>The place is known, and only the encoding is waited for. The one wait that needs a deadline.</summary>
    public bool AwaitsCharset { get; private set; }

    /// <summary>Takes the next bytes, however the page was split; says what is known after them.</summary>
    public InsertionPoint Feed(ReadOnlySpan<byte> bytes)
    {
        if (_placement.Kind is not InsertionPointKind.Undecided)
            return _placement;

        int kept = Math.Min(bytes.Length, _first.Length - _firstLength);
        bytes[..kept].CopyTo(_first.AsSpan(_firstLength));
        _firstLength += kept;

        if (AwaitsCharset)
            return _placement = BesideCharset(_placement.Offset, isAll: false);

        _placement = _prolog.Scan(bytes);
        return _placement = _placement.Kind is InsertionPointKind.Insert ? BesideCharset(_placement.Offset, isAll: false) : _placement;
    }

    /// <summary>The body is over.</summary>
    public InsertionPoint End()
    {
        if (_placement.Kind is not InsertionPointKind.Undecided)
            return _placement;

        return _placement = AwaitsCharset ? BesideCharset(_placement.Offset, isAll: true) : _prolog.End();
    }

    /// <summary>The deadline passed while <see cref="AwaitsCharset"/>: the page must not wait, so it goes without the tag.</summary>
    public InsertionPoint StopWaiting()
    {
        if (AwaitsCharset)
        {
            AwaitsCharset = false;
            _placement = InsertionPoint.Refuse(SkipReason.CharsetTooSlow);
        }

        return _placement;
    }

    private InsertionPoint BesideCharset(long at, bool isAll)
    {
        AwaitsCharset = false;
        // A tag behind the window moves nothing in it.
        if (encodingKnown || _prolog.HasByteOrderMark || at >= MetaCharset.Window)
            return InsertionPoint.Insert(at);

        // What is found in the first bytes stays found, so there is no need to wait for all of them.
        if (MetaCharset.Find(_first.AsSpan(0, _firstLength)) is { } meta)
            return meta.End + tagLength <= MetaCharset.Window
                ? InsertionPoint.Insert(at)
                : InsertionPoint.Refuse(SkipReason.CharsetWouldMove);

        if (isAll || _firstLength == MetaCharset.Window)
            return InsertionPoint.Insert(at);

        AwaitsCharset = true;
        return InsertionPoint.Undecided(at);
    }
}
