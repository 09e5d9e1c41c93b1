using System.Net;
using ProxyGuard.Core.Replication;
using ProxyGuard.Ground.Telemetry;

namespace ProxyGuard.Routing.ReadPort;

/// <summary>
/// One database server as the read port meets it: its connections hold it, so that it outlives its place in the fleet. Lock-free: readers
/// get what was true a moment ago.
/// </summary>
/// <param name="rules">As configured when it was first met.</param>
internal sealed class ReadPortNode(NodeRules rules)
{
    private int _open;
    private int _overdue;
    private SpareGreeting? _spare;
    private bool _isMissed;

    public NodeRules Rules => rules;

    public EndPoint EndPoint { get; } = IPAddress.TryParse(rules.Host, out IPAddress? address)
        ? new IPEndPoint(address, rules.Port)
        : new DnsEndPoint(rules.Host, rules.Port);

    /// <summary>Its connections; also one that is just being made.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Whether it owes clients that wait no longer a greeting: those dials are not broken off.</summary>
    public bool OwesGreetings => Volatile.Read(ref _overdue) > 0;

    /// <summary>A greeting whose client has left; null for none.</summary>
    public SpareGreeting? Spare => Volatile.Read(ref _spare);

    /// <summary>Since when it may not be read from; null while it may. For one thread.</summary>
    public MonotonicInstant? LeftSince { get; set; }

    /// <summary>Whether nothing is known of it that its next connection should know.</summary>
    public bool IsIdle => Open == 0 && !OwesGreetings && Spare is null;

    /// <summary>Whether there was room. Before the connection is made, so that there is never one that is not counted.</summary>
    /// <param name="most">So many it may have, with this one.</param>
    public bool TryAcquire(int most)
    {
        if (Interlocked.Increment(ref _open) <= most)
            return true;
        Release();
        return false;
    }

    public void Release() => Interlocked.Decrement(ref _open);

    public void GreetingIsOwed() => Interlocked.Increment(ref _overdue);

    public void GreetingIsThere() => Interlocked.Decrement(ref _overdue);

    /// <summary>Puts one in the place of the other, which is returned.</summary>
    public SpareGreeting? Exchange(SpareGreeting? spare) => Interlocked.Exchange(ref _spare, spare);

    /// <summary>Whether it was still there, and is not any more.</summary>
    public bool TryRemove(SpareGreeting spare) => Interlocked.CompareExchange(ref _spare, null, spare) == spare;

    /// <summary>Whether it took a connection. Told are transitions only: a node that is gone fails once for every client.</summary>
    public void Note(bool isTaken, string why, ILogger log)
    {
        if (Volatile.Read(ref _isMissed) == !isTaken)
            return;
        Volatile.Write(ref _isMissed, !isTaken);
        if (isTaken)
            log.ReadPortReached(rules.Name);
        else
            log.ReadPortMissed(rules.Name, why);
    }
}
