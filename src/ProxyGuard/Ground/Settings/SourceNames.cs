using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.Configuration.KeyPerFile;

namespace ProxyGuard.Ground.Settings;

/// <summary>
/// Names at the top of the configuration: of a file each must be known; of the environment, where hundreds are that have nothing to do with
/// us, and of a directory of secrets, which others may share, those that look like ours and cannot work are noted.
/// </summary>
internal static class SourceNames
{
    /// <summary>Those that are ours or are read for us.</summary>
    public static readonly string[] Sections =
        [OptionTable.Root, ConfigShapes.ReverseProxy, ConfigShapes.Kestrel, ConfigShapes.Logging];

    public static IEnumerable<ConfigurationError> Faults(IConfiguration configuration)
    {
        IConfigurationProvider[] sources = configuration is IConfigurationRoot root ? [.. root.Providers] : [];
        return
        [
            .. sources.OfType<JsonConfigurationProvider>().SelectMany(TopOf).Where(name => !ConfigShapes.Root.Names.ContainsKey(name))
                .Select(name => new ConfigurationError(name, UnknownNames.Describe(name, name, "", ConfigShapes.Root.Names.Keys))),
            .. HostsFault(configuration),
            .. sources.Where(IsShared).SelectMany(TopOf).Distinct(StringComparer.OrdinalIgnoreCase)
                .Select(NoteOf).OfType<ConfigurationError>(),
        ];
    }

    private static bool IsShared(IConfigurationProvider source) =>
        source is EnvironmentVariablesConfigurationProvider or KeyPerFileConfigurationProvider;

    private static IEnumerable<string> TopOf(IConfigurationProvider source) =>
        source.GetChildKeys([], null).Distinct(StringComparer.OrdinalIgnoreCase);

    /// <summary>In every file that was made from a template; whoever narrows it down must not believe that it protects.</summary>
    private static IEnumerable<ConfigurationError> HostsFault(IConfiguration configuration) =>
        configuration["AllowedHosts"] is { Length: > 0 } hosts and not "*"
            ? [new ConfigurationError("AllowedHosts", $"is {SettingsSection.Quote(hosts)} but does nothing; write ProxyGuard:Site:Hosts")]
            : [];

    private static ConfigurationError? NoteOf(string variable)
    {
        if (Sections.Contains(variable, StringComparer.OrdinalIgnoreCase) || IsOfKubernetes(variable))
            return null;
        // ProxyGuard_Site_Name.
        if (Sections.FirstOrDefault(section => variable.StartsWith($"{section}_", StringComparison.OrdinalIgnoreCase)) is { } ours)
            return HasFirst(ours, variable[(ours.Length + 1)..].Split('_')[0])
                ? Note(variable, "is a name that nothing reads: the steps of a path stand two underscores apart, as in ProxyGuard__Site__Name")
                : null;
        return NearMiss.Typed(variable, Sections) is { } near
            ? Note(variable, $"begins names that nothing reads (did you mean {near}__…?)")
            : null;
    }

    // PROXYGUARD_ADMIN_SERVICE_HOST, PROXYGUARD_ADMIN_PORT_8081_TCP: of a service that is called proxyguard-admin.
    private static bool IsOfKubernetes(string variable) =>
        variable.Contains("_SERVICE_", StringComparison.Ordinal) || variable.Contains("_PORT", StringComparison.Ordinal);

    private static bool HasFirst(string section, string name) =>
        ((ConfigShape.Section)ConfigShapes.Root.Names[section]).Names.ContainsKey(name);

    private static ConfigurationError Note(string variable, string problem) => new(variable, problem) { IsNote = true };
}
