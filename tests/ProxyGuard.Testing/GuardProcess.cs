using System.Diagnostics;
using System.Globalization;
using ProxyGuard.Demo.Fleet;

namespace ProxyGuard.Testing;

/// <summary>
/// The real program as a process of its own: <c>dotnet ProxyGuard.dll …</c>. It ends by SIGKILL and nothing else, so every test is also one
/// of a crash.
/// </summary>
internal sealed class GuardProcess : IAsyncDisposable
{
    private readonly ChildProcess _process;

    private GuardProcess(ChildProcess process) => _process = process;

    public int Pid => _process.Pid;

    public bool HasExited => _process.HasExited;

    /// <summary>Returns at once; it may not listen yet.</summary>
    /// <param name="environment">What its environment has besides.</param>
    public static async Task<GuardProcess> StartAsync(string configFile, string logFile, params (string Name, string Value)[] environment)
    {
        string[] command =
        [
            "/usr/bin/env", .. environment.Select(variable => $"{variable.Name}={variable.Value}"),
            .. DotNet.Running("ProxyGuard.dll", "run", "--config", configFile),
        ];
        return new(await ChildProcess.StartAsync(command, logFile, $"{logFile}.pid"));
    }

    /// <summary>Runs another of its commands to the end.</summary>
    public static async Task<(int ExitCode, string Output)> RunToEndAsync(params string[] arguments)
    {
        string[] command = DotNet.Running("ProxyGuard.dll", arguments);
        EndedProcess ended = await EndedProcess.OfAsync(new ProcessStartInfo(command[0], command[1..]));
        return (ended.ExitCode, ended.Output + ended.Errors);
    }

    /// <summary>Bytes of memory that are in use now.</summary>
    public long ResidentBytes() => StatusBytes("VmRSS:");

    /// <summary>The most there ever were since the start, or since <see cref="ForgetPeak"/>.</summary>
    public long PeakResidentBytes() => StatusBytes("VmHWM:");

    // https://man7.org/linux/man-pages/man5/proc_pid_clear_refs.5.html
    public void ForgetPeak() => File.WriteAllText($"/proc/{Pid}/clear_refs", "5");

    public async ValueTask DisposeAsync()
    {
        await _process.KillAsync();
        _process.Dispose();
    }

    private long StatusBytes(string name)
    {
        string line = File.ReadLines($"/proc/{Pid}/status").Single(line => line.StartsWith(name, StringComparison.Ordinal));
        return 1024 * long.Parse(
            line.AsSpan(name.Length).Trim().TrimEnd("kB"), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);
    }
}
