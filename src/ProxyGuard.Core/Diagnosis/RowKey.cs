namespace ProxyGuard.Core.Diagnosis;

/// <summary>
/// The row that an error text tells of, as a condition for WHERE: by the columns of its key where the server showed them, else with a
/// placeholder for them.
/// </summary>
internal static class RowKey
{
    /// <summary>
    /// Before MySQL 5.1 errors name a key by its number, counted from 1 in the order of SHOW INDEX: then its name is still to be found out.
    /// </summary>
    public static string? Name(Scene scene) => scene.Facts.GetValueOrDefault("key");

    /// <summary>Whether the row in the way has the very primary key of the row that the source has: then one replaces the other.</summary>
    public static bool IsPrimary(Scene scene) => Name(scene) is "PRIMARY";

    /// <summary>Tells the columns of the key.</summary>
    public static string Index(Scene scene) =>
        $"SHOW INDEX FROM {Sql.Table(scene.Fact("table"))}{(Name(scene) is { } name ? $" WHERE Key_name = {Sql.Literal(name)}" : "")}";

    /// <summary>The row by its primary key, whose values the row itself shows.</summary>
    public static string ByPrimary(Scene scene)
    {
        UniqueKey? primary = KeyNamed(scene, "PRIMARY");
        string[] columns = primary is { Columns.IsEmpty: false } ? [.. primary.Columns] : [Scene.Unknown("primary key")];
        return string.Join(
            " AND ",
            columns.Select(column =>
                $"{Sql.Identifier(column)} = {Scene.Unknown($"value of {(Scene.IsUnknown(column) ? "primary key" : column)}")}"));
    }

    /// <summary>Whether nothing is left to find out in <see cref="Condition"/>.</summary>
    public static bool IsKnown(Scene scene) => Columns(scene) is not null;

    public static string Condition(Scene scene)
    {
        if (Columns(scene) is { } columns)
            return string.Join(" AND ", columns.Select(column => $"{Sql.Identifier(column.Name)} = {Sql.Literal(column.Value)}"));

        string key = Name(scene) ?? $"key {scene.Facts.GetValueOrDefault("keyNumber")}".TrimEnd();
        string entry = scene.Fact("entry");
        if (Scene.IsUnknown(entry))
            return $"{Scene.Unknown($"column of {key}")} = {entry}";
        // With a dash it may be the values of several columns: as a number, '56-724' would be 56, and be every row of the first.
        return entry.Contains('-', StringComparison.Ordinal)
            ? Scene.Unknown($"one condition for each column of {key}")
            : $"{Scene.Unknown($"column of {key}")} = {Sql.Literal(entry)}";
    }

    /// <summary>
    /// Servers join the values of several columns with dashes: with more dashes than joints it is ambiguous where a value ends. Null then.
    /// </summary>
    private static IEnumerable<(string Name, string Value)>? Columns(Scene scene)
    {
        if (KeyNamed(scene, Name(scene)) is not { } key)
            return null;
        if (key is not { Columns.IsEmpty: false } || !scene.Facts.TryGetValue("entry", out string? entry))
            return null;
        string[] values = key.Columns.Length == 1 ? [entry] : entry.Split('-');
        return values.Length == key.Columns.Length ? key.Columns.Zip(values) : null;
    }

    private static UniqueKey? KeyNamed(Scene scene, string? name) =>
        (scene.Examination?.UniqueKeys ?? []).FirstOrDefault(key => key.Table == scene.Fact("table") && key.Name == name);
}
