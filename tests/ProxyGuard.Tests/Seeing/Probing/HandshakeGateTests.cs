using System.Net;
using System.Net.Sockets;
using ProxyGuard.Seeing.Probing;
using ProxyGuard.Testing;

namespace ProxyGuard.Tests.Seeing.Probing;

/// <summary>A server that takes connections and says nothing: each handshake that is broken off counts towards max_connect_errors.</summary>
public sealed class HandshakeGateTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 2)]
    public async Task Another_connection_string_for_a_server_waits_for_the_handshake_that_is_under_way(bool sharesGate, int connections)
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        int taken = 0;
        Task taking = TakeAsync();
        var gates = new HandshakeGates();
        int port = ((IPEndPoint)silent.LocalEndpoint).Port;
        HandshakeGate? gate = sharesGate ? gates.Of("127.0.0.1", port) : null;
        await using var before = new NodeSessions($"Server=127.0.0.1;Port={port};User ID=a;Password=x", keepsSide: false, TimeProvider.System, gate);
        await using var after = new NodeSessions($"Server=127.0.0.1;Port={port};User ID=a;Password=y", keepsSide: false, TimeProvider.System, gate);

        Task first = before.Status.TryAsk(session => Task.FromResult(true))!;
        await Eventually.HappensAsync("it is dialed", Deadline, () => Volatile.Read(ref taken) == 1);
        await before.DisposeAsync();
        Task second = after.Status.TryAsk(session => Task.FromResult(true))!;
        await Task.Delay(500, TestContext.Current.CancellationToken);

        Assert.Equal(connections, Volatile.Read(ref taken));
        silent.Stop();
        await taking;
        _ = (first.Exception, second.Exception);

        async Task TakeAsync()
        {
            var kept = new List<Socket>();
            try
            {
                while (true)
                {
                    kept.Add(await silent.AcceptSocketAsync());
                    Interlocked.Increment(ref taken);
                }
            }
            catch (SocketException)
            {
                kept.ForEach(socket => socket.Dispose());
            }
        }
    }
}
