using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace ProxyGuard.Testing;

/// <summary>
/// The real program as a process of its own: <c>dotnet ProxyGuard.dll …</c>. It ends by SIGKILL and nothing else, so every test is also one of a crash;
/// the kernel ends it when the tests end in whatever way.
/// </summary>
internal sealed class GuardProcess : IAsyncDisposable
{
    private const string SetPriv = "/usr/bin/setpriv";

    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "ProxyGuard.dll");
    private static readonly BlockingCollection<Action> Starts = StartKeeper();

    private readonly Process _process;

    private GuardProcess(Process process) => _process = process;

    public int Pid => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Returns at once; it may not listen yet.</summary>
    public static async Task<GuardProcess> StartAsync(string configFile, string logFile)
    {
        // The shell only opens the log; exec makes the program keep the process id that we know.
        string[] command = ["-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1 </dev/null", "sh", logFile];
        string[] untilWeEnd = File.Exists(SetPriv) ? [SetPriv, "--pdeathsig", "KILL", "--"] : [];
        var start = new ProcessStartInfo("/bin/sh", [.. command, .. untilWeEnd, DotNet(), Program, "run", "--config", configFile]);
        return new GuardProcess(await OnKeeperAsync(() => Process.Start(start)!));
    }

    /// <summary>Runs another of its commands to the end.</summary>
    public static async Task<(int ExitCode, string Output)> RunToEndAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(DotNet(), [Program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + errors);
    }

    /// <summary>Bytes of memory that are in use now.</summary>
    public long ResidentBytes() => StatusBytes("VmRSS:");

    /// <summary>The most there ever were since the start, or since <see cref="ForgetPeak"/>.</summary>
    public long PeakResidentBytes() => StatusBytes("VmHWM:");

    // https://man7.org/linux/man-pages/man5/proc_pid_clear_refs.5.html
    public void ForgetPeak() => File.WriteAllText($"/proc/{Pid}/clear_refs", "5");

    /// <summary>SIGKILL; returns when it is gone.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private long StatusBytes(string name)
    {
        string line = File.ReadLines($"/proc/{Pid}/status").Single(line => line.StartsWith(name, StringComparison.Ordinal));
        return 1024 * long.Parse(line.AsSpan(name.Length).Trim().TrimEnd("kB"), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);
    }

    // The one that runs us: it need not be on the PATH.
    private static string DotNet() => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../../dotnet"));

    // The kernel's death signal comes when the thread that started a child ends, and threads of the pool come and go.
    private static BlockingCollection<Action> StartKeeper()
    {
        var starts = new BlockingCollection<Action>();
        var keeper = new Thread(() =>
        {
            foreach (Action start in starts.GetConsumingEnumerable())
                start();
        })
        { IsBackground = true, Name = "starts ProxyGuard" };
        keeper.Start();
        return starts;
    }

    private static Task<Process> OnKeeperAsync(Func<Process> start)
    {
        var started = new Task<Process>(start);
        Starts.Add(started.RunSynchronously);
        return started;
    }
}
