using System.Diagnostics;

namespace ProxyGuard.Demo.Fleet;

/// <summary>Finds installed programs, and runs those that end by themselves.</summary>
internal static class Programs
{
    // A normal user's PATH often lacks the sbin directories, where distributions put the server.
    private static readonly string[] AlsoIn = ["/usr/sbin", "/usr/local/sbin", "/usr/libexec", "/usr/bin", "/usr/local/bin", "/bin"];

    /// <summary>The first of the names that is installed; null when none is.</summary>
    public static string? TryFind(params string[] names)
    {
        string path = Environment.GetEnvironmentVariable("PATH") ?? "";
        string[] directories = [.. path.Split(':', StringSplitOptions.RemoveEmptyEntries), .. AlsoIn];
        return names.SelectMany(name => directories.Select(directory => Path.Combine(directory, name))).FirstOrDefault(File.Exists);
    }

    public static string Find(params string[] names) => TryFind(names)
        ?? throw new FleetException($"{names[0]} is not installed. On Debian and Ubuntu: apt-get install mariadb-server");

    /// <summary>What it wrote to standard output. Throws with everything it said when it ends with another code than 0.</summary>
    public static Task<string> RunAsync(string program, params string[] arguments) => RunInAsync("/", program, arguments);

    /// <inheritdoc cref="RunAsync"/>
    public static async Task<string> RunInAsync(string workingDirectory, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingDirectory,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new FleetException($"{program} ended with {process.ExitCode}:\n{await output}{await errors}");
        return await output;
    }
}
