using System.Text.Json;
using ProxyGuard.Demo.Fleet;

namespace ProxyGuard.Demo.Control;

/// <summary>
/// The demo's own directory: its data, and how the other commands find the one that runs. A lock on a file in it says whether one runs;
/// the kernel lets go of it whichever way the demo ends.
/// </summary>
internal sealed class DemoDirectory(string path)
{
    private const UnixFileMode OursAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const long SpaceNeeded = 500L * 1024 * 1024;

    public static string DefaultPath
    {
        get
        {
            string runtime = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } given ? given : "/tmp";
            return System.IO.Path.Combine(runtime, $"proxyguard-demo-{Libc.UserId}");
        }
    }

    public string Path => path;

    public string ConfigurationFile => In("proxyguard.json");

    /// <summary>The key of its ProxyGuard's management API.</summary>
    public string KeyFile => In("key");

    public string ProxyGuardLog => In("proxyguard.log");

    public string ProxyGuardPidFile => In("proxyguard.pid");

    public string StateDirectory => In("state");

    private string LockFile => In("lock");

    private string ContactFile => In("running.json");

    /// <summary>Null when another demo holds it. Makes the directory; throws when it cannot be ours alone.</summary>
    public async Task<IDisposable?> TryTakeAsync()
    {
        if (!Directory.Exists(path))
            Directory.CreateDirectory(path, OursAlone | UnixFileMode.UserExecute);
        // In /tmp any user could have been here first, under a name that is easy to guess.
        string owner = (await Programs.RunAsync("stat", "-c", "%u %F", path)).Trim();
        if (owner != $"{Libc.UserId} directory")
            throw new FleetException($"{path} is not a directory of yours. Choose another one with --directory.");
        if (!File.Exists(LockFile) && Directory.EnumerateFileSystemEntries(path).Any())
            throw new FleetException($"{path} is not empty and was not made by the demo. Choose another one with --directory.");
        File.SetUnixFileMode(path, OursAlone | UnixFileMode.UserExecute);
        long space = new DriveInfo(path).AvailableFreeSpace;
        if (space < SpaceNeeded)
            throw new FleetException(
                $"{path} has room for {space / 1024 / 1024} MB, but the demo needs {SpaceNeeded / 1024 / 1024} MB. "
                + "Choose another place with --directory.");
        return TryLock();
    }

    public bool IsHeld()
    {
        if (!File.Exists(LockFile))
            return false;
        using FileStream? held = TryLock();
        return held is null;
    }

    public void WriteContact(Contact contact) => WritePrivately(ContactFile, JsonSerializer.Serialize(contact));

    /// <summary>Null while none can be asked.</summary>
    public Contact? TryReadContact()
    {
        try
        {
            return JsonSerializer.Deserialize<Contact>(File.ReadAllText(ContactFile));
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Readable for no other user from the start: it holds passwords.</summary>
    public static void WritePrivately(string file, string text)
    {
        File.Delete(file);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OursAlone };
        using var writer = new StreamWriter(file, options);
        writer.Write(text);
    }

    /// <summary>What an earlier demo left, except what the fleet itself replaces.</summary>
    public void Clear()
    {
        foreach (string file in (string[])[ContactFile, ConfigurationFile, KeyFile, ProxyGuardLog, ProxyGuardPidFile])
            File.Delete(file);
        if (Directory.Exists(StateDirectory))
            Directory.Delete(StateDirectory, recursive: true);
    }

    /// <summary>After a clean end nothing is worth keeping. The lock file stays: deleting a locked file lets two demos in.</summary>
    public void ClearAll()
    {
        Clear();
        foreach (string directory in Directory.EnumerateDirectories(path))
            Directory.Delete(directory, recursive: true);
    }

    private string In(string name) => System.IO.Path.Combine(path, name);

    private FileStream? TryLock()
    {
        try
        {
            return new FileStream(LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>How to ask the running demo for something.</summary>
    internal sealed record Contact(int Port, string Token);
}
