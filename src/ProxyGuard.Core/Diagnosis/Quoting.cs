namespace ProxyGuard.Core.Diagnosis;

/// <summary>What a member may have typed stands in error texts, and from there in commands that somebody pastes: it must stay a value.</summary>
internal static class Sql
{
    public static string Literal(string text) =>
        $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal).ReplaceLineEndings("\\n")}'";

    /// <summary><c>photos.t</c> as <c>`photos`.`t`</c>. What nobody knows stays a placeholder.</summary>
    public static string Table(string table) =>
        Scene.IsUnknown(table) ? table : string.Join('.', table.Split('.', 2).Select(Identifier));

    public static string Identifier(string name) => Scene.IsUnknown(name) ? name : $"`{name.Replace("`", "``", StringComparison.Ordinal).ReplaceLineEndings(" ")}`";
}

internal static class Shell
{
    private const string Harmless = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:@%+=,";

    /// <summary>One word for a POSIX shell. What nobody knows stays a placeholder.</summary>
    public static string Word(string text) =>
        Scene.IsUnknown(text) || text.Length > 0 && text.All(letter => Harmless.Contains(letter, StringComparison.Ordinal)) ? text : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
