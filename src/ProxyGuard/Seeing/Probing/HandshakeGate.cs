using System.Collections.Concurrent;

namespace ProxyGuard.Seeing.Probing;

/// <summary>
/// One handshake at a time with a server, and how long it is waited for: also where another connection string for that server takes the
/// place of one that hangs.
/// </summary>
#pragma warning disable CA1001 // Of the semaphore nothing has to be disposed: no wait handle is ever asked of it.
internal sealed class HandshakeGate
#pragma warning restore CA1001
{
    // The server, or what stands before it, is waited for: a frozen one goes on where it was, and each handshake that we break off is one
    // towards max_connect_errors (10 in old servers). Doubled each time, ten of them take eight hours.
    private static readonly TimeSpan FirstHandshake = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestHandshake = TimeSpan.FromHours(2);

    private readonly SemaphoreSlim _one = new(1, 1);

    public TimeSpan Patience { get; private set; } = FirstHandshake;

    /// <summary>Returns when no other handshake is under way; <see cref="Leave"/> follows.</summary>
    public Task EnterAsync() => _one.WaitAsync();

    public void Leave() => _one.Release();

    public void Succeeded() => Patience = FirstHandshake;

    public void BrokeOff() => Patience = TimeSpan.FromTicks(Math.Min(2 * Patience.Ticks, LongestHandshake.Ticks));
}

/// <summary>The gates of all servers that were ever dialed, by host and port.</summary>
internal sealed class HandshakeGates
{
    private readonly ConcurrentDictionary<(string Host, int Port), HandshakeGate> _gates = new();

    public HandshakeGate Of(string host, int port) => _gates.GetOrAdd((host, port), static _ => new HandshakeGate());
}
