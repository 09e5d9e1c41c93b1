using System.Collections.Frozen;
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
        RowEvent(), QualifiedTable(), EventEnd(), HandlerError(), Worker(), DuplicateEntry(), Statement(),
        TableMissing(), TableExists(), UnknownTable(), Conversion(), UnknownColumn(), RefusedColumn(), ForeignKey(),
        ReferencedTable(), Routine(), UnknownDatabase(), FailedOperation(), Definer(),
        MariaDbGtid(), MissingGtids(), DeniedAccount(), ConnectingAccount(), PluginError(), Plugin(), ChangedTable(),
    ];

    // What every language of lc_messages shares: which value stands first, and the quotes around each. Only where a number says what the
    // quotes hold.
    private static readonly FrozenDictionary<int, Regex> Shapes = new Dictionary<int, Regex>
    {
        [1062] = DuplicateShape(),
        [1146] = FirstQuoted(),
        [1050] = FirstQuoted(),
        [1051] = FirstQuoted(),
    }.ToFrozenDictionary();

    /// <param name="number">0 when the server gave none.</param>
    public static ImmutableDictionary<string, string> FactsOf(int number, string text)
    {
        var facts = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (Regex wording in Wordings)
            Add(facts, wording.Match(text));
        // Only where no wording said it, and never from what a statement says.
        if (Shapes.TryGetValue(number, out Regex? shape) && !facts.ContainsKey("entry"))
            Add(facts, shape.Match(BeforeTheError().Replace(text.Split(" on query. ", 2)[0], "")));
        return Qualified(facts);
    }

    private static void Add(ImmutableDictionary<string, string>.Builder facts, Match match)
    {
        foreach (Group group in match.Groups.Values.Where(group => group.Success && group.Length > 0 && !char.IsAsciiDigit(group.Name[0])))
            facts.TryAdd(group.Name, group.Value);
    }

    /// <summary>Which thread speaks: true for the SQL thread, false for the IO thread, null where the text could be either's.</summary>
    public static bool? ThreadOf(string text)
    {
        if (OfSqlThread().IsMatch(text))
            return true;
        return OfIoThread().IsMatch(text) ? false : null;
    }

    /// <summary>
    /// The server's own words, without what members may have typed: a comment that says "No space left on device" is no full disk. What a
    /// statement or a value held is cut out.
    /// </summary>
    public static string WithoutValues(string text)
    {
        int query = text.IndexOf(" Query: '", StringComparison.Ordinal);
        string said = query < 0 ? text : text[..query];
        return TypedValue().Replace(said, "''");
    }

    /// <summary>
    /// Whether it is from the log of a server of a Galera cluster: behind the statement too, which is not searched for causes.
    /// </summary>
    public static bool IsOfGalera(string text) => text.Contains("WSREP: ", StringComparison.Ordinal);

    /// <summary>Whether it names a transaction by GTID that only a replica with GTIDs tells of.</summary>
    public static bool IsOfGtids(IReadOnlyDictionary<string, string> facts, string text) =>
        facts.TryGetValue("gtid", out string? gtid) && gtid is not ("ANONYMOUS" or "NOT_YET_DETERMINED" or "AUTOMATIC")
        || text.Contains("AUTO_POSITION = 1", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the failed statement begins with one of the words. False when no statement is told.</summary>
    public static bool IsStatement(IReadOnlyDictionary<string, string> facts, params ReadOnlySpan<string> verbs)
    {
        if (!facts.TryGetValue("query", out string? query))
            return false;
        string begun = LeadingComment().Replace(query, "");
        foreach (string verb in verbs)
        {
            if (begun.StartsWith(verb, StringComparison.OrdinalIgnoreCase)
                && (begun.Length == verb.Length || !char.IsLetterOrDigit(begun[verb.Length])))
                return true;
        }

        return false;
    }

    /// <summary>
    /// Whether the error came from a row event of that kind: <c>Write_rows</c> is also Write_rows_v1 and Write_rows_compressed.
    /// </summary>
    public static bool IsEvent(IReadOnlyDictionary<string, string> facts, string kind) =>
        facts.TryGetValue("event", out string? name) && name.Contains(kind, StringComparison.OrdinalIgnoreCase);

    // A statement names tables as its author did: without the database when that was the default one.
    private static ImmutableDictionary<string, string> Qualified(ImmutableDictionary<string, string>.Builder facts)
    {
        if (facts.TryGetValue("table", out string? table))
            table = Plain(table);
        if (table is not null)
            facts["table"] = !table.Contains('.', StringComparison.Ordinal) && facts.TryGetValue("database", out string? database)
                ? $"{database}.{table}"
                : table;
        // In French it is 'repl'@'@db2' (share/errmsg-utf8.txt of MySQL 5.6).
        if (facts.TryGetValue("account", out string? account))
            facts["account"] = account.Replace("'@'@", "'@'", StringComparison.Ordinal);
        // Since MySQL 8.0.19 the table stands before the key's name.
        if (facts.TryGetValue("key", out string? key))
            facts["key"] = key[(key.LastIndexOf('.') + 1)..];
        // Another schema's table is named in full; the same schema's is not.
        if (facts.TryGetValue("referenced", out string? parent))
        {
            parent = Plain(parent);
            facts["referenced"] = parent.Contains('.', StringComparison.Ordinal) || table is null
                || !table.Contains('.', StringComparison.Ordinal)
                ? parent
                : $"{table.Split('.')[0]}.{parent}";
        }

        return facts.ToImmutable();
    }

    [GeneratedRegex(
        @"\bon query\. Default|\bevent on table\b|\brow event\b|\bWorker \d|^Coordinator |\bSQL thread\b|\bapplier\b|\bError on (?:slave|replica)\b",
        RegexOptions.IgnoreCase)]
    private static partial Regex OfSqlThread();

    [GeneratedRegex(
        @"\bconnecting to (?:master|source)\b|\bwhen reading data from binary log\b|\bI/O thread\b|\breceiver thread\b|\b(?:Master|Source) command\b",
        RegexOptions.IgnoreCase)]
    private static partial Regex OfIoThread();

    private static string Plain(string name) =>
        name.Trim('`').Replace("`.", ".", StringComparison.Ordinal).Replace(".`", ".", StringComparison.Ordinal);

    [GeneratedRegex(@"Could not execute (?<event>\w+) event on table (?<table>[^;]+);")]
    private static partial Regex RowEvent();

    [GeneratedRegex(@"the event's (?:master|source) log (?<file>[^,\s]+), end_log_pos (?<position>\d+)")]
    private static partial Regex EventEnd();

    [GeneratedRegex(@"handler error (?<handlerError>HA_ERR_\w+)")]
    private static partial Regex HandlerError();

    [GeneratedRegex(
        @"failed executing transaction '(?<gtid>[^']*)' at (?:(?:master|source) log (?<file>[^,\s]+), )?end_log_pos (?<position>\d+)")]
    private static partial Regex Worker();

    // The entry is what a member typed: it may hold quotes. Before MySQL 5.1 a key has a number and no name, counted from 1.
    [GeneratedRegex(@"Duplicate entry '(?<entry>.*)' for key (?:'(?<key>[^']*)'|(?<keyNumber>\d+))", RegexOptions.Singleline)]
    private static partial Regex DuplicateEntry();

    // What stands before it is English in every language, and has quotes of its own: the transaction that a worker failed with.
    [GeneratedRegex(@"^(?:Worker \d+ failed executing transaction '[^']*' at [^;']*; )?(?:Could not execute \w+ event on table [^;']+; )?")]
    private static partial Regex BeforeTheError();

    // In German: Doppelter Eintrag '17' für Schlüssel 'PRIMARY'. Whatever stands between the two has no quotes, and nothing is behind but
    // the end of the message.
    [GeneratedRegex(
        @"(?:;|Error '|^)[^';]{1,80}'(?<entry>.*)'[^']{1,40}'(?<key>[^' ]+)'[^']{0,40}(?:, Error_code|'$|$)", RegexOptions.Singleline)]
    private static partial Regex DuplicateShape();

    // In German: Tabelle 'photos.albums' existiert nicht.
    [GeneratedRegex(@"(?:;|: '|Error '|^)[^';]{0,60}'(?<table>[^' ]+)'[^']{0,60}(?:, Error_code|'|$)")]
    private static partial Regex FirstQuoted();

    [GeneratedRegex(@"Duplicate entry '.*'(?= for key)|(?<=value: )'.*'(?= for )", RegexOptions.Singleline)]
    private static partial Regex TypedValue();

    [GeneratedRegex(@"^(?:\s+|/\*.*?\*/|--[^\n]*\n|#[^\n]*\n)+", RegexOptions.Singleline)]
    private static partial Regex LeadingComment();

    // What InnoDB itself says is English in every language.
    [GeneratedRegex("CONSTRAINT `?[^`]*`? FOREIGN KEY \\([^)]*\\) REFERENCES (?<referenced>`[^`]+`(?:\\.`[^`]+`)?)")]
    private static partial Regex ReferencedTable();

    [GeneratedRegex(@"\b(?<kind>FUNCTION|PROCEDURE) (?<routine>[\w$.`]+) (?:does not exist|existiert nicht|n'existe pas)")]
    private static partial Regex Routine();

    [GeneratedRegex("Unknown database '(?<database>[^']+)'")]
    private static partial Regex UnknownDatabase();

    [GeneratedRegex(@"Operation (?<operation>[A-Z ]+) failed for (?<account>'[^']*'@'[^']*')")]
    private static partial Regex FailedOperation();

    [GeneratedRegex(@"definer \((?<account>'[^']*'@'[^']*')\) does not exist")]
    private static partial Regex Definer();

    [GeneratedRegex(@"Default database: '(?<database>[^']*)'\. Query: '(?<query>.*?)(?:', Error_code: \S.*|'?)$", RegexOptions.Singleline)]
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

    [GeneratedRegex("\\((?<table>`[^`]+`\\.`[^`]+`), CONSTRAINT")]
    private static partial Regex ForeignKey();

    [GeneratedRegex(@"GTID (?<gtid>\d+-\d+-\d+)")]
    private static partial Regex MariaDbGtid();

    [GeneratedRegex("the missing transactions are '(?<gtid>[^']*)'")]
    private static partial Regex MissingGtids();

    // The account stands in quotes of its own in every language.
    [GeneratedRegex("(?<account>'[^' ]*'@'[^' ]*')")]
    private static partial Regex DeniedAccount();

    [GeneratedRegex("connecting to (?:master|source) '(?<account>[^']*)@[^'@]*'")]
    private static partial Regex ConnectingAccount();

    [GeneratedRegex(@"Authentication plugin '(?<plugin>\w+)'")]
    private static partial Regex PluginError();

    [GeneratedRegex(@"[Pp]lugin '?(?<plugin>\w+)'? (?:could not|cannot|requires|reported)")]
    private static partial Regex Plugin();

    [GeneratedRegex(
        @"Query: '\s*(?:/\*[^*]*\*/\s*)*(?:(?:INSERT|REPLACE)\b[^(`']{0,40}?\bINTO|UPDATE(?:\s+LOW_PRIORITY)?(?:\s+IGNORE)?|DELETE\b[^(`']{0,40}?\bFROM)\s+(?<table>[`\w.$]+)",
        RegexOptions.IgnoreCase)]
    private static partial Regex ChangedTable();

    // The error says the table without its database, the statement may say it with it.
    [GeneratedRegex(
        @"Query: '\s*(?:CREATE|ALTER|DROP|TRUNCATE)\b[^(`']{0,40}?\bTABLE\s+(?:IF\s+(?:NOT\s+)?EXISTS\s+)?(?<table>(?:`[^`]+`|[\w$]+)\.(?:`[^`]+`|[\w$]+))",
        RegexOptions.IgnoreCase)]
    private static partial Regex QualifiedTable();
}
