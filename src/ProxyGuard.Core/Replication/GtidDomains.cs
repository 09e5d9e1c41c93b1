using System.Collections.Immutable;
using System.Globalization;

namespace ProxyGuard.Core.Replication;

/// <summary>
/// A GTID position of MariaDB, such as <c>0-1-57,3-1-20</c>: how far each replication domain has come (https://mariadb.com/kb/en/gtid/).
/// Domains are applied beside each
/// other, so that one may be far ahead of another while the file and offset show only the foremost.
/// </summary>
public sealed class GtidDomains
{
    private readonly ImmutableSortedDictionary<long, (long Server, ulong Sequence)> _reached;

    private GtidDomains(ImmutableSortedDictionary<long, (long Server, ulong Sequence)> reached) => _reached = reached;

    /// <summary>How many domains there are.</summary>
    public int Count => _reached.Count;

    /// <summary>Null where there is no position, or it is not one of MariaDB's.</summary>
    public static GtidDomains? TryParse(string? position)
    {
        if (string.IsNullOrEmpty(position))
            return null;
        var reached = ImmutableSortedDictionary.CreateBuilder<long, (long Server, ulong Sequence)>();
        foreach (string gtid in position.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = gtid.Split('-');
            if (parts.Length != 3 || !TryNumber(parts[0], out long domain) || !TryNumber(parts[1], out long server)
                || !ulong.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out ulong sequence))
                return null;
            if (sequence >= reached.GetValueOrDefault(domain).Sequence)
                reached[domain] = (server, sequence);
        }

        return new GtidDomains(reached.ToImmutable());
    }

    public bool Has(long domain) => _reached.ContainsKey(domain);

    /// <summary>
    /// Whether it has come at least as far as <paramref name="other"/> in each of that one's domains that count; one that it does not have
    /// is at its beginning.
    /// </summary>
    public bool Covers(GtidDomains other, Func<long, bool> counts) =>
        other._reached.All(domain => !counts(domain.Key) || _reached.GetValueOrDefault(domain.Key).Sequence >= domain.Value.Sequence);

    /// <summary>
    /// Whether the last transaction of <paramref name="other"/> in a domain is one that <paramref name="server"/> wrote, and this position
    /// of that server's own binlog has it.
    /// </summary>
    public bool HasWritten(GtidDomains other, long domain, long server) =>
        other._reached.TryGetValue(domain, out (long Server, ulong Sequence) last) && last.Server == server
        && _reached.TryGetValue(domain, out (long Server, ulong Sequence) has) && has.Server == server && has.Sequence >= last.Sequence;

    /// <summary>
    /// Whether that is certain: a server between the two that writes by itself goes on counting where the primary stands, and what it
    /// wrote says nothing of the primary's
    /// next transactions. So the last one must be the same server's.
    /// </summary>
    public bool ProvesAllOf(GtidDomains other) =>
        Covers(other, _ => true)
        && other._reached.All(domain => _reached.GetValueOrDefault(domain.Key).Server == domain.Value.Server);

    internal bool AreAllIn(IReadOnlySet<long> domains) => _reached.Keys.All(domains.Contains);

    /// <summary>Whether it has come farther than <paramref name="other"/> in a domain that both have.</summary>
    internal bool IsAheadOf(GtidDomains other) =>
        _reached.Any(domain => other.Has(domain.Key) && domain.Value.Sequence > other._reached[domain.Key].Sequence);

    private static bool TryNumber(string text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
