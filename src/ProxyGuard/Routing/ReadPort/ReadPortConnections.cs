using System.Collections.Concurrent;
using ProxyGuard.Core.ReadPort;
using ProxyGuard.Core.Replication;
using ProxyGuard.Core.Routing;
using ProxyGuard.Deciding.Guarding;
using ProxyGuard.Ground.Time;

namespace ProxyGuard.Routing.ReadPort;

/// <summary>Every carried connection, and when those end whose node is no longer one to read from.</summary>
internal sealed class ReadPortConnections(GuardBoard board, GuardClock clock, int nodeCount)
{
    private readonly ConcurrentDictionary<ReadPortConnection, bool> _connections = [];
    private readonly Moment?[] _leftSince = new Moment?[nodeCount];

    public bool IsEmpty => _connections.IsEmpty;

    public void Add(ReadPortConnection connection) => _connections[connection] = true;

    public void Remove(ReadPortConnection connection) => _connections.TryRemove(connection, out _);

    /// <summary>Ends those whose time has come; to be called again and again, from one thread at a time.</summary>
    public void Sweep(ReadPortRules rules)
    {
        Moment now = clock.Now;
        NoteNodes(board.View.Reads, now);
        foreach ((ReadPortConnection connection, _) in _connections)
        {
            connection.Look(now);
            if (rules.Ends(connection.Talk, now - _leftSince[connection.Node], connection.IsHalfClosed, now - connection.QuietSince))
                connection.End();
        }
    }

    /// <summary>At shutdown nobody waits for a node to come back.</summary>
    public void EndIdle()
    {
        foreach ((ReadPortConnection connection, _) in _connections)
        {
            if (connection.Talk.IsIdle)
                connection.End();
        }
    }

    public void EndAll()
    {
        foreach ((ReadPortConnection connection, _) in _connections)
            connection.End();
    }

    private void NoteNodes(ReadRoute reads, Moment now)
    {
        NodeSet nodes = reads.Nodes.And(reads.AboveLimit?.Nodes ?? NodeSet.None);
        for (int node = 0; node < _leftSince.Length; node++)
            _leftSince[node] = nodes.Contains(node) ? null : _leftSince[node] ?? now;
    }
}
