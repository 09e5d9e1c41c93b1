using System.Collections.Immutable;

namespace ProxyGuard.Core.Diagnosis;

/// <summary>
/// A table, and those that foreign keys tie to it. What a foreign key does to the rows below (ON DELETE CASCADE) is in no binlog: a table
/// that is copied alone leaves rows behind in the tables that reference it.
/// </summary>
/// <param name="Database">Null when they are in more than one.</param>
/// <param name="Tables">Without the database's name.</param>
/// <param name="IsWhole">Whether the server has shown its foreign keys; else there may be more.</param>
/// <param name="Question">Shows those that there may be.</param>
internal sealed record TableFamily(string? Database, ImmutableArray<string> Tables, bool IsWhole, string Question)
{
    public static TableFamily Of(Scene scene)
    {
        string first = scene.Fact("table");
        if (Scene.IsUnknown(first))
            return new TableFamily(Scene.Unknown("database"), [first], IsWhole: false, Asked(Scene.Unknown("database"), first));
        string[] named =
        [
            first,
            .. scene.Facts.TryGetValue("child", out string? child) && !Scene.IsUnknown(child) ? [child] : ReadOnlySpan<string>.Empty,
        ];
        ImmutableArray<TableReference>? references = scene.Examination?.References;
        string[] all = [.. Tied(named, references ?? [])];
        string database = DatabaseOf(first) ?? Scene.Unknown("database");
        bool isOneDatabase = all.All(table => (DatabaseOf(table) ?? database) == database);
        return new TableFamily(
            isOneDatabase ? database : null, [.. all.Select(Bare)], references is not null, Asked(database, Bare(first)));
    }

    private static List<string> Tied(IEnumerable<string> named, ImmutableArray<TableReference> references)
    {
        List<string> tied = [.. named.Distinct(StringComparer.OrdinalIgnoreCase)];
        for (int next = 0; next < tied.Count; next++)
        {
            IEnumerable<string> others = references.SelectMany(reference => OtherEnd(reference, tied[next]));
            tied.AddRange([.. others.Distinct(StringComparer.OrdinalIgnoreCase).Except(tied, StringComparer.OrdinalIgnoreCase)]);
        }

        return tied;
    }

    private static IEnumerable<string> OtherEnd(TableReference reference, string table)
    {
        if (reference.Table.Equals(table, StringComparison.OrdinalIgnoreCase))
            yield return reference.Referenced;
        if (reference.Referenced.Equals(table, StringComparison.OrdinalIgnoreCase))
            yield return reference.Table;
    }

    private static string Asked(string database, string table) =>
        "SELECT TABLE_SCHEMA, TABLE_NAME, REFERENCED_TABLE_SCHEMA, REFERENCED_TABLE_NAME FROM information_schema.KEY_COLUMN_USAGE WHERE REFERENCED_TABLE_NAME IS NOT NULL "
        + $"AND ({Literal(database)} IN (TABLE_SCHEMA, REFERENCED_TABLE_SCHEMA)) AND ({Literal(table)} IN (TABLE_NAME, REFERENCED_TABLE_NAME))";

    private static string Literal(string name) => Scene.IsUnknown(name) ? $"'{name}'" : Sql.Literal(name);

    private static string? DatabaseOf(string table) => table.Split('.', 2) is [var database, _] ? database : null;

    private static string Bare(string table) => table[(table.IndexOf('.', StringComparison.Ordinal) + 1)..];
}
