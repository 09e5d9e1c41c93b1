namespace ProxyGuard.Benchmarks.Comparison;

/// <summary>Installed programs.</summary>
internal static class Tools
{
    // Distributions put servers where a normal user's PATH does not look.
    private static readonly string[] AlsoIn = ["/usr/sbin", "/usr/local/sbin", "/usr/bin", "/bin"];

    public static string? TryFind(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Concat(AlsoIn)
            .Select(directory => Path.Combine(directory, name))
            .FirstOrDefault(File.Exists);

    public static string Find(string name) =>
        TryFind(name) ?? throw new MeasuringException($"{name} is not installed; tests/bench.sh says how");

    /// <summary>The runtime we run under; it need not be on the PATH.</summary>
    public static string DotNet => Environment.ProcessPath is { } path && Path.GetFileName(path) == "dotnet" ? path : Find("dotnet");
}
