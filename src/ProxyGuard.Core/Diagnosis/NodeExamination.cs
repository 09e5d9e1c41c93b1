using System.Collections.Immutable;
using ProxyGuard.Core.Replication;

namespace ProxyGuard.Core.Diagnosis;

/// <summary>
/// What is asked of a node rarely, to explain and not to decide. What was refused, or what the server does not have, is null.
/// </summary>
public sealed record NodeExamination
{
    public required MonotonicInstant At { get; init; }

    /// <summary>
    /// Global variables by their name in lower case, as the server spells them. Those the server does not have are missing.
    /// </summary>
    public required ImmutableDictionary<string, string> Variables { get; init; }

    /// <summary>What the appliers do just now. Null without the PROCESS privilege; empty when none runs.</summary>
    public ImmutableArray<ApplierActivity>? Appliers { get; init; }

    /// <summary>
    /// What stopped the parallel appliers of MySQL 5.7 and later, in their own words. Null without SELECT on that table, and where there is
    /// none.
    /// </summary>
    public ImmutableArray<WorkerError>? WorkerErrors { get; init; }

    /// <summary>Bytes of tables and indexes, from information_schema.TABLES. Null when the account sees no table of the site.</summary>
    public long? DataBytes { get; init; }

    /// <summary>
    /// "database.table" of the site's tables that have neither a primary nor a unique key. Null when the account sees no table of the site.
    /// </summary>
    public ImmutableArray<string>? TablesWithoutKey { get; init; }

    /// <summary>
    /// The primary and unique keys of the site's tables, as information_schema.STATISTICS tells them. Null when the account sees no table
    /// of the site.
    /// </summary>
    public ImmutableArray<UniqueKey>? UniqueKeys { get; init; }

    /// <summary>
    /// The foreign keys of the site's tables, as information_schema.KEY_COLUMN_USAGE tells them. Null when the account sees no table of the
    /// site.
    /// </summary>
    public ImmutableArray<TableReference>? References { get; init; }

    /// <summary>The value of a variable under any of its names: they changed from slave_ to replica_ with MySQL 8.0.26.</summary>
    public string? Variable(params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            if (Variables.TryGetValue(name, out string? value))
                return value;
        }

        return null;
    }
}

/// <summary>A foreign key: which table references which. Both are "database.table".</summary>
public sealed record TableReference(string Table, string Referenced);

/// <summary>What tells the rows of a table apart.</summary>
/// <param name="Table">"database.table".</param>
/// <param name="Name"><c>PRIMARY</c>, or its own.</param>
/// <param name="Columns">In the key's order. Empty when it is not of whole columns: then no column's value is the key's.</param>
public sealed record UniqueKey(string Table, string Name, ImmutableArray<string> Columns);

/// <summary>The error of one parallel applier.</summary>
/// <param name="Channel">"" for the only one.</param>
public sealed record WorkerError(string Channel, ReplicationError Error);

/// <summary>One applier thread of a replica, as SHOW PROCESSLIST shows it.</summary>
/// <param name="State">Such as <c>Update_rows_log_event::find_row()</c>; "" when it says nothing.</param>
/// <param name="Statement">The statement it works on; null when it shows none.</param>
/// <param name="For">How long it has been in this state. Of an applier, MySQL and MariaDB count from its event's own time stamp in some
/// states.</param>
public sealed record ApplierActivity(string State, string? Statement, TimeSpan For);
