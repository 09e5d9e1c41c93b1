using System.Collections.Concurrent;
using ProxyGuard.Core.Requests;
using ProxyGuard.Ground.Hosting;

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
/// <param name="Known">What an application's preset says of it; null for nothing.</param>
/// <param name="Parameters">What they have in common.</param>
internal sealed record RehearsedCount(
    long Times, long DuringIncidents, DateTimeOffset LastAt, string? Known, ParameterCounts Parameters);

/// <summary>One request to be looked at.</summary>
/// <param name="IsIncident">Whether it would really have been refused.</param>
/// <param name="Parameters">All that it says.</param>
/// <param name="Member">Null where it is not known.</param>
/// <param name="Rule">By which it is what it is; null for none.</param>
internal sealed record RehearsedRequest(
    Rehearsed What, bool IsIncident, RequestParameters Parameters, AddressKey? Member, RequestRule? Rule);

/// <summary>What would have been refused since the start. Bounded; of queries and bodies only what many have in common is kept.</summary>
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

    public void Add(string method, ReadOnlySpan<char> rawPath, RehearsedRequest request)
    {
        var kind = new RehearsedKind(request.What, method.Length > 20 ? method[..20] : method, PathShape.Of(rawPath));
        if (_kinds.Count >= MostKinds && !_kinds.ContainsKey(kind))
        {
            Interlocked.Increment(ref _notListed);
            return;
        }

        long during = request.IsIncident ? 1 : 0;
        DateTimeOffset now = time.GetUtcNow();
        string? known = request.Rule?.Preset is { } preset ? $"{preset.Application}: {preset.Reason}" : null;
        RehearsedCount counted = _kinds.AddOrUpdate(
            kind, _ => new RehearsedCount(1, during, now, known, new ParameterCounts()),
            (_, count) => count with
            {
                Times = count.Times + 1,
                DuringIncidents = count.DuringIncidents + during,
                LastAt = now,
                // Of an address that serves several purposes nothing is known as a whole.
                Known = count.Known == known ? known : null,
            });
        counted.Parameters.Add(request.Parameters, request.Member);
    }
}
