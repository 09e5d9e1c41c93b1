namespace ProxyGuard.Ground.Settings;

/// <summary>How much of this machine one member, and all of them together, may take.</summary>
internal sealed record LimitSettings
{
    public required int MaxConnections { get; init; }

    public required int MaxConnectionsPerAddress { get; init; }

    public required int MaxRequestLineBytes { get; init; }

    public required int MaxHeaderBytes { get; init; }

    public required int MaxHeaders { get; init; }

    /// <summary>Null: no limit.</summary>
    public required int? MaxBodyBytes { get; init; }

    public required TimeSpan HeadersTimeout { get; init; }

    public required TimeSpan KeepAliveTimeout { get; init; }

    public required int MinBytesPerSecond { get; init; }

    /// <summary>How long a body may be slower than <see cref="MinBytesPerSecond"/> before it is ended.</summary>
    public required TimeSpan MinRateGracePeriod { get; init; }

    public required int MaxStreamsPerConnection { get; init; }

    /// <summary>Status pages that listen at once; 0: none may, they ask instead.</summary>
    public required int MaxEventStreams { get; init; }

    /// <summary>Bytes of forms that are kept in memory at once, of all requests together; 0: none are.</summary>
    public required int MaxKeptBytes { get; init; }
}
