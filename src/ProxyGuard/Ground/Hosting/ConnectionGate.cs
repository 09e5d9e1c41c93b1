using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using ProxyGuard.Core.Requests;
using ProxyGuard.Ground.Settings;
using ProxyGuard.Ground.Telemetry;

namespace ProxyGuard.Ground.Hosting;

/// <summary>
/// Counts the members' connections, all together and by address, and closes at once those beyond the limits. The management listener has no part in it, so that
/// operators get in when members no longer do.
/// </summary>
internal sealed class ConnectionGate
{
    private readonly KnownProxies _known;
    private readonly GuardMetrics _metrics;
    private readonly ILogger<ConnectionGate> _log;
    private readonly AddressCounts _addresses;
    private readonly int _most;
    private int _open;
    private int _isFull;

    public ConnectionGate(GuardSettings settings, GuardMetrics metrics, ILogger<ConnectionGate> log)
    {
        (_known, _metrics, _log) = (settings.Proxies, metrics, log);
        LimitSettings limits = settings.Limits;
        _addresses = new AddressCounts(limits.MaxConnectionsPerAddress);
        _most = OpenFiles.Affordable(limits.MaxConnections);
        if (_most < limits.MaxConnections)
            log.FewerConnections(limits.MaxConnections, _most);
    }

    public void Guard(ListenOptions listen) => listen.Use(next => connection => RunAsync(connection, next));

    private async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var peer = Peer.Of(connection, _known);
        if (!TryEnter(peer))
        {
            _metrics.ConnectionRefused();
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
            Leave(peer);
        }
    }

    private bool TryEnter(Peer peer)
    {
        if (!peer.BringsMany && !_addresses.TryEnter(peer.Address!))
            return false;
        if (Interlocked.Increment(ref _open) <= _most)
            return true;

        Leave(peer);
        // Told once, until there is clearly room again.
        if (Interlocked.Exchange(ref _isFull, 1) == 0)
            _log.ConnectionsFull(_most);
        return false;
    }

    private void Leave(Peer peer)
    {
        if (!peer.BringsMany)
            _addresses.Leave(peer.Address!);
        if (Interlocked.Decrement(ref _open) < _most * 9L / 10)
            Volatile.Write(ref _isFull, 0);
    }
}
