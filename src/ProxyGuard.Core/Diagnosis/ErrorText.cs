using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace ProxyGuard.Core.Diagnosis;

/// <summary>
/// What an error text of a server says, fact by fact. The wordings are those of MySQL 5.x (master), MySQL 8 and 9 (source) and MariaDB;
/// their sources are sql/share/errmsg-utf8.txt and sql/log_event*.cc. A fact the text does not hold is not in the result.
/// </summary>
internal static partial class ErrorText
{
    // The first that matches gives a fact; its groups are named like the facts.
    private static readonly ImmutableArray<Regex> Wordings =
    [
        RowEvent(), QualifiedTable(), EventEnd(), Worker(), DuplicateEntry(), Statement(),
        TableMissing(), TableExists(), UnknownTable(), Conversion(), UnknownColumn(), RefusedColumn(), ForeignKey(),
        MariaDbGtid(), MissingGtids(), DeniedAccount(), ConnectingAccount(), PluginError(), Plugin(), ChangedTable(),
    ];

    public static ImmutableDictionary<string, string> FactsOf(string text)
    {
        var facts = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (Regex wording in Wordings)
        {
            Match match = wording.Match(text);
            foreach (Group group in match.Groups.Values.Where(group => group.Success && group.Length > 0 && !char.IsAsciiDigit(group.Name[0])))
                facts.TryAdd(group.Name, group.Value);
        }

        return Qualified(facts);
    }

    // A statement names tables as its author did: without the database when that was the default one.
    private static ImmutableDictionary<string, string> Qualified(ImmutableDictionary<string, string>.Builder facts)
    {
        if (facts.TryGetValue("table", out string? table))
            table = table.Trim('`').Replace("`.", ".", StringComparison.Ordinal).Replace(".`", ".", StringComparison.Ordinal);
        if (table is not null)
            facts["table"] = !table.Contains('.', StringComparison.Ordinal) && facts.TryGetValue("database", out string? database) ? $"{database}.{table}" : table;
        // Since MySQL 8.0.19 the table stands before the key's name.
        if (facts.TryGetValue("key", out string? key))
            facts["key"] = key[(key.LastIndexOf('.') + 1)..];
        return facts.ToImmutable();
    }

    [GeneratedRegex(@"Could not execute (?<event>\w+) event on table (?<table>[^;]+);")]
    private static partial Regex RowEvent();

    [GeneratedRegex(@"the event's (?:master|source) log (?<file>[^,\s]+), end_log_pos (?<position>\d+)")]
    private static partial Regex EventEnd();

    [GeneratedRegex(@"failed executing transaction '(?<gtid>[^']*)' at (?:(?:master|source) log (?<file>[^,\s]+), )?end_log_pos (?<position>\d+)")]
    private static partial Regex Worker();

    // The entry is what somebody typed: it may hold quotes.
    [GeneratedRegex(@"Duplicate entry '(?<entry>.*)' for key '(?<key>[^']*)'", RegexOptions.Singleline)]
    private static partial Regex DuplicateEntry();

    [GeneratedRegex(@"on query\. Default database: '(?<database>[^']*)'\. Query: '(?<query>.*)'", RegexOptions.Singleline)]
    private static partial Regex Statement();

    [GeneratedRegex("Table '(?<table>[^']+)' doesn't exist")]
    private static partial Regex TableMissing();

    [GeneratedRegex("Table '(?<table>[^']+)' already exists")]
    private static partial Regex TableExists();

    [GeneratedRegex("Unknown table '(?<table>[^']+)'")]
    private static partial Regex UnknownTable();

    [GeneratedRegex(@"Column (?<column>\d+)[^']{0,60}of table '(?<table>[^']+)' cannot be converted")]
    private static partial Regex Conversion();

    [GeneratedRegex("Unknown column '(?<column>[^']+)'")]
    private static partial Regex UnknownColumn();

    [GeneratedRegex("(?:for column|[cC]olumn|Field) '?(?<column>[^' ]+)'? (?:at row|cannot be null|doesn't have a default)")]
    private static partial Regex RefusedColumn();

    [GeneratedRegex("foreign key constraint fails \\((?<table>[^,]+), CONSTRAINT")]
    private static partial Regex ForeignKey();

    [GeneratedRegex(@"GTID (?<gtid>\d+-\d+-\d+)")]
    private static partial Regex MariaDbGtid();

    [GeneratedRegex("the missing transactions are '(?<gtid>[^']*)'")]
    private static partial Regex MissingGtids();

    [GeneratedRegex("Access denied for user (?<account>'[^']*'@'[^']*')")]
    private static partial Regex DeniedAccount();

    [GeneratedRegex("connecting to (?:master|source) '(?<account>[^']*)@[^'@]*'")]
    private static partial Regex ConnectingAccount();

    [GeneratedRegex(@"Authentication plugin '(?<plugin>\w+)'")]
    private static partial Regex PluginError();

    [GeneratedRegex(@"[Pp]lugin '?(?<plugin>\w+)'? (?:could not|cannot|requires|reported)")]
    private static partial Regex Plugin();

    [GeneratedRegex(@"Query: '\s*(?:(?:INSERT|REPLACE)\b[^(`']{0,40}?\bINTO|UPDATE(?:\s+LOW_PRIORITY)?(?:\s+IGNORE)?|DELETE\b[^(`']{0,40}?\bFROM)\s+(?<table>[`\w.$]+)", RegexOptions.IgnoreCase)]
    private static partial Regex ChangedTable();

    // The error says the table without its database, the statement may say it with it.
    [GeneratedRegex(@"Query: '\s*(?:CREATE|ALTER|DROP|TRUNCATE)\b[^(`']{0,40}?\bTABLE\s+(?:IF\s+(?:NOT\s+)?EXISTS\s+)?(?<table>(?:`[^`]+`|[\w$]+)\.(?:`[^`]+`|[\w$]+))", RegexOptions.IgnoreCase)]
    private static partial Regex QualifiedTable();
}
