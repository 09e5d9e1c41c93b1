using System.Collections.Concurrent;
using System.Diagnostics;

namespace ProxyGuard.Demo.Fleet;

/// <summary>
/// A process of ours: it writes to a log file, is ended by its process id and by nothing else, and does not outlive us.
/// </summary>
/// <remarks>
/// The kernel ends it when we die (<c>setpriv --pdeathsig</c>), even by SIGKILL. Should that not have worked, the pid file lets the next
/// start end it, and only after the command line showed that the process id still belongs to it.
/// </remarks>
internal sealed class ChildProcess : IDisposable
{
    private static readonly BlockingCollection<Action> Starts = StartKeeper();

    private readonly Process _process;
    private readonly string _pidFile;

    private ChildProcess(Process process, string pidFile)
    {
        _process = process;
        _pidFile = pidFile;
    }

    public int Pid => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Only once it has exited.</summary>
    public int ExitCode => _process.ExitCode;

    public static async Task<ChildProcess> StartAsync(IReadOnlyList<string> command, string logFile, string pidFile)
    {
        // The shell only opens the log file; exec makes the program keep the process id that we know.
        var start = new ProcessStartInfo("/bin/sh") { UseShellExecute = false, WorkingDirectory = Path.GetDirectoryName(logFile) };
        foreach (string part in (string[])["-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1 </dev/null", "sh", logFile])
            start.ArgumentList.Add(part);
        if (Programs.TryFind("setpriv") is { } setpriv)
        {
            foreach (string part in (string[])[setpriv, "--pdeathsig", "KILL", "--"])
                start.ArgumentList.Add(part);
        }
        foreach (string part in command)
            start.ArgumentList.Add(part);

        Process process = await OnKeeperAsync(() => Process.Start(start)!);
        await File.WriteAllTextAsync(pidFile, $"{process.Id}\n");
        return new ChildProcess(process, pidFile);
    }

    /// <summary>
    /// Ends what an earlier run left, if the pid file names a process with <paramref name="mark"/> as one of its arguments.
    /// </summary>
    public static async Task EndLeftoverAsync(string pidFile, string mark)
    {
        if (!File.Exists(pidFile) || !int.TryParse(await File.ReadAllTextAsync(pidFile), out int pid) || pid < 2)
            return;
        while (IsOurs(pid, mark) && Libc.Send(pid, Libc.Signal.Kill))
            await Task.Delay(20);
        File.Delete(pidFile);
    }

    public void Send(Libc.Signal signal)
    {
        // An exited child keeps its process id until it is reaped, which .NET does: after that the id may be another process's.
        if (!_process.HasExited)
            Libc.Send(_process.Id, signal);
    }

    public Task WaitForExitAsync(CancellationToken stop = default) => _process.WaitForExitAsync(stop);

    /// <summary>Asks it to end, and after <paramref name="patience"/> makes it. Also for a frozen or an already ended one.</summary>
    public async Task EndAsync(TimeSpan patience)
    {
        Send(Libc.Signal.Terminate);
        Send(Libc.Signal.Continue);
        using var deadline = new CancellationTokenSource(patience);
        try
        {
            await WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            // It had its time.
        }
        await KillAsync();
    }

    /// <summary>SIGKILL; returns when it is gone. Also for an already ended one.</summary>
    public async Task KillAsync()
    {
        Send(Libc.Signal.Kill);
        await WaitForExitAsync();
        File.Delete(_pidFile);
    }

    public void Dispose() => _process.Dispose();

    private static bool IsOurs(int pid, string mark)
    {
        try
        {
            // A zombie's command line is empty, so it does not count as running.
            return File.ReadAllText($"/proc/{pid}/cmdline").Split('\0').Contains(mark);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // The death signal comes when the *thread* that started the child ends, not the process. Threads of the pool come and go,
    // so that a server would die at a random moment: all children are started by one thread that lives as long as we do.
    private static BlockingCollection<Action> StartKeeper()
    {
        var starts = new BlockingCollection<Action>();
        var keeper = new Thread(() =>
        {
            foreach (Action start in starts.GetConsumingEnumerable())
                start();
        })
        { IsBackground = true, Name = "starts child processes" };
        keeper.Start();
        return starts;
    }

    private static Task<Process> OnKeeperAsync(Func<Process> start)
    {
        var done = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        Starts.Add(() =>
        {
            try
            {
                done.SetResult(start());
            }
#pragma warning disable CA1031 // Whatever it is, it belongs to the caller; the keeper must live on.
            catch (Exception e)
#pragma warning restore CA1031
            {
                done.SetException(e);
            }
        });
        return done.Task;
    }
}
