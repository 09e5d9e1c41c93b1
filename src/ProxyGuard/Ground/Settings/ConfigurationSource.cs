namespace ProxyGuard.Ground.Settings;

/// <summary>A configuration that was read and has no fault.</summary>
internal sealed record CheckedConfiguration(IConfigurationRoot Configuration, GuardSettings Settings)
{
    /// <summary>All of it by path, see <see cref="AdoptedConfiguration.Flat"/>.</summary>
    public Dictionary<string, string?> Values => AdoptedConfiguration.Flat(Configuration);
}

/// <summary>Where the configuration is read from: at the start, and again for a reload.</summary>
/// <param name="file">The path as it was given; relative to the directory the program was started in.</param>
/// <param name="secrets">A directory of secrets; null: as the environment says.</param>
internal sealed class ConfigurationSource(string file, string? secrets = null)
{
    /// <summary>As it was given.</summary>
    public string Name => file;

    /// <summary>Absolute.</summary>
    public string File { get; } = Path.GetFullPath(file);

    /// <exception cref="SettingsException">Anything is wrong; it lists all of it.</exception>
    public Task<CheckedConfiguration> ReadAsync() => CheckAsync(ConfigurationFile.Load(file, secrets));

    /// <summary>
    /// What of another configuration can be in force while ProxyGuard runs, checked as a whole: its own, but of what needs a restart that
    /// of the start.
    /// </summary>
    /// <param name="running">By path; only what <see cref="SettingsChange.NeedsRestart"/> is taken from it.</param>
    /// <exception cref="SettingsException">The two do not go together.</exception>
    public Task<CheckedConfiguration> ReconcileAsync(CheckedConfiguration read, IReadOnlyDictionary<string, string?> running)
    {
        var values = read.Values.Where(value => !SettingsChange.NeedsRestart(value.Key))
            .Concat(running.Where(value => SettingsChange.NeedsRestart(value.Key)));
        return CheckAsync(new ConfigurationBuilder().AddInMemoryCollection(values).Build());
    }

    private async Task<CheckedConfiguration> CheckAsync(IConfigurationRoot configuration)
    {
        IReadOnlyList<ConfigurationError> proxyFaults = await ProxySection.FaultsAsync(configuration).ConfigureAwait(false);
        GuardSettings settings = SettingsReader.Read(
            configuration, Path.GetDirectoryName(File)!, [.. proxyFaults, .. HostSections.Faults(configuration)]);
        return new CheckedConfiguration(configuration, settings);
    }
}
