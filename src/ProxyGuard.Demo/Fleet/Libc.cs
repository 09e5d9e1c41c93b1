using System.ComponentModel;
using System.Runtime.InteropServices;

namespace ProxyGuard.Demo.Fleet;

/// <summary>The two calls that .NET has no name for.</summary>
internal static partial class Libc
{
    private const int NoSuchProcess = 3;

    /// <summary>Linux numbers; SIGSTOP and SIGCONT differ elsewhere, and the fleet runs on Linux only.</summary>
    internal enum Signal
    {
        Kill = 9,
        Terminate = 15,
        Continue = 18,
        Stop = 19,
    }

    public static uint UserId => EffectiveUserId();

    public static bool IsRoot => UserId == 0;

    /// <summary>False when there is no such process, which is no error: it may have ended just now.</summary>
    public static bool Send(int pid, Signal signal)
    {
        // 0 and negative numbers mean process groups: those are never ours to signal.
        ArgumentOutOfRangeException.ThrowIfLessThan(pid, 2);
        if (SendSignal(pid, (int)signal) == 0)
            return true;
        int error = Marshal.GetLastPInvokeError();
        return error == NoSuchProcess ? false : throw new Win32Exception(error, $"could not send {signal} to process {pid}");
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SendSignal(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial uint EffectiveUserId();
}
