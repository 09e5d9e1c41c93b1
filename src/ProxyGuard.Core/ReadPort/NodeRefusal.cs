using ProxyGuard.Core.Replication;

namespace ProxyGuard.Core.ReadPort;

/// <summary>That a server would not have the read port's new connections, and how long it is left alone.</summary>
/// <param name="Packet">What it said.</param>
/// <param name="Since">Since when it has said so each time.</param>
/// <param name="At">When it said so last.</param>
public sealed record NodeRefusal(ReadOnlyMemory<byte> Packet, MonotonicInstant Since, MonotonicInstant At)
{
    private const int HostIsBlocked = 1129;

    // A full server has room again any moment; a host is unblocked by a person.
    private static readonly TimeSpan WhileFull = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WhileBlocked = TimeSpan.FromSeconds(5);

    // Without a client there is no further attempt.
    private static readonly TimeSpan ToldFor = TimeSpan.FromMinutes(1);

    /// <summary>1129: it stays so until an operator empties the server's host cache.</summary>
    public bool IsBlocked => FirstPacket.RefusalOf(Packet.Span) == HostIsBlocked;

    /// <summary>The server's number and words, without what no log should have.</summary>
    public string Text => FirstPacket.TextOf(Packet.Span);

    /// <summary>Null for what is no refusal.</summary>
    /// <param name="before">What the server said last; null when it took the connection.</param>
    public static NodeRefusal? Of(ReadOnlyMemory<byte> packet, NodeRefusal? before, MonotonicInstant now) =>
        FirstPacket.RefusalOf(packet.Span) is null ? null : new NodeRefusal(packet, before?.Since ?? now, now);

    /// <summary>Whether it is not to be dialed again yet.</summary>
    public bool IsLeftAloneAt(MonotonicInstant now) => now < At + (IsBlocked ? WhileBlocked : WhileFull);

    /// <summary>Whether it may still be taken to be so.</summary>
    public bool IsTrueAt(MonotonicInstant now) => now < At + ToldFor;
}
