using System.Collections.Concurrent;
using ProxyGuard.Core.Requests;

namespace ProxyGuard.Routing.Rehearsal;

/// <summary>What kind of request an operator should look at before the bad day.</summary>
internal enum Rehearsed
{
    /// <summary>It counts as a write and would be refused while the site is read-only.</summary>
    Write,

    /// <summary>It counts as a read and may be none: it was answered with a redirect, as what has just changed something is.</summary>
    SuspectedRead,
}

/// <summary>Requests of one kind, counted.</summary>
/// <param name="Method">As sent.</param>
/// <param name="Path">Its shape: see <see cref="PathShape"/>.</param>
internal readonly record struct RehearsedKind(Rehearsed What, string Method, string Path);

/// <param name="Times">How often.</param>
/// <param name="DuringIncidents">How often while writes would really have been refused.</param>
/// <param name="LastAt">The last time.</param>
internal sealed record RehearsedCount(long Times, long DuringIncidents, DateTimeOffset LastAt);

/// <summary>What would have been refused since the start. Bounded; queries, bodies and names are not kept.</summary>
internal sealed class RehearsalLog(TimeProvider time)
{
    /// <summary>A site has fewer kinds of requests; a client that invents paths fills this and no more.</summary>
    public const int MostKinds = 500;

    private readonly ConcurrentDictionary<RehearsedKind, RehearsedCount> _kinds = new();
    private long _notListed;

    public DateTimeOffset Since { get; } = time.GetUtcNow();

    /// <summary>Requests of further kinds.</summary>
    public long NotListed => Interlocked.Read(ref _notListed);

    public IReadOnlyList<(RehearsedKind Kind, RehearsedCount Count)> Of(Rehearsed what) =>
        [
            .. _kinds.Where(kind => kind.Key.What == what).OrderByDescending(kind => kind.Value.Times)
            .ThenBy(kind => kind.Key.Path, StringComparer.Ordinal).Select(kind => (kind.Key, kind.Value)),
        ];

    public void Add(Rehearsed what, string method, ReadOnlySpan<char> rawPath, bool isIncident)
    {
        var kind = new RehearsedKind(what, method.Length > 20 ? method[..20] : method, PathShape.Of(rawPath));
        if (_kinds.Count >= MostKinds && !_kinds.ContainsKey(kind))
        {
            Interlocked.Increment(ref _notListed);
            return;
        }

        long during = isIncident ? 1 : 0;
        DateTimeOffset now = time.GetUtcNow();
        _kinds.AddOrUpdate(
            kind, _ => new RehearsedCount(1, during, now),
            (_, count) => new RehearsedCount(count.Times + 1, count.DuringIncidents + during, now));
    }
}
