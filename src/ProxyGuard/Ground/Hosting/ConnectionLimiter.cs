using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using ProxyGuard.Core.Requests;
using ProxyGuard.Ground.Settings;
using ProxyGuard.Ground.Telemetry;

namespace ProxyGuard.Ground.Hosting;

/// <summary>
/// Counts the members' connections, all together and by address, and closes at once those beyond the limits. The management listener has no
/// part in it, so that operators get in when members no longer do.
/// </summary>
internal sealed class ConnectionLimiter : IMetricSource
{
    private readonly TrustedProxies _trusted;
    private readonly ILogger<ConnectionLimiter> _log;
    private readonly AddressCounts _addresses;
    private readonly int _most;
    private int _open;
    private int _isFull;
    private long _refused;

    public ConnectionLimiter(GuardSettings settings, ILogger<ConnectionLimiter> log)
    {
        (_trusted, _log) = (settings.Proxies, log);
        LimitSettings limits = settings.Limits;
        _addresses = new AddressCounts(limits.MaxConnectionsPerAddress);
        _most = OpenFiles.Affordable(limits.MaxConnections);
        if (_most < limits.MaxConnections)
            log.FewerConnections(limits.MaxConnections, _most);
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
        var peer = Peer.Of(connection, _trusted);
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
        if (!peer.IsExemptFromAddressLimit && !_addresses.TryAcquire(peer.Address!))
            return false;
        if (Interlocked.Increment(ref _open) <= _most)
            return true;

        Release(peer);
        // Told once, until there is clearly room again.
        if (Interlocked.Exchange(ref _isFull, 1) == 0)
            _log.ConnectionsFull(_most);
        return false;
    }

    private void Release(Peer peer)
    {
        if (!peer.IsExemptFromAddressLimit)
            _addresses.Release(peer.Address!);
        if (Interlocked.Decrement(ref _open) < _most * 9L / 10)
            Volatile.Write(ref _isFull, 0);
    }
}
