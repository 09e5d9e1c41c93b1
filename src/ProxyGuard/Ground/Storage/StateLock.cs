using System.Globalization;
using System.Text;

namespace ProxyGuard.Ground.Storage;

/// <summary>
/// That one process alone writes the state directory: of two, each would remove the other's hold. It is the directory itself that is
/// locked, so that nobody can remove the lock, and a full disk has room for it; the system releases it when the process ends, however it
/// does (https://man7.org/linux/man-pages/man2/flock.2.html).
/// </summary>
internal sealed class StateLock : IDisposable
{
    // For people: see SayWho.
    private const string OwnerFile = "owner";

    private readonly IDisposable? _lock;

    private StateLock(IDisposable? held, string? remark) => (_lock, Remark) = (held, remark);

    /// <summary>Why a second ProxyGuard would not be noticed; null when it would.</summary>
    public string? Remark { get; }

    /// <exception cref="IOException">Another process has it; the message says which.</exception>
    public static StateLock Take(string directory)
    {
        (IDisposable? held, bool isAnothers, string? why) = Posix.LockDirectory(directory);
        if (isAnothers)
            throw new IOException(
                $"State directory {directory} is used by another ProxyGuard already ({OwnerIn(directory)}): of two, each would remove the other's hold. "
                + "End that one, or name another directory in ProxyGuard:State:Directory");
        SayWho(directory);
        return new StateLock(
            held, held is null ? $"{directory} cannot be locked ({why}): that a second ProxyGuard uses it too would not be noticed" : null);
    }

    public void Dispose() => _lock?.Dispose();

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
            File.Delete(path);
            using var file = new FileStream(path, StateDirectory.New(FileMode.CreateNew, FileShare.Read));
            file.Write(Encoding.UTF8.GetBytes(who));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Said above.
        }
    }
}
