using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using ProxyGuard.Ground.Settings;
using ProxyGuard.Ground.Telemetry;

namespace ProxyGuard.Ground.Hosting;

/// <summary>
/// Counts the members' connections, all together and by address, and closes at once those beyond the limits. The management listener has no
/// part in it, so that operators get in when members no longer do.
/// </summary>
internal sealed class ConnectionLimiter : IMetricSource
{
    private readonly LiveSettings _settings;
    private readonly ILogger<ConnectionLimiter> _log;
    private readonly AddressCounts _addresses = new();
    private readonly Derived<int> _most;
    private int _open;
    private int _isFull;
    private long _refused;

    public ConnectionLimiter(LiveSettings settings, ILogger<ConnectionLimiter> log)
    {
        (_settings, _log) = (settings, log);
        _most = settings.Derive(current => Affordable(current.Limits.MaxConnections));
        _ = _most.Value;
    }

    public IEnumerable<MetricFamily> Families =>
        [
            MetricFamily.Counter(
                "proxyguard_refused_connections_total", "connections closed at once, because there were as many as may be",
                Interlocked.Read(ref _refused)),
        ];

    public void Guard(ListenOptions listen) => listen.Use(next => connection => RunAsync(connection, next));

    private async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var peer = Peer.Of(connection, _settings.Current.Proxies);
        if (!TryAcquire(peer))
        {
            Interlocked.Increment(ref _refused);
            await connection.DisposeAsync().ConfigureAwait(false);
            return;
        }

        try
        {
            connection.Features.Set(peer);
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            Release(peer);
        }
    }

    private bool TryAcquire(Peer peer)
    {
        if (!peer.IsExemptFromAddressLimit && !_addresses.TryAcquire(peer.Address!, _settings.Current.Limits.MaxConnectionsPerAddress))
            return false;
        if (Interlocked.Increment(ref _open) <= _most.Value)
            return true;

        Release(peer);
        // Told once, until there is clearly room again.
        if (Interlocked.Exchange(ref _isFull, 1) == 0)
            _log.ConnectionsFull(_most.Value);
        return false;
    }

    private void Release(Peer peer)
    {
        if (!peer.IsExemptFromAddressLimit)
            _addresses.Release(peer.Address!);
        if (Interlocked.Decrement(ref _open) < _most.Value * 9L / 10)
            Volatile.Write(ref _isFull, 0);
    }

    private int Affordable(int configured)
    {
        int most = OpenFiles.Affordable(configured);
        if (most < configured)
            _log.FewerConnections(configured, most);
        return most;
    }
}
