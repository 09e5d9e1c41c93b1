using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ProxyGuard.Ground.Storage;

/// <summary>What stands at a path itself, not where it may lead to.</summary>
/// <param name="Owner">The user's number.</param>
internal readonly record struct PathStatus(bool IsRegularFile, uint Owner);

/// <summary>What .NET does not tell of files. On systems other than Linux nothing is known, and nothing depends on it.</summary>
internal static partial class Posix
{
    // https://man7.org/linux/man-pages/man2/statx.2.html: the same on every processor.
    private const int AtWorkingDirectory = -100;
    private const int NoFollow = 0x100;
    private const uint Basic = 0x7ff;
    private const int OwnerAt = 20;
    private const int ModeAt = 28;
    private const int TypeMask = 0xf000;
    private const int RegularFile = 0x8000;

    private const int CloseOnExec = 0x80000;

    // https://man7.org/linux/man-pages/man2/flock.2.html
    private const int Exclusive = 2;
    private const int NonBlocking = 4;

    // https://man7.org/linux/man-pages/man3/errno.3.html
    private const int NoEntry = 2;
    private const int NotADirectory = 20;
    private const int Invalid = 22;
    private const int Again = 11;
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;


    /// <summary>Null when there is nothing.</summary>
    /// <exception cref="IOException">It is unknown: the path must not be looked at, or the disk does not say.</exception>
    public static PathStatus? StatusOf(string path)
    {
        if (!OperatingSystem.IsLinux())
            return File.Exists(path) ? new PathStatus(new FileInfo(path).LinkTarget is null, 0) : null;
        Span<byte> status = stackalloc byte[256];
        if (Status(AtWorkingDirectory, path, NoFollow, Basic, ref MemoryMarshal.GetReference(status)) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            return error is NoEntry or NotADirectory
                ? null
                : throw new IOException($"{path} cannot be looked at: {Marshal.GetPInvokeErrorMessage(error)}");
        }

        bool isFile = (BinaryPrimitives.ReadUInt16LittleEndian(status[ModeAt..]) & TypeMask) == RegularFile;
        return new PathStatus(isFile, BinaryPrimitives.ReadUInt32LittleEndian(status[OwnerAt..]));
    }

    /// <summary>Whether the disk, or what we may use of it, is full.</summary>
    public static bool IsFull(IOException e) => OperatingSystem.IsLinux() && e.HResult is NoSpace or QuotaExceeded;

    /// <summary>Who we are; files of ours have it as their owner.</summary>
    public static uint UserId => OperatingSystem.IsLinux() ? EffectiveUser() : 0;

    /// <summary>What was made, renamed or removed in a directory is on disk when this returns. A file's own content is flushed by its
    /// writer.</summary>
    public static void FlushDirectory(string path)
    {
        if (!OperatingSystem.IsLinux() || Open(path, CloseOnExec) is var directory && directory < 0)
            return;
        int result = Flush(directory);
        int error = Marshal.GetLastPInvokeError();
        _ = Close(directory);
        // Some file systems have nothing to flush for a directory (EINVAL).
        if (result != 0 && error != Invalid)
            throw new IOException($"{path} could not be flushed to disk: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    /// <summary>Keeps a directory for this process, until it is disposed or the process ends.</summary>
    /// <returns>The lock; or that another process has it; or why there is none.</returns>
    public static (IDisposable? Held, bool IsAnothers, string? Why) LockDirectory(string path)
    {
        if (!OperatingSystem.IsLinux())
            return (null, false, "this system is not known to lock directories");
        int directory = Open(path, CloseOnExec);
        if (directory < 0)
            return (null, false, Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));
        if (Lock(directory, Exclusive | NonBlocking) == 0)
            return (new SafeFileHandle(directory, ownsHandle: true), false, null);
        int error = Marshal.GetLastPInvokeError();
        _ = Close(directory);
        return (null, error == Again, Marshal.GetPInvokeErrorMessage(error));
    }

    /// <summary>Gives a file a second name. False where that cannot be: a directory, or a file system that has no such names.</summary>
    public static bool TryLink(string path, string other) => OperatingSystem.IsLinux() && Link(path, other) == 0;

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Link(string path, string other);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Status(int directory, string path, int flags, uint mask, ref byte status);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Lock(int file, int operation);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Flush(int file);

    [LibraryImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int file);
}
