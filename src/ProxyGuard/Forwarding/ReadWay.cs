namespace ProxyGuard.Forwarding;

/// <summary>How a web server comes to the database node it reads from.</summary>
internal enum ReadWay
{
    /// <summary>It reads from none: images, static files.</summary>
    None,

    /// <summary>Its own configuration names one.</summary>
    OneNode,

    /// <summary>Each request tells it, in the header <see cref="ReadFromHeader.Name"/>.</summary>
    Header,

    /// <summary>Through ProxyGuard's read port, which connects it to whichever is fresh.</summary>
    ReadPort,
}
