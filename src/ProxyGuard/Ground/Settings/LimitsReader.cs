namespace ProxyGuard.Ground.Settings;

/// <summary>Reads ProxyGuard:Limits.</summary>
internal static class LimitsReader
{
    public static LimitSettings Read(SettingsSection limits)
    {
        int maxBodyBytes = limits.Number("MaxBodyBytes", 0, 1, int.MaxValue);
        var settings = new LimitSettings
        {
            // An idle connection costs some 10 KB; no photo community has so many members at once.
            MaxConnections = limits.Number("MaxConnections", 20_000, 1, 1_000_000),
            // A school or a mobile network behind one address; a single browser opens six.
            MaxConnectionsPerAddress = limits.Number("MaxConnectionsPerAddress", 1_000, 1, 1_000_000),
            // What Apache and nginx take.
            MaxRequestLineBytes = limits.Number("MaxRequestLineBytes", 8_192, 256, 65_536),
            MaxHeaderBytes = limits.Number("MaxHeaderBytes", 32_768, 1_024, 1_048_576),
            MaxHeaders = limits.Number("MaxHeaders", 100, 10, 1_000),
            // How large an upload may be is the application's decision; nothing of it is kept here.
            MaxBodyBytes = maxBodyBytes == 0 ? null : maxBodyBytes,
            HeadersTimeout = limits.Duration("HeadersTimeout", TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10)),
            // Longer than the minute after which most load balancers close, so that they never write into a connection that we close.
            KeepAliveTimeout = limits.Duration(
                "KeepAliveTimeout", TimeSpan.FromSeconds(130), TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
            // Less than the slowest modem; who is slower holds a connection and wants nothing.
            MinBytesPerSecond = limits.Number("MinBytesPerSecond", 240, 1, 1_000_000),
            // A phone in a tunnel, or an upload that waits for a better network.
            MinRateGracePeriod = limits.Duration(
                "MinRateGracePeriod", TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(10)),
            // What browsers expect (RFC 9113, section 6.5.2 asks for no less).
            MaxStreamsPerConnection = limits.Number("MaxStreamsPerConnection", 100, 1, 1_000),
            // Half of the connections: who watches must not keep out who reads. A page that may not listen asks every few seconds.
            MaxEventStreams = limits.Number("MaxEventStreams", 10_000, 0, 1_000_000),
            // 256 forms of the greatest size, or thousands of usual ones; an eighth of the smallest machine that is rented out.
            MaxKeptBytes = limits.Number("MaxKeptBytes", 67_108_864, 0, int.MaxValue),
        };
        limits.RejectOthers();
        return settings;
    }
}
