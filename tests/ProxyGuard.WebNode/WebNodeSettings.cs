namespace ProxyGuard.WebNode;

/// <summary>What one web server is told, in a file that only it reads.</summary>
public sealed record WebNodeSettings
{
    /// <summary>On loopback.</summary>
    public required int Port { get; init; }

    /// <summary>Gets a line for each request, at its arrival, before anything is done about it; it survives kill -9.</summary>
    public required string LogFile { get; init; }

    /// <summary>The connection string for writes.</summary>
    public required string Writes { get; init; }

    /// <summary>The connection string for reads.</summary>
    public required string Reads { get; init; }

    /// <summary>Reads go where the header <c>X-ProxyGuard-Read-From</c> says, with the account of <see cref="Reads"/>.</summary>
    public bool FollowsHeader { get; init; }
}
