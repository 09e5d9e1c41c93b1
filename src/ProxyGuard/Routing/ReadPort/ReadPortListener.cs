using System.Net.Sockets;
using ProxyGuard.Core.ReadPort;
using ProxyGuard.Ground.Hosting;
using ProxyGuard.Ground.Settings;
using ProxyGuard.Ground.Telemetry;
using ProxyGuard.Ground.Time;

namespace ProxyGuard.Routing.ReadPort;

/// <summary>
/// A port for applications that cannot be changed: it looks like a replica, and each new connection goes to one that may be read from. On
/// sockets of its own, for Kestrel cannot close one way only.
/// </summary>
internal sealed class ReadPortListener(
    ReadPortSettings settings, ReadPortConnections connections, InheritedSockets inherited, GuardClock clock, ILogger<ReadPortListener> log)
        : IHostedService, IDisposable
{
    private const int ListenBacklog = 512;

    private static readonly TimeSpan SweepInterval = TimeSpan.FromMilliseconds(250);

    // Exchanges in flight at shutdown may come to their end.
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    private readonly CancellationTokenSource _stop = new();
    private Socket? _listener;
    private Task _running = Task.CompletedTask;
    private int _open;
    private bool _isFull;

    /// <summary>Where it listens; known once it is started.</summary>
    public System.Net.IPEndPoint EndPoint => (System.Net.IPEndPoint)_listener!.LocalEndPoint!;

    /// <exception cref="IOException">The port is taken, or not ours to take.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            _listener = inherited.Take(settings.Listen) ?? Bound();
            // On Linux what it accepts has the same set; it costs a tenth of a connection's system calls to say it each time.
            SocketSettings.Apply(_listener);
            _listener.Listen(ListenBacklog);
        }
        catch (SocketException e)
        {
            throw new IOException($"the read port {settings.Listen}: {e.Message}", e);
        }

        log.ReadPortListens($"{EndPoint}", settings.Rules.MaxConnections);
        _running = Task.WhenAll(AcceptAsync(_stop.Token), SweepAsync(_stop.Token));
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _listener!.Close();
        await _running.ConfigureAwait(false);
        await UntilEmptyAsync(ShutdownTimeout, connections.EndIdle).ConfigureAwait(false);
        await UntilEmptyAsync(ShutdownTimeout, connections.EndAll).ConfigureAwait(false);
        await connections.DismissSparesAsync().ConfigureAwait(false);
    }

    public void Dispose()
    {
        _listener?.Dispose();
        _stop.Dispose();
    }

    private Socket Bound()
    {
        var socket = new Socket(settings.Listen.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (settings.Listen.Address.Equals(System.Net.IPAddress.IPv6Any))
            socket.DualMode = true;
        socket.Bind(settings.Listen);
        return socket;
    }

    private async Task AcceptAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                _ = ServeAsync(await _listener!.AcceptAsync(stop).ConfigureAwait(false));
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e)
            {
                // Such as no file descriptor left: others must close first.
                log.ReadPortCannotAccept(e.Message);
                await Task.Delay(SweepInterval, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private async Task ServeAsync(Socket client)
    {
        bool isRoom = HasRoom(Interlocked.Increment(ref _open));
        try
        {
            if (!OperatingSystem.IsLinux())
                SocketSettings.Apply(client);
            if (isRoom)
                await connections.ServeAsync(client).ConfigureAwait(false);
            else
                await connections.RefuseAsync(client, FirstPacket.TooManyConnections).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Not awaited: whatever it was, it is logged, and the other connections are not touched.
        catch (Exception e) when (e is not SocketException)
        {
            log.ReadPortFailed(e);
        }
        catch (SocketException)
        {
            // The client is gone.
        }
#pragma warning restore CA1031
        finally
        {
            client.Dispose();
            Interlocked.Decrement(ref _open);
        }
    }

    private bool HasRoom(int open)
    {
        bool isFull = open > settings.Rules.MaxConnections;
        if (isFull && !_isFull)
            log.ReadPortIsFull(settings.Rules.MaxConnections);
        _isFull = isFull;
        return !isFull;
    }

    private async Task SweepAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(SweepInterval, clock.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
                connections.Sweep(settings.Rules);
        }
        catch (OperationCanceledException)
        {
            // Shutdown.
        }
    }

    private async Task UntilEmptyAsync(TimeSpan patience, Action end)
    {
        for (TimeSpan waited = TimeSpan.Zero; Volatile.Read(ref _open) > 0 && waited < patience; waited += PollInterval)
        {
            end();
            await Task.Delay(PollInterval, CancellationToken.None).ConfigureAwait(false);
        }
    }
}
