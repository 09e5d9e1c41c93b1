namespace ProxyGuard.Ground.Settings;

/// <summary>A configuration that was read and has no fault.</summary>
internal sealed record CheckedConfiguration(IConfigurationRoot Configuration, GuardSettings Settings);

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
    public async Task<CheckedConfiguration> ReadAsync()
    {
        IConfigurationRoot configuration = ConfigurationFile.Load(file, secrets);
        IReadOnlyList<ConfigurationError> proxyFaults = await ProxySection.FaultsAsync(configuration).ConfigureAwait(false);
        GuardSettings settings = SettingsReader.Read(
            configuration, Path.GetDirectoryName(File)!, [.. proxyFaults, .. HostSections.Faults(configuration)]);
        return new CheckedConfiguration(configuration, settings);
    }
}
