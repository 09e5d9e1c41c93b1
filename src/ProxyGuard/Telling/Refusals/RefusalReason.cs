namespace ProxyGuard.Telling.Refusals;

/// <summary>Why a request is answered with 503.</summary>
internal enum RefusalReason
{
    /// <summary>It would write, and the site does not accept writes.</summary>
    WriteRefused,

    /// <summary>The site is closed, and this is one who wants to look at it.</summary>
    Maintenance,

    /// <summary>No web server can have it.</summary>
    NoUpstream,

    /// <summary>It was sent to a web server that failed before it answered; whether it was done is not known.</summary>
    WriteInterrupted,
}
