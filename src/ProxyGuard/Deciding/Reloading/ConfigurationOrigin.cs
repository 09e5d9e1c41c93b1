using ProxyGuard.Ground.Settings;

namespace ProxyGuard.Deciding.Reloading;

/// <summary>Where the configuration comes from, what of it is in force, and who has to take it.</summary>
/// <param name="source">Null: it did not come from a file, and cannot be read again.</param>
internal sealed class ConfigurationOrigin(ConfigurationSource? source, AdoptedConfiguration adopted, RouteChanges routes)
{
    /// <summary>Absolute; null when it did not come from a file.</summary>
    public string? File => source?.File;

    /// <summary>Every value by its path: of what needs a restart that of the start.</summary>
    public IReadOnlyDictionary<string, string?> InForce => adopted.Values;

    /// <exception cref="SettingsException">It has faults, or cannot be read again.</exception>
    public Task<CheckedConfiguration> ReadAsync() => Source.ReadAsync();

    /// <inheritdoc cref="ConfigurationSource.ReconcileAsync"/>
    public Task<CheckedConfiguration> ReconcileAsync(CheckedConfiguration read) => Source.ReconcileAsync(read, InForce);

    /// <summary>Hands it to the host and to YARP, and returns when YARP has taken it.</summary>
    /// <exception cref="SettingsException">It has not, and the one before goes on.</exception>
    public async Task AdoptAsync(IReadOnlyDictionary<string, string?> values)
    {
        IReadOnlyDictionary<string, string?> before = adopted.Values;
        try
        {
            if (await routes.AfterAsync(() => adopted.Replace(values)).ConfigureAwait(false) is { } why)
                throw new SettingsException([new ConfigurationError(ConfigShapes.ReverseProxy, $"is refused by the proxy: {why}")]);
        }
        catch
        {
            await routes.AfterAsync(() => adopted.Replace(before)).ConfigureAwait(false);
            throw;
        }
    }

    private ConfigurationSource Source => source
        ?? throw new SettingsException([new ConfigurationError("The configuration", "did not come from a file; start ProxyGuard again")]);
}
