using ProxyGuard.Ground.Settings;

namespace ProxyGuard.Deciding.Reloading;

/// <summary>Where the configuration comes from, what of it is in force, and who has to take it.</summary>
/// <param name="source">Null: it did not come from a file, and cannot be read again.</param>
internal sealed class ConfigurationOrigin(ConfigurationSource? source, AdoptedConfiguration adopted, RouteChanges routes)
{
    private IReadOnlyDictionary<string, string?> _inForce = adopted.Values;

    /// <summary>Absolute; null when it did not come from a file.</summary>
    public string? File => source?.File;

    /// <summary>Every value by its path: of what needs a restart that of the start.</summary>
    public IReadOnlyDictionary<string, string?> InForce => Volatile.Read(ref _inForce);

    /// <exception cref="SettingsException">It has faults, or cannot be read again.</exception>
    public Task<CheckedConfiguration> ReadAsync() => source?.ReadAsync()
        ?? throw new SettingsException([new ConfigurationError("The configuration", "did not come from a file; start ProxyGuard again")]);

    /// <summary>Hands it to the host and to YARP, and waits until YARP has taken it.</summary>
    /// <returns>Null when it is in force; else why it is not, and the one before goes on.</returns>
    public async Task<string?> AdoptAsync(IConfiguration configuration)
    {
        IReadOnlyDictionary<string, string?> before = adopted.Values;
        string? why = await routes.AfterAsync(() => adopted.Replace(AdoptedConfiguration.Flat(configuration))).ConfigureAwait(false);
        if (why is null)
            Volatile.Write(ref _inForce, Kept(adopted.Values));
        else
            await routes.AfterAsync(() => adopted.Replace(before)).ConfigureAwait(false);
        return why;
    }

    private Dictionary<string, string?> Kept(IReadOnlyDictionary<string, string?> next)
    {
        var kept = next.Where(entry => !SettingsChange.NeedsRestart(entry.Key))
            .Concat(InForce.Where(entry => SettingsChange.NeedsRestart(entry.Key)));
        return new Dictionary<string, string?>(kept, StringComparer.OrdinalIgnoreCase);
    }
}
