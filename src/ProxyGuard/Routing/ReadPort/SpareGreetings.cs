using System.Net.Sockets;
using ProxyGuard.Core.ReadPort;
using ProxyGuard.Core.Replication;
using ProxyGuard.Ground.Time;

namespace ProxyGuard.Routing.ReadPort;

/// <summary>A server that has greeted, and whose client has left without a word.</summary>
internal sealed record SpareGreeting(NodeSocket Server, ReadOnlyMemory<byte> FirstPacket, MonotonicInstant Since);

/// <summary>
/// Greetings whose clients have left, at most one for each node: the next client gets it. Nothing is dialed for them, and none is dropped
/// without a farewell: see <see cref="Farewell"/>.
/// </summary>
internal sealed class SpareGreetings(ReadPortNodes nodes, GuardClock clock)
{
    // Servers wait for a login as long as connect_timeout says, in the oldest five seconds, and count it as interrupted then.
    private static readonly TimeSpan KeepFor = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan FarewellTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Null when there is none that still stands.</summary>
    public static SpareGreeting? Take(ReadPortNode node)
    {
        if (node.Exchange(null) is not { } spare)
            return null;
        // A server that has greeted and sends more, or has closed, takes no login any more.
        if (!spare.Server.Socket.Poll(0, SelectMode.SelectRead))
            return spare;
        spare.Server.Socket.Dispose();
        return null;
    }

    public void Put(NodeSocket server, ReadOnlyMemory<byte> firstPacket)
    {
        var spare = new SpareGreeting(server, firstPacket, clock.Now);
        if (server.Node.Exchange(spare) is { } other)
            _ = DismissAsync(other.Server.Socket);
    }

    /// <summary>Dismisses those that no client took in time; to be called again and again.</summary>
    public void Sweep()
    {
        MonotonicInstant now = clock.Now;
        foreach (ReadPortNode node in nodes.Met)
        {
            if (node.Spare is { } spare && now - spare.Since >= KeepFor && node.TryRemove(spare))
                _ = DismissAsync(spare.Server.Socket);
        }
    }

    /// <summary>At shutdown.</summary>
    public Task DismissAllAsync() => Task.WhenAll(
        nodes.Met.Select(node => node.Exchange(null)).OfType<SpareGreeting>().Select(spare => DismissAsync(spare.Server.Socket)));

    /// <summary>Takes leave of a server that has greeted, and closes.</summary>
    public static async Task DismissAsync(Socket server)
    {
        using var patience = new CancellationTokenSource(FarewellTimeout);
        byte[] answer = new byte[1024];
        try
        {
            ReadOnlyMemory<byte> say = Farewell.Login;
            for (int round = 0; round < Farewell.MostRounds; round++)
            {
                await server.SendAsync(say, SocketFlags.None, patience.Token).ConfigureAwait(false);
                // One answer at a time, and short ones: they come in one piece.
                int count = await server.ReceiveAsync(answer, SocketFlags.None, patience.Token).ConfigureAwait(false);
                if (count < FirstPacket.Telling || Farewell.Next(answer) is not { } next)
                    break;
                say = next;
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // It is gone, or too busy to say goodbye.
        }
        finally
        {
            server.Dispose();
        }
    }
}
