namespace ProxyGuard.Core.Diagnosis;

/// <summary>
/// What a member may have typed stands in error texts, and from there in commands that an operator pastes: it must stay a value.
/// </summary>
internal static class Sql
{
    public static string Literal(string text) =>
        $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal).ReplaceLineEndings("\\n")}'";

    /// <summary><c>photos.t</c> as <c>`photos`.`t`</c>. An unknown table stays a placeholder.</summary>
    public static string Table(string table) =>
        Scene.IsUnknown(table) ? table : string.Join('.', table.Split('.', 2).Select(Identifier));

    public static string Identifier(string name) =>
        Scene.IsUnknown(name) ? name : $"`{name.Replace("`", "``", StringComparison.Ordinal).ReplaceLineEndings(" ")}`";
}

internal static class Shell
{
    /// <summary>The command as it is given on that host: through ssh, but not to the operator's own machine.</summary>
    public static string On(string host, string command) => IsLoopback(host) ? command : $"ssh {Word(host)} {Word(command)}";

    private static bool IsLoopback(string host) => host is "localhost" or "::1" || host.StartsWith("127.", StringComparison.Ordinal);

    private const string Harmless = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:@%+=,";

    /// <summary>One word for a POSIX shell. An unknown word stays a placeholder.</summary>
    public static string Word(string text) =>
        Scene.IsUnknown(text) || text.Length > 0 && text.All(letter => Harmless.Contains(letter, StringComparison.Ordinal))
            ? text
            : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>One command; words that are empty are left out.</summary>
    public static string Words(params ReadOnlySpan<string> words) => string.Join(' ', words.ToArray().Where(word => word.Length > 0));

    /// <summary>How a client program finds the replica's source.</summary>
    public static string ToSource(Scene scene) => $"--host={Word(scene.SourceHost)} --port={scene.SourcePort}";

    /// <summary>How a client program finds the node.</summary>
    public static string ToNode(Scene scene) => $"--host={Word(scene.Host)} --port={scene.Port}";
}
