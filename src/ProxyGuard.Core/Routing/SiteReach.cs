namespace ProxyGuard.Core.Routing;

/// <summary>What members can do, as far as the web servers go.</summary>
public enum SiteReach
{
    /// <summary>Some web server that would be needed has not been heard of yet. The default.</summary>
    Unknown,

    Full,

    /// <summary>Pages are served, but no web server that writes may go to answers.</summary>
    ReadsOnly,

    /// <summary>No web server that pages may come from answers.</summary>
    None,
}
