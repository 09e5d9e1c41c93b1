namespace ProxyGuard.Core.Guarding;

/// <summary>What the site lets its members do. The default refuses writes: nothing may become normal by being forgotten.</summary>
public enum SiteMode
{
    ReadOnly,
    Normal,

    /// <summary>No member gets in: every page is the maintenance page. Only an operator switches to it.</summary>
    Maintenance,
}

/// <summary>Why the site is read-only, or does not answer.</summary>
public enum Cause
{
    /// <summary>ProxyGuard does not know, or no longer knows, whether writes would arrive.</summary>
    NothingKnown,

    /// <summary>Too few replicas apply what the primary writes; also said of one that is on its way back from that.</summary>
    ReplicasStuck,

    /// <summary>Replicas apply, but too late.</summary>
    ReplicasBehind,
    PrimaryUnreachable,
    PrimaryReadOnly,

    /// <summary>The primary takes writes and completes none: they would hang, and so would those who sent them.</summary>
    PrimaryStalled,

    /// <summary>Two nodes accept writes and are followed: it cannot be told where a write belongs.</summary>
    TwoPrimaries,

    /// <summary>
    /// Web servers do not answer. Told by <see cref="WebServersSeen.CauseOf"/> and never a view's own: mode, verdicts and quiet
    /// time have no part in it.
    /// </summary>
    WebServersUnreachable,

    /// <summary>An operator's hold.</summary>
    Operator,
}
