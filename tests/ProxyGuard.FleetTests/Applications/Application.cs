using System.Diagnostics;
using ProxyGuard.Demo.Fleet;
using ProxyGuard.Testing;

namespace ProxyGuard.FleetTests.Applications;

/// <summary>An application of the distribution: its files, how it is set up, and what ProxyGuard must know of it.</summary>
internal abstract class Application(string name)
{
    public const string Member = "anna";
    public const string Password = "a-long-password-of-the-lab";

    /// <summary>Of its database too.</summary>
    public string Name => name;

    public abstract bool IsInstalled { get; }

    /// <summary>The rules that it needs, as the section Requests of the configuration.</summary>
    public abstract string Requests { get; }

    /// <summary>What members upload.</summary>
    public abstract string FilesIn(string directory);

    /// <summary>Where its pages are served from.</summary>
    public abstract string RootIn(string directory);

    /// <summary>nginx's locations beside the scripts.</summary>
    public abstract string LocationsIn(string directory);

    public virtual IEnumerable<(string Name, string Value)> EnvironmentIn(string directory) => [];

    /// <summary>Before any web server runs: files and settings.</summary>
    /// <param name="site">The address that members ask.</param>
    public abstract Task WriteFilesAsync(string directory, ReplicationFleet fleet, Uri site);

    /// <summary>With a web server that reads from the primary: an account for <see cref="Member"/>, and some content.</summary>
    public abstract Task SetUpAsync(string directory, ReplicationFleet fleet, Visitor direct);

    protected static async Task RunPhpAsync(params string[] arguments)
    {
        EndedProcess ended = await EndedProcess.OfAsync(new ProcessStartInfo("php", arguments) { WorkingDirectory = "/" });
        if (ended.ExitCode != 0)
            throw new InvalidOperationException($"php {string.Join(' ', arguments)} ended with {ended.ExitCode}:\n{ended.Output}{ended.Errors}");
    }

    protected static string Recipe(string file) => Path.Combine(AppContext.BaseDirectory, "Applications", file);
}
