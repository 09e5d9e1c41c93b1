namespace ProxyGuard.Ground.Settings;

/// <summary>
/// The configuration as the host and YARP see it: what was read and checked, and nothing that was merely saved. Those who listen for a
/// change (routes, clusters, log levels) hear of it when it is replaced.
/// </summary>
internal sealed class AdoptedConfiguration : ConfigurationProvider, IConfigurationSource
{
    public AdoptedConfiguration(IReadOnlyDictionary<string, string?> values) => Replace(values);

    /// <summary>By path; what was given, and nothing that a host has put beside it.</summary>
    public IReadOnlyDictionary<string, string?> Values { get; private set; } = new Dictionary<string, string?>();

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    public void Replace(IReadOnlyDictionary<string, string?> values)
    {
        Values = values;
        Data = new Dictionary<string, string?>(values, StringComparer.OrdinalIgnoreCase);
        OnReload();
    }

    /// <summary>Every value by its path; sections themselves have none.</summary>
    public static Dictionary<string, string?> Flat(IConfiguration configuration) => configuration.AsEnumerable()
        .Where(entry => entry.Value is not null).ToDictionary(entry => entry.Key, entry => entry.Value, StringComparer.OrdinalIgnoreCase);
}
