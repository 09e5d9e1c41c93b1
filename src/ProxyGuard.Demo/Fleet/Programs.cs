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

    /// <inheritdoc cref="RunAsync(string, string[])"/>
    public static Task<string> RunInAsync(string workingDirectory, string program, params string[] arguments) =>
        RunToEndAsync(new ProcessStartInfo(program, arguments) { WorkingDirectory = workingDirectory }, input: "");

    /// <inheritdoc cref="RunAsync(string, string[])"/>
    public static Task<string> RunAsync(IReadOnlyList<string> command, string input = "") =>
        RunToEndAsync(new ProcessStartInfo(command[0], command.Skip(1)) { WorkingDirectory = "/" }, input);

    private static async Task<string> RunToEndAsync(ProcessStartInfo start, string input)
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await GiveAsync(process, input);
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new FleetException($"{start.FileName} ended with {process.ExitCode}:\n{await output}{await errors}");
        return await output;
    }

    private static async Task GiveAsync(Process process, string input)
    {
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading to the end; its exit code and its words say why.
        }
    }
}
