using System.Net;
using System.Net.Sockets;

namespace ProxyGuard.Tests.Routing.ReadPort;

/// <summary>A server as far as the read port knows one: it speaks first, and then does what a test says.</summary>
internal sealed class FakeServer : IAsyncDisposable
{
    public static readonly byte[] Ok = [7, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0];

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<Socket> _clients = [];
    private readonly Task _accepting;
    private int _accepted;

    /// <param name="name">What it says in its greeting.</param>
    /// <param name="first">What it says instead of its greeting; empty for nothing.</param>
    /// <param name="talk">What it does after it; by default it says what it heard.</param>
    public FakeServer(string name, byte[]? first = null, Func<Socket, Task>? talk = null)
    {
        Greeting = first ?? [(byte)(name.Length + 1), 0, 0, 0, 10, .. System.Text.Encoding.ASCII.GetBytes(name)];
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync(talk ?? EchoAsync);
    }

    public int Port { get; }

    public byte[] Greeting { get; }

    /// <summary>Connections since the start.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    public static async Task EchoAsync(Socket client)
    {
        byte[] buffer = new byte[4096];
        while (await client.ReceiveAsync(buffer) is > 0 and int count)
            await client.SendAsync(buffer.AsMemory(0, count));
        client.Shutdown(SocketShutdown.Send);
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
        foreach (Socket client in _clients)
            client.Dispose();
    }

    private async Task AcceptAsync(Func<Socket, Task> talk)
    {
        try
        {
            while (true)
            {
                Socket client = await _listener.AcceptSocketAsync();
                Interlocked.Increment(ref _accepted);
                _clients.Add(client);
                _ = TalkAsync(client, talk);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task TalkAsync(Socket client, Func<Socket, Task> talk)
    {
        try
        {
            await client.SendAsync(Greeting);
            await talk(client);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The client is gone, or we are.
        }
    }
}
