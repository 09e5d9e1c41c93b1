using System.Net;
using System.Net.Sockets;

namespace ProxyGuard.Demo.Fleet;

/// <summary>
/// A network that can be cut: relays TCP from a port of its own to another port on loopback. While cut, connections stay open, nothing
/// flows, and new connects get no answer. What was in flight arrives after <see cref="Restore"/>, as it does with TCP.
/// </summary>
public sealed class Relay : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly int _target;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private readonly Lock _lock = new();

    // Completed while traffic flows; replaced whole by each cut, so that a running copy waits for the right one.
    private TaskCompletionSource _open = OpenGate();

    private readonly IPAddress _from;

    private Relay(TcpListener listener, int target, IPAddress from)
    {
        _listener = listener;
        _target = target;
        _from = from;
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        _accepting = AcceptAsync(_stop.Token);
    }

    /// <summary>Connect here instead.</summary>
    public int Port { get; }

    public bool IsCut => !Volatile.Read(ref _open).Task.IsCompleted;

    /// <param name="target">The port on 127.0.0.1 to relay to; nothing has to listen there yet.</param>
    /// <param name="port">The relay's own port; 0 takes a free one.</param>
    /// <param name="from">The address of this machine that the target sees; null is 127.0.0.1.</param>
    public static Relay Start(int target, int port = 0, IPAddress? from = null)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        return new Relay(listener, target, from ?? IPAddress.Loopback);
    }

    public void Cut()
    {
        lock (_lock)
        {
            if (!IsCut)
                Volatile.Write(ref _open, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }
    }

    public void Restore()
    {
        lock (_lock)
            _open.TrySetResult();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private static TaskCompletionSource OpenGate()
    {
        var gate = new TaskCompletionSource();
        gate.SetResult();
        return gate;
    }

    private async Task AcceptAsync(CancellationToken stop)
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(stop);
                connections.RemoveAll(connection => connection.IsCompleted);
                connections.Add(RelayAsync(client, stop));
            }
        }
        catch (Exception e) when (
            stop.IsCancellationRequested && e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task RelayAsync(TcpClient client, CancellationToken stop)
    {
        using TcpClient near = client;
        using var far = new TcpClient(new IPEndPoint(_from, 0));
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            await WhileCutAsync(stop);
            await far.ConnectAsync(IPAddress.Loopback, _target, stop);
            near.NoDelay = far.NoDelay = true;
            Task there = CopyAsync(near.GetStream(), far.GetStream(), end.Token);
            Task back = CopyAsync(far.GetStream(), near.GetStream(), end.Token);
            await Task.WhenAny(there, back);
            await end.CancelAsync();
            await Task.WhenAll(there, back);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // One side has gone, or no process listens there: closing both is all the answer a network gives.
        }
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to, CancellationToken end)
    {
        byte[] buffer = new byte[64 * 1024];
        while (true)
        {
            int read = await ReadAsync(from, buffer, end);
            // Also before passing on an end: across a cut network neither side learns that the other has closed.
            await WhileCutAsync(end);
            if (read == 0)
                return;
            await to.WriteAsync(buffer.AsMemory(0, read), end);
        }
    }

    private static async Task<int> ReadAsync(NetworkStream from, byte[] buffer, CancellationToken end)
    {
        try
        {
            return await from.ReadAsync(buffer, end);
        }
        catch (IOException)
        {
            // A reset is an end like any other.
            return 0;
        }
    }

    private Task WhileCutAsync(CancellationToken stop) => Volatile.Read(ref _open).Task.WaitAsync(stop);
}
