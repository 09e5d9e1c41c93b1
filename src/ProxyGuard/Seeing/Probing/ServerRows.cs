
namespace ProxyGuard.Seeing.Probing;

/// <summary>What probes and examinations both ask of a server.</summary>
internal static class ServerRows
{
    // Not FULL: a statement of megabytes explains no more than its beginning. https://dev.mysql.com/doc/refman/8.4/en/show-processlist.html
    public const string Threads = "SHOW PROCESSLIST";

    /// <summary>What the server belongs to, besides its makers' own.</summary>
    public static string Architecture { get; } = $"SHOW GLOBAL VARIABLES WHERE Variable_name IN ({ArchitectureNames})";

    /// <summary>As a list of literals.</summary>
    public static string ArchitectureNames => string.Join(", ", Core.Diagnosis.Architecture.Variables.Select(name => $"'{name}'"));

    /// <summary>A row of SHOW VARIABLES, its name in lower case.</summary>
    public static (string Name, string? Value) Variable(StatusRow row) =>
        ((row.Text("Variable_name") ?? "").ToLowerInvariant(), row.Text("Value"));
}
