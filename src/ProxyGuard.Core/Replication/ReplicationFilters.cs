using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace ProxyGuard.Core.Replication;

/// <summary>
/// What the filters of one side of a link leave out, by the servers' own order of evaluation: databases first, then do_table,
/// ignore_table, wild_do_table and
/// wild_ignore_table (https://dev.mysql.com/doc/refman/8.4/en/replication-rules.html, https://mariadb.com/kb/en/replication-filters/).
/// A database filter goes by the session's default database where statements are logged, and by the table's where rows are: so the site's
/// databases are those
/// that hold its tables and those that its connections name.
/// </summary>
/// <param name="entries">As "Replicate_Do_DB=photos,forum"; the prefix is that of the column it stood in.</param>
internal sealed partial class ReplicationFilters(ImmutableArray<string> entries)
{
    private readonly ImmutableArray<(string Entry, string Rule, ImmutableArray<string> Values)> _rules =
        entries.IsDefault ? [] : [.. entries.Select(Read)];

    /// <summary>The filters that may keep something of the site's from passing; empty when none provably can.</summary>
    /// <param name="servers">The ids of the servers whose events must pass.</param>
    /// <param name="domains">The GTID domains that the primary's binlog has (MariaDB). Null when that is not known.</param>
    public IEnumerable<string> Hiding(SiteDatabases site, IReadOnlySet<long> servers, GtidDomains? domains) =>
        _rules.Where(rule => MayHide(rule.Rule, rule.Values, site, servers, domains)).Select(rule => rule.Entry);

    /// <summary>Whether the transactions of a GTID domain are fetched (MariaDB).</summary>
    public bool Passes(long domain) =>
        !Numbers(ValuesOf("ignore_domain_ids")).Contains(domain)
        && (ValuesOf("do_domain_ids") is { IsEmpty: true } || Numbers(ValuesOf("do_domain_ids")).Contains(domain));

    private bool MayHide(
        string rule, ImmutableArray<string> values, SiteDatabases site, IReadOnlySet<long> servers, GtidDomains? domains) => rule switch
        {
            "do_db" => !site.AreAll(database => values.Contains(database)),
            // Not looked at where there is a do_db.
            "ignore_db" => ValuesOf("do_db").IsEmpty && values.Any(site.MayHold),
            "do_table" or "wild_do_table" => !PassesByWildDo(site),
            "ignore_table" => values.Any(table => site.MayHold(table.Split('.')[0]) && !ValuesOf("do_table").Contains(table)),
            "wild_ignore_table" => !PassesByWildDo(site) && values.Any(pattern => site.MayHoldAny(new TablePattern(pattern))),
            "rewrite_db" => Pairs(values) is var pairs && (pairs.IsEmpty || pairs.Any(site.MayHold)),
            "ignore_server_ids" => Numbers(values).Any(servers.Contains),
            "ignore_domain_ids" => domains is null || Numbers(values).Any(domains.Has),
            "do_domain_ids" => domains is null || !domains.AreAllIn(Numbers(values)),
            // What we have no name for may hide anything.
            _ => true,
        };

    private ImmutableArray<string> ValuesOf(string rule) =>
        _rules.FirstOrDefault(known => known.Rule == rule).Values is { IsDefault: false } values ? values : [];

    /// <summary>Whether every table of the site passes by a wild_do_table, which counts before wild_ignore_table.</summary>
    private bool PassesByWildDo(SiteDatabases site)
    {
        ImmutableArray<string> patterns = ValuesOf("wild_do_table");
        return patterns.Any(pattern => new TablePattern(pattern).MatchesEverything)
            || site.AreAll(database => patterns.Any(pattern => new TablePattern(pattern).MatchesAllOf(database)));
    }

    private static (string Entry, string Rule, ImmutableArray<string> Values) Read(string entry)
    {
        int equals = entry.IndexOf('=', StringComparison.Ordinal);
        string name = equals < 0 ? entry : entry[..equals];
        string rule = name[(name.IndexOf('_', StringComparison.Ordinal) + 1)..].ToLowerInvariant();
        return (entry, rule, [.. entry[(equals + 1)..].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)]);
    }

    private static HashSet<long> Numbers(ImmutableArray<string> values)
    {
        var numbers = new HashSet<long>();
        foreach (string value in values.SelectMany(value => value.Split(' ')))
        {
            if (long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long number))
                numbers.Add(number);
        }

        return numbers;
    }

    /// <summary>
    /// Both names of every pair, of MySQL's "(from,to)" and MariaDB's "from->to". Empty when nothing of that kind is there.
    /// </summary>
    private static ImmutableArray<string> Pairs(ImmutableArray<string> values) =>
        [.. Pair().Matches(string.Join(',', values)).SelectMany(pair => new[] { pair.Groups[1].Value, pair.Groups[2].Value })];

    [GeneratedRegex(@"\(?([^(),]+?)(?:->|,)([^(),]+)\)?")]
    private static partial Regex Pair();
}
