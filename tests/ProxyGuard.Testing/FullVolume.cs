using System.Globalization;

namespace ProxyGuard.Testing;

/// <summary>A small volume, of which a part is taken; it has room again when the ballast goes.</summary>
internal sealed class FullVolume : IAsyncDisposable
{
    private FullVolume(string directory) => Directory = directory;

    public string Directory { get; }

    private string Ballast => Path.Combine(Directory, "ballast");

    /// <param name="bytes">Of the volume; its file system may round them up.</param>
    /// <param name="taken">Bytes of them that are taken from the start.</param>
    /// <returns>The volume, or why there is none: a small tmpfs is meant for root alone to mount.</returns>
    public static async Task<(FullVolume? Volume, string Why)> TryMountAsync(string directory, long bytes, int taken)
    {
        if (!Environment.IsPrivilegedProcess)
            return (null, "a full volume is a small tmpfs, and only root can mount one");
        System.IO.Directory.CreateDirectory(directory);
        EndedProcess mount = await EndedProcess.OfAsync(
            new("mount", ["-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={bytes}"), "tmpfs", directory]));
        if (mount.ExitCode != 0)
            return (null, string.Create(CultureInfo.InvariantCulture, $"mount ended with {mount.ExitCode}: {mount.Errors}"));
        var volume = new FullVolume(directory);
        await File.WriteAllBytesAsync(volume.Ballast, new byte[taken]);
        return (volume, "");
    }

    /// <summary>Takes what is left, but for so many pages of 4 KB.</summary>
    public void Fill(int pagesLeft = 0)
    {
        using var ballast = new FileStream(Ballast, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        var page = new byte[4096];
        try
        {
            while (true)
            {
                ballast.Write(page);
                ballast.Flush();
            }
        }
        catch (IOException)
        {
            ballast.SetLength(Math.Max(0, (ballast.Length / page.Length - pagesLeft) * page.Length));
        }
    }

    public void GiveRoom() => File.Delete(Ballast);

    // Lazily: a server that was just killed may still have files open.
    public async ValueTask DisposeAsync()
    {
        await EndedProcess.OfAsync(new("umount", ["--lazy", Directory]));
        System.IO.Directory.Delete(Directory);
    }
}
