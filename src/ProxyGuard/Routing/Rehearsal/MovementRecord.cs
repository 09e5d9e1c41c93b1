using System.Collections.Immutable;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Core.Requests;

namespace ProxyGuard.Routing.Rehearsal;

/// <summary>
/// In a dry run: how far the primary's head moved in each few seconds of the last two hours, and what was asked for meanwhile. Bounded in
/// kinds and windows; a megabyte at the most.
/// </summary>
internal sealed class MovementRecord : IGuardListener
{
    /// <summary>Of requests; further ones are counted as others.</summary>
    public const int MostKinds = 60;

    /// <summary>Two hours of them.</summary>
    public const int MostWindows = 1440;

    /// <summary>How long a window lasts, at the least: long enough that what is counted just beside its ends matters little.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Queue<MovementWindow> _windows = new();
    private readonly List<MovementKind> _kinds = [new("other reads", IsRead: true), new("other writes", IsRead: false)];
    // By a parameter the same address may be either.
    private readonly Dictionary<(string Name, bool IsRead), int> _numbers = [];
    private Dictionary<int, int> _counts = [];
    private (MonotonicInstant At, BinlogPosition Head)? _start;

    /// <summary>Takes note of a request when its answer begins: what it writes it has written by then.</summary>
    /// <param name="method">As sent.</param>
    /// <param name="rawPath">As sent, without the query.</param>
    public void Count(string method, ReadOnlySpan<char> rawPath, bool isRead)
    {
        string name = $"{(method.Length > 20 ? method[..20] : method)} {PathShape.Of(rawPath)}";
        lock (_lock)
        {
            int number = NumberOf_UnderLock(name, isRead);
            _counts[number] = _counts.GetValueOrDefault(number) + 1;
        }
    }

    public void Posted(GuardView before, GuardView after)
    {
        if (!after.Rules.Requests.IsDryRun)
            return;
        NodeState primary = after.Fleet.Primary;
        lock (_lock)
        {
            if (primary is { Silence: null, LastAnswer: { Head: { } head } answer })
                Follow_UnderLock(answer, head);
            else
                Begin_UnderLock(null);
        }
    }

    /// <summary>The windows in the order of time, and the kinds by number.</summary>
    public (IReadOnlyList<MovementWindow> Windows, IReadOnlyList<MovementKind> Kinds) Take()
    {
        lock (_lock)
            return ([.. _windows], [.. _kinds]);
    }

    private int NumberOf_UnderLock(string name, bool isRead)
    {
        if (_numbers.TryGetValue((name, isRead), out int known))
            return known;
        if (_numbers.Count >= MostKinds)
            return isRead ? 0 : 1;
        _numbers[(name, isRead)] = _kinds.Count;
        _kinds.Add(new MovementKind(name, isRead));
        return _kinds.Count - 1;
    }

    private void Follow_UnderLock(NodeReading.Answered answer, BinlogPosition head)
    {
        if (_start is { } start && answer.AskedAt - start.At < Window)
            return;
        // Files of that time are gone, or it is another log: then nothing is known of that window.
        if (_start is { } from && answer.Logs.BytesBetween(from.Head, head) is { } bytes)
        {
            if (_windows.Count == MostWindows)
                _windows.Dequeue();
            _windows.Enqueue(new MovementWindow((answer.AskedAt - from.At).TotalSeconds, bytes, [.. _counts]));
        }

        Begin_UnderLock((answer.AskedAt, head));
    }

    private void Begin_UnderLock((MonotonicInstant, BinlogPosition)? start)
    {
        _start = start;
        _counts = [];
    }
}
