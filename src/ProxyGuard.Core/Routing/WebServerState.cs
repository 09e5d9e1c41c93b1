using ProxyGuard.Core.Replication;

namespace ProxyGuard.Core.Routing;

/// <summary>What is known of a web server.</summary>
public enum WebServerHealth
{
    /// <summary>It has not been heard of since the start. The default.</summary>
    Unknown,

    /// <summary>It answered a member or our own question, and has refused no connection since.</summary>
    Answering,

    /// <summary>It refused or broke a connection, or kept silent, and has not answered since.</summary>
    Failing,
}

/// <summary>One web server (a destination of YARP's) as it was seen last.</summary>
public sealed record WebServerState
{
    /// <summary>The cluster's name in the configuration.</summary>
    public required string Cluster { get; init; }

    /// <summary>The destination's name in the configuration.</summary>
    public required string Name { get; init; }

    /// <summary>As configured.</summary>
    public required string Address { get; init; }

    /// <summary>The node it reads from, or the way it comes to one, as its metadata have it. Null: it depends on no database.</summary>
    public required string? Reads { get; init; }

    /// <summary>Whether some route sends requests that read to its cluster.</summary>
    public bool TakesReads { get; init; } = true;

    /// <summary>Whether some route sends others there.</summary>
    public bool TakesWrites { get; init; } = true;

    public WebServerHealth Health { get; init; }

    /// <summary>Since when <see cref="Health"/> is what it is; null while nothing was heard of it.</summary>
    public MonotonicInstant? Since { get; init; }

    /// <summary>Why it does not answer, in words for operators; "" when there is nothing to say.</summary>
    public string Why { get; init; } = "";
}
