using System.Globalization;
using System.Text;

namespace ProxyGuard.Ground.Storage;

/// <summary>
/// That one process alone writes the state directory: of two, each would remove the other's hold. The system releases it when the process
/// ends, however it does (https://man7.org/linux/man-pages/man2/flock.2.html, by which .NET keeps others out).
/// </summary>
internal sealed class StateLock : IDisposable
{
    private const string File = "lock";
    private const string OwnerFile = "lock.owner";

    private readonly FileStream _file;

    private StateLock(FileStream file) => _file = file;

    /// <exception cref="IOException">Another process has it; the message says which.</exception>
    public static StateLock Take(string directory)
    {
        string path = Path.Combine(directory, File);
        if (Posix.StatusOf(path) is { IsRegularFile: false })
            throw new IOException($"{path} is no file but a link or something else, which is not followed");
        FileStream file;
        try
        {
            file = new FileStream(path, StateDirectory.New(FileMode.OpenOrCreate, FileShare.None));
        }
        catch (IOException e) when (Posix.IsLockedByAnother(e))
        {
            throw new IOException(
                $"State directory {directory} is used by another ProxyGuard already ({OwnerIn(directory)}): of two, each would remove the other's hold. "
                + "End that one, or name another directory in ProxyGuard:State:Directory", e);
        }

        SayWho(directory);
        return new StateLock(file);
    }

    public void Dispose() => _file.Dispose();

    private static string OwnerIn(string directory)
    {
        try
        {
            byte[] text = StateDirectory.ReadFile(Path.Combine(directory, OwnerFile), 500) ?? [];
            return Encoding.UTF8.GetString(text) is { Length: > 0 } said ? said : "which one is not known";
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return $"which one cannot be read: {e.Message}";
        }
    }

    /// <summary>For whoever comes second. On a full disk that one only learns less.</summary>
    private static void SayWho(string directory)
    {
        string who = string.Create(
            CultureInfo.InvariantCulture,
            $"process {Environment.ProcessId} on {Environment.MachineName}, since {DateTimeOffset.UtcNow:yyyy-MM-dd'T'HH:mm:ss'Z'}");
        string path = Path.Combine(directory, OwnerFile);
        try
        {
            // A new one: what stands there may be a link.
            System.IO.File.Delete(path);
            using var file = new FileStream(path, StateDirectory.New(FileMode.CreateNew, FileShare.Read));
            file.Write(Encoding.UTF8.GetBytes(who));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Said above.
        }
    }
}
