namespace ProxyGuard.Ground.Settings;

/// <summary>Reads ProxyGuard:Limits.</summary>
internal static class LimitsReader
{
    public static LimitSettings Read(SettingsSection limits)
    {
        var settings = new LimitSettings
        {
            MaxConnections = limits.Number("MaxConnections"),
            MaxConnectionsPerAddress = limits.Number("MaxConnectionsPerAddress"),
            MaxRequestLineBytes = limits.Number("MaxRequestLineBytes"),
            MaxHeaderBytes = limits.Number("MaxHeaderBytes"),
            MaxHeaders = limits.Number("MaxHeaders"),
            MaxBodyBytes = limits.NumberOrNull("MaxBodyBytes"),
            HeadersTimeout = limits.Duration("HeadersTimeout"),
            KeepAliveTimeout = limits.Duration("KeepAliveTimeout"),
            MinBytesPerSecond = limits.Number("MinBytesPerSecond"),
            MinRateGracePeriod = limits.Duration("MinRateGracePeriod"),
            MaxStreamsPerConnection = limits.Number("MaxStreamsPerConnection"),
            MaxEventStreams = limits.Number("MaxEventStreams"),
            MaxKeptBytes = limits.Number("MaxKeptBytes"),
        };
        limits.RejectOthers();
        return settings;
    }
}
