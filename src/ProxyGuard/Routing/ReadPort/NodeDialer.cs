using System.Net;
using System.Net.Sockets;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.ReadPort;
using ProxyGuard.Core.Replication;
using ProxyGuard.Core.Routing;
using ProxyGuard.Deciding.Guarding;
using ProxyGuard.Ground.Time;
using ProxyGuard.Seeing.Probing;

namespace ProxyGuard.Routing.ReadPort;

/// <summary>A connection to a node.</summary>
internal sealed record NodeSocket(Socket Socket, ReadPortNode Node);

/// <summary>Either a node that has said its greeting, or what the client is told instead.</summary>
/// <param name="Server">Null: no node took it.</param>
/// <param name="FirstPacket">The server's greeting; else an error packet.</param>
internal readonly record struct Dialed(NodeSocket? Server, ReadOnlyMemory<byte> FirstPacket);

/// <summary>
/// Finds a node for a new client. The server speaks first, so that until its greeting is there the next node can be tried, and the client
/// notices nothing.
/// </summary>
internal sealed class NodeDialer(
    GuardBoard board, ReadPortNodes nodes, NodeRefusals refusals, GuardClock clock, ILogger<NodeDialer> log)
{
    // A greeting is at most some hundred bytes, an error packet 512 and its header.
    private const int FirstPacketBytes = 1024;

    // A server that is merely busy has greeted by then, and clients wait longer.
    private static readonly TimeSpan GreetingTimeout = TimeSpan.FromSeconds(2);

    private uint _turn;

    /// <summary>Its node is entered in <see cref="ReadPortNodes"/>; the closer of the connection leaves it.</summary>
    public async ValueTask<Dialed> DialAsync()
    {
        ReadOnlyMemory<byte> refusal = FirstPacket.NobodyThere;
        GuardView view = board.View;
        for (ReadRoute? route = view.Reads; route is not null; route = route.AboveLimit)
        {
            Dialed dialed = await DialAsync(route, view.Rules).ConfigureAwait(false);
            if (dialed.Server is not null)
                return dialed;
            // The last reason is the best: each earlier one led to a further attempt.
            refusal = dialed.FirstPacket.IsEmpty ? refusal : dialed.FirstPacket;
        }

        return new Dialed(null, refusal);
    }

    /// <summary>Without a server, its packet is the reason that the client is told; empty when there is none.</summary>
    private async ValueTask<Dialed> DialAsync(ReadRoute route, GuardRules rules)
    {
        ReadOnlyMemory<byte> refusal = default;
        int most = NodeChoice.MostOn(route, rules.Reads);
        NodeSet tried = NodeSet.None;
#pragma warning disable CA5394 // It spreads connections and keeps no secret.
        double roll = Random.Shared.NextDouble();
#pragma warning restore CA5394
        uint turn = Interlocked.Increment(ref _turn);
        for (; NodeChoice.Next(route, tried, roll, turn) is { } index; tried = tried.With(index))
        {
            if (nodes.TryAcquire(rules.Fleet.Nodes[index], most) is not { } node)
            {
                refusal = FirstPacket.TooManyConnections;
                continue;
            }

            Dialed dialed = await DialAsync(node).ConfigureAwait(false);
            if (dialed.Server is not null)
                return dialed;
            node.Release();
            nodes.HasPassedOver();
            // A server's own reason is better than ours.
            refusal = dialed.FirstPacket.IsEmpty ? refusal : dialed.FirstPacket;
        }

        return new Dialed(null, refusal);
    }

    private async ValueTask<Dialed> DialAsync(ReadPortNode node)
    {
        if (SpareGreetings.Take(node) is { } spare)
            return new Dialed(spare.Server, spare.FirstPacket);
        if (Closed(node) is { } closed)
            return new Dialed(null, closed);

        Task<ReadOnlyMemory<byte>>? greeting = null;
        Socket? socket = null;
        ReadOnlyMemory<byte> first = default;
        string why = "it refuses connections";
        try
        {
            // Here because there may be no file descriptor left.
            socket = SocketTo(node.EndPoint);
            using var timeout = new CancellationTokenSource(GreetingTimeout, clock.Time);
            await socket.ConnectAsync(node.EndPoint, timeout.Token).ConfigureAwait(false);
            greeting = FirstPacketAsync(socket);
            first = await greeting.WaitAsync(timeout.Token).ConfigureAwait(false);
        }
        catch (SocketException e)
        {
            why = e.Message;
        }
        catch (OperationCanceledException)
        {
            why = $"no greeting within {GreetingTimeout.TotalSeconds} s";
        }

        bool isTaken = first.Length >= FirstPacket.Telling && !FirstPacket.IsRefusal(first.Span);
        NodeRefusal? refusal = refusals.HasSaid(node.Rules, first, clock.Now);
        node.Note(isTaken, refusal?.Text ?? why, log);
        if (isTaken)
            return new Dialed(new NodeSocket(socket!, node), first);
        if (greeting is { IsCompleted: false })
            _ = AwaitOverdueAsync(node, socket!, greeting);
        else
            socket?.Dispose();
        return new Dialed(null, first);
    }

    /// <summary>
    /// What a client is told of a node that is not dialed at all: it has just refused us (1129, 1040), or owes others its greeting. Empty
    /// for the latter; null when it is dialed.
    /// </summary>
    private ReadOnlyMemory<byte>? Closed(ReadPortNode node)
    {
        if (refusals.Of(node.Rules) is { } refusal && refusal.IsLeftAloneAt(clock.Now))
            return refusal.Packet;
        // Spelled out: a bare null would become an empty packet.
        return node.OwesGreetings ? ReadOnlyMemory<byte>.Empty : default(ReadOnlyMemory<byte>?);
    }

    /// <summary>
    /// A server that is frozen greets when it goes on. One handshake broken off by each client that waited would make it block this machine
    /// then.
    /// </summary>
    private static async Task AwaitOverdueAsync(ReadPortNode node, Socket socket, Task<ReadOnlyMemory<byte>> greeting)
    {
        node.GreetingIsOwed();
        try
        {
            ReadOnlyMemory<byte> first = await greeting.ConfigureAwait(false);
            if (first.Length >= FirstPacket.Telling && !FirstPacket.IsRefusal(first.Span))
                await SpareGreetings.DismissAsync(socket).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            // It is gone.
        }
        finally
        {
            node.GreetingIsThere();
            socket.Dispose();
        }
    }

    // A name may stand for addresses of both families.
    private static Socket SocketTo(EndPoint endPoint) => SocketSettings.Apply(
        endPoint is IPEndPoint ip ? new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
            : new Socket(SocketType.Stream, ProtocolType.Tcp));

    /// <summary>Empty when the server closed without a word.</summary>
    private static async Task<ReadOnlyMemory<byte>> FirstPacketAsync(Socket socket)
    {
        Memory<byte> buffer = new byte[FirstPacketBytes];
        int length = 0;
        while (length < FirstPacket.Telling)
        {
            int count = await socket.ReceiveAsync(buffer[length..], SocketFlags.None).ConfigureAwait(false);
            if (count == 0)
                return default;
            length += count;
        }

        return buffer[..length];
    }
}
