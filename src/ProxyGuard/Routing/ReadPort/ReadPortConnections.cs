using System.Collections.Concurrent;
using System.Net.Sockets;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.ReadPort;
using ProxyGuard.Core.Replication;
using ProxyGuard.Deciding.Guarding;
using ProxyGuard.Ground.Time;

namespace ProxyGuard.Routing.ReadPort;

/// <summary>Every carried connection, and when those end whose node is no longer one to read from.</summary>
internal sealed class ReadPortConnections(
    NodeDialer dialer, ReadPortNodes nodes, SpareGreetings spares, GuardBoard board, GuardClock clock)
{
    private readonly ConcurrentDictionary<ReadPortConnection, bool> _connections = [];

    public bool IsEmpty => _connections.IsEmpty;

    /// <summary>Finds a node for a new client and carries what they say, or tells it that there is none.</summary>
    public async Task ServeAsync(Socket client)
    {
        Dialed dialed = await dialer.DialAsync().ConfigureAwait(false);
        if (dialed.Server is { } server)
            await CarryAsync(new ReadPortConnection(client, server), dialed.FirstPacket).ConfigureAwait(false);
        else
            await RefuseAsync(client, dialed.FirstPacket).ConfigureAwait(false);
    }

    /// <summary>Until both sides have closed.</summary>
    /// <param name="greeting">What the server has said already.</param>
    private async Task CarryAsync(ReadPortConnection connection, ReadOnlyMemory<byte> greeting)
    {
        using (connection)
        {
            nodes.HasCarried();
            _connections[connection] = true;
            try
            {
                // One that was accepted just before the shutdown is seen by it all the same.
                if (await connection.CarryAsync(greeting).ConfigureAwait(false))
                    spares.Put(connection.Server, greeting);
            }
            finally
            {
                _connections.TryRemove(connection, out _);
                connection.Node.Release();
            }
        }
    }

    /// <summary>Tells a client for whom there is no node.</summary>
    public async Task RefuseAsync(Socket client, ReadOnlyMemory<byte> error)
    {
        nodes.HasRefused();
        await client.SendAsync(error, SocketFlags.None).ConfigureAwait(false);
        client.Shutdown(SocketShutdown.Send);
    }

    /// <summary>Ends those whose time has come; to be called again and again, from one thread at a time.</summary>
    public void Sweep(ReadPortRules rules)
    {
        spares.Sweep();
        MonotonicInstant now = clock.Now;
        NoteNodes(board.View, now);
        foreach ((ReadPortConnection connection, _) in _connections)
        {
            connection.Look(now);
            if (rules.Ends(connection.Talk, now - connection.Node.LeftSince, connection.IsHalfClosed, now - connection.QuietSince))
                connection.End();
        }
    }

    /// <summary>At shutdown no idle client waits for a node to come back.</summary>
    public void EndIdle()
    {
        foreach ((ReadPortConnection connection, _) in _connections)
        {
            if (connection.Talk.IsIdle)
                connection.End();
        }
    }

    /// <summary>At shutdown, when no client will take them any more.</summary>
    public Task DismissSparesAsync() => spares.DismissAllAsync();

    public void EndAll()
    {
        foreach ((ReadPortConnection connection, _) in _connections)
            connection.End();
    }

    private void NoteNodes(GuardView view, MonotonicInstant now)
    {
        NodeSet readable = view.Reads.Nodes.Union(view.Reads.AboveLimit?.Nodes ?? NodeSet.None);
        HashSet<ReadPortNode> ofFleet = [];
        HashSet<ReadPortNode> ofRoute = [];
        for (int index = 0; index < view.Fleet.Nodes.Length; index++)
        {
            if (nodes.Find(view.Fleet.Nodes[index].Rules) is not { } node)
                continue;
            ofFleet.Add(node);
            if (readable.Contains(index))
                ofRoute.Add(node);
        }

        foreach (ReadPortNode node in nodes.Met)
        {
            node.LeftSince = ofRoute.Contains(node) ? null : node.LeftSince ?? now;
            if (!ofFleet.Contains(node) && node.IsIdle)
                nodes.Forget(node);
        }
    }
}
