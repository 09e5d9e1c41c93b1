namespace ProxyGuard.Core.Html;

/// <summary>Why a page goes through without the tag. The names are metric labels: do not rename one lightly.</summary>
public enum SkipReason
{
    // The request: nothing is changed, neither request nor response.
    NotGetOrHead,
    OwnPath,
    NotANavigation,
    RangeRequested,
    UpgradeRequested,
    NavigationPreload,

    // The response's headers: the response is passed through as it is.
    StatusNotOk,
    NotHtml,
    NotInline,
    UnknownCoding,
    NoTransform,
    Digested,
    UnsafeCharset,
    ContentSecurityPolicy,
    AlreadyMarked,
    NoBody,

    // The body's first bytes: the body is passed through as it is.
    Utf16Mark,
    ControlByte,
    TextFirst,
    Fragment,
    EndedInProlog,
    PrologTooLong,
    CharsetWouldMove,
    CharsetTooSlow,
    XhtmlWithoutHead,
}
