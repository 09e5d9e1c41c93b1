namespace ProxyGuard.Core.Diagnosis;

/// <summary>The row that an error text tells of, as a condition for WHERE: by the columns of its key where the server showed them, else with a placeholder for them.</summary>
internal static class RowKey
{
    public static string Name(Scene scene) => scene.Facts.GetValueOrDefault("key") ?? "PRIMARY";

    /// <summary>Whether nothing is left to find out in <see cref="Condition"/>.</summary>
    public static bool IsKnown(Scene scene) => Columns(scene) is not null;

    public static string Condition(Scene scene) => Columns(scene) is { } columns
        ? string.Join(" AND ", columns.Select(column => $"{Sql.Identifier(column.Name)} = {Sql.Literal(column.Value)}"))
        : $"<column of {Name(scene)}> = {(scene.Fact("entry") is var entry && Scene.IsUnknown(entry) ? entry : Sql.Literal(entry))}";

    /// <summary>Servers join the values of several columns with dashes: with more dashes than joints nobody can tell where one ends. Null then.</summary>
    private static IEnumerable<(string Name, string Value)>? Columns(Scene scene)
    {
        UniqueKey? key = (scene.Examination?.UniqueKeys ?? []).FirstOrDefault(key => key.Table == scene.Fact("table") && key.Name == Name(scene));
        if (key is not { Columns.IsEmpty: false } || !scene.Facts.TryGetValue("entry", out string? entry))
            return null;
        string[] values = key.Columns.Length == 1 ? [entry] : entry.Split('-');
        return values.Length == key.Columns.Length ? key.Columns.Zip(values) : null;
    }
}
