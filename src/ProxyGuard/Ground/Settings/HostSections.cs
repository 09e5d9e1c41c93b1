using ProxyGuard.Ground.Telemetry;

namespace ProxyGuard.Ground.Settings;

/// <summary>The sections that ASP.NET Core reads: checked here too, for it would stop at the first fault, with a stack trace.</summary>
internal static class HostSections
{
    public static IEnumerable<ConfigurationError> Faults(IConfiguration configuration) =>
    [
        .. configuration.GetSection("Kestrel:Endpoints").GetChildren().SelectMany(endpoint => EndpointFaults(configuration, endpoint)),
        .. configuration.GetSection("Kestrel:Endpoints").GetChildren()
        .SelectMany(endpoint => FileFaults(endpoint.GetSection("Certificate"))),
        .. FileFaults(configuration.GetSection("Kestrel:Certificates:Default")),
        .. configuration.GetSection("Logging:LogLevel").GetChildren()
        .Where(level => !Enum.TryParse<LogLevel>(level.Value, ignoreCase: true, out _)).Select(LevelFault),
        .. FormatterFaults(configuration.GetSection("Logging:Console:FormatterName")),
    ];

    private static IEnumerable<ConfigurationError> EndpointFaults(IConfiguration configuration, IConfigurationSection endpoint)
    {
        string path = $"{endpoint.Path}:Url";
        string url = endpoint["Url"] ?? "";
        if (!IsAddress(url))
            yield return new ConfigurationError(
                path,
                $"is {SettingsSection.Quote(url)} but must be http:// or https:// with an IP address, localhost or * and a port, such as https://*:443");

        bool hasCertificate = endpoint.GetSection("Certificate").Exists() || endpoint.GetSection("Sni").Exists()
            || configuration.GetSection("Kestrel:Certificates:Default").Exists();
        if (url.StartsWith("https:", StringComparison.OrdinalIgnoreCase) && !hasCertificate)
            yield return new ConfigurationError(
                $"{endpoint.Path}:Certificate",
                $"is missing but {path} is {url}; it must have Path and KeyPath (PEM), or Path and Password (PFX)");
    }

    /// <summary>A file that is not there; what is in it only Kestrel can tell.</summary>
    private static IEnumerable<ConfigurationError> FileFaults(IConfigurationSection certificate) =>
        from option in (string[])["Path", "KeyPath"]
        where certificate[option] is { Length: > 0 } file && !File.Exists(file)
        select new ConfigurationError(
            $"{certificate.Path}:{option}", $"is {SettingsSection.Quote(certificate[option]!)} but there is no such file");

    private static ConfigurationError LevelFault(IConfigurationSection level) =>
        new(level.Path, $"is {SettingsSection.Quote(level.Value ?? "")} but must be one of {string.Join(", ", Enum.GetNames<LogLevel>())}");

    /// <summary>.NET would take its own simple one instead, without a word.</summary>
    private static IEnumerable<ConfigurationError> FormatterFaults(IConfigurationSection name) =>
        name.Value is null || LogForm.Names.Contains(name.Value, StringComparer.OrdinalIgnoreCase)
            ? []
            : [new(name.Path, $"is {SettingsSection.Quote(name.Value)} but must be one of {string.Join(", ", LogForm.Names)}")];

    private static bool IsAddress(string url)
    {
        try
        {
            return BindingAddress.Parse(url).Scheme is "http" or "https";
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
