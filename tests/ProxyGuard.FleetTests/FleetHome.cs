using ProxyGuard.Demo.Fleet;
using ProxyGuard.FleetTests;
using Xunit.Sdk;
using Xunit.v3;

// A fleet waits more than it works: two at a time keep a small machine busy. What measures times runs alone.
[assembly: Parallelization(Mode = ParallelMode.Collections, MaxThreads = 2)]
[assembly: AssemblyFixture(typeof(FleetHome))]

namespace ProxyGuard.FleetTests;

/// <summary>The directory that all fleets of this run live in; it goes with the last of them.</summary>
public sealed class FleetHome : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("proxyguard-fleettests-").FullName;

    /// <summary>
    /// Skips the test where no server of that kind is installed that a fleet could be made of; null is the distribution's MariaDB.
    /// </summary>
    public string DirectoryOrSkip(ServerKind? kind = null)
    {
        kind ??= ServerKind.MariaDb1011;
        if (!kind.IsInstalled)
            Assert.Skip($"{kind} is not installed: {kind.HowToInstall}");
        return _directory;
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
