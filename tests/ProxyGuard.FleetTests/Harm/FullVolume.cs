using System.Globalization;
using ProxyGuard.Testing;

namespace ProxyGuard.FleetTests.Harm;

/// <summary>A volume of three megabytes of which two are taken; soon it is full, and it has room again when the ballast goes.</summary>
internal sealed class FullVolume : IAsyncDisposable
{
    private const int BallastBytes = 2 * 1024 * 1024;

    private FullVolume(string directory) => Directory = directory;

    public string Directory { get; }

    private string Ballast => Path.Combine(Directory, "ballast");

    /// <summary>Skips the test for who may not mount.</summary>
    public static async Task<FullVolume> MountOrSkipAsync(string directory)
    {
        if (!Environment.IsPrivilegedProcess)
            Assert.Skip("a full volume is a small tmpfs, and only root can mount one");
        System.IO.Directory.CreateDirectory(directory);
        EndedProcess mount = await EndedProcess.OfAsync(new("mount", ["-t", "tmpfs", "-o", "size=3m", "tmpfs", directory]));
        if (mount.ExitCode != 0)
            Assert.Skip(string.Create(CultureInfo.InvariantCulture, $"mount ended with {mount.ExitCode}: {mount.Errors}"));
        var volume = new FullVolume(directory);
        await File.WriteAllBytesAsync(volume.Ballast, new byte[BallastBytes]);
        return volume;
    }

    public void GiveRoom() => File.Delete(Ballast);

    // Lazily: a server that was just killed may still have files open.
    public async ValueTask DisposeAsync()
    {
        await EndedProcess.OfAsync(new("umount", ["--lazy", Directory]));
        System.IO.Directory.Delete(Directory);
    }
}
