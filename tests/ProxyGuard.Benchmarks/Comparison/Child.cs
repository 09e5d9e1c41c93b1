using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace ProxyGuard.Benchmarks.Comparison;

/// <summary>
/// A process of ours. Its id is written down while it lives, so that the script can end it should we not come to that; its working
/// directory is the run's, which shows that the id still belongs to it.
/// </summary>
internal sealed partial class Child : IAsyncDisposable
{
    private const int Terminate = 15;
    private const double TicksPerSecond = 100; // USER_HZ, the same on every Linux that .NET runs on
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly string _pidFile;
    private readonly string _log;

    private Child(Process process, string pidFile, string log)
    {
        _process = process;
        _pidFile = pidFile;
        _log = log;
    }

    public bool HasExited => _process.HasExited;

    /// <summary>The end of what it wrote.</summary>
    public string LastWords => File.Exists(_log) ? string.Join('\n', File.ReadLines(_log).TakeLast(20)) : "";

    /// <summary>All memory of it that is resident.</summary>
    public long ResidentBytes => StatusKilobytes("VmRSS:") * 1024;

    /// <summary>The processor time of the process and of those it started, such as the workers of nginx.</summary>
    public TimeSpan ProcessorTime =>
        TimeSpan.FromSeconds(Workers().Prepend(_process.Id).Sum(TicksOf) / TicksPerSecond);

    /// <param name="name">Of its log file.</param>
    public static Child Start(
        string name, string directory, IReadOnlyList<string> command, params (string Name, string Value)[] environment)
    {
        string log = Path.Combine(directory, $"{name}.log");
        // The shell only opens the log; exec makes the program keep the process id that we know.
        var start = new ProcessStartInfo("/bin/sh") { WorkingDirectory = directory };
        foreach (string part in (IEnumerable<string>)["-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1 </dev/null", "sh", log, .. command])
            start.ArgumentList.Add(part);
        foreach ((string variable, string value) in environment)
            start.Environment[variable] = value;

        Process process = Process.Start(start)!;
        string pidFile = Path.Combine(Directory.CreateDirectory(Path.Combine(directory, "pids")).FullName, $"{process.Id}");
        File.WriteAllText(pidFile, name);
        return new Child(process, pidFile, log);
    }

    public async Task WaitForExitAsync(TimeSpan patience, CancellationToken stop)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
        deadline.CancelAfter(patience);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new MeasuringException($"{Path.GetFileName(_log)} tells of a process that does not end\n{LastWords}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _ = Signal(_process.Id, Terminate);
        using var deadline = new CancellationTokenSource(StopPatience);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        File.Delete(_pidFile);
        _process.Dispose();
    }

    private IEnumerable<int> Workers() =>
        File.ReadAllText($"/proc/{_process.Id}/task/{_process.Id}/children")
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(pid => int.Parse(pid, CultureInfo.InvariantCulture));

    // https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: utime and stime are the fields 14 and 15, counted from before the name,
    // which may hold spaces and ends with the last parenthesis.
    private static double TicksOf(int pid)
    {
        string stat = File.ReadAllText($"/proc/{pid}/stat");
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture);
    }

    private long StatusKilobytes(string field)
    {
        string line = File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith(field, StringComparison.Ordinal));
        return long.Parse(line[field.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Signal(int pid, int signal);
}
