using ProxyGuard.FleetTests;
using Xunit.Sdk;
using Xunit.v3;

// The fleets measure times, and one alone keeps a small machine busy.
[assembly: Parallelization(Mode = ParallelMode.None)]
[assembly: AssemblyFixture(typeof(FleetHome))]

namespace ProxyGuard.FleetTests;

/// <summary>The directory that all fleets of this run live in; it goes with the last of them.</summary>
public sealed class FleetHome : IDisposable
{
    private static readonly string[] NeededPrograms = ["mariadbd", "mariadb-install-db"];

    private static readonly string[] ProgramDirectories =
        [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'), "/usr/sbin", "/usr/local/sbin", "/usr/libexec", "/usr/bin", "/usr/local/bin"];

    private readonly string _directory = Directory.CreateTempSubdirectory("proxyguard-fleettests-").FullName;

    /// <summary>Skips the test where no server is installed that a fleet could be made of.</summary>
    public string DirectoryOrSkip()
    {
        foreach (string program in NeededPrograms)
        {
            if (!ProgramDirectories.Any(directory => File.Exists(Path.Combine(directory, program))))
                Assert.Skip($"{program} is not installed. On Debian and Ubuntu: apt-get install mariadb-server");
        }

        return _directory;
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
