using ProxyGuard.Ground.Telemetry;

namespace ProxyGuard.Ground.Settings;

/// <summary>
/// The sections that ASP.NET Core reads: checked here too, for it passes over what it does not know, and stops at the first fault with a
/// stack trace.
/// </summary>
internal static class HostSections
{
    public static IEnumerable<ConfigurationError> Faults(IConfiguration configuration)
    {
        IConfigurationSection kestrel = configuration.GetSection(ConfigShapes.Kestrel);
        IConfigurationSection[] endpoints = [.. kestrel.GetSection("Endpoints").GetChildren()];
        return
        [
            .. SourceNames.Faults(configuration),
            .. ShapeCheck.Faults(kestrel, ConfigShapes.Root.Names[ConfigShapes.Kestrel]),
            .. endpoints.SelectMany(endpoint => EndpointFaults(configuration, endpoint)),
            .. endpoints.SelectMany(endpoint => FileFaults(endpoint.GetSection("Certificate"))),
            .. endpoints.SelectMany(endpoint => endpoint.GetSection("Sni").GetChildren())
                .SelectMany(name => FileFaults(name.GetSection("Certificate"))),
            .. FileFaults(kestrel.GetSection("Certificates:Default")),
            .. LoggingSection.Faults(configuration.GetSection(ConfigShapes.Logging)),
            .. FormatterFaults(configuration.GetSection("Logging:Console:FormatterName")),
        ];
    }

    private static IEnumerable<ConfigurationError> EndpointFaults(IConfiguration configuration, IConfigurationSection endpoint)
    {
        string path = $"{endpoint.Path}:Url";
        if (endpoint["Url"] is not { } url)
        {
            yield return new ConfigurationError(path, "is missing; it must be an address such as https://*:443");
            yield break;
        }

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

    /// <summary>.NET would take its own simple one instead, without a word.</summary>
    private static IEnumerable<ConfigurationError> FormatterFaults(IConfigurationSection name) =>
        name.Value is null || LogForm.Names.Contains(name.Value, StringComparer.OrdinalIgnoreCase)
            ? []
            : [new(name.Path, $"is {SettingsSection.Quote(name.Value)} but must be one of {string.Join(", ", LogForm.Names)}{NearMiss.Question(name.Value, LogForm.Names)}")];

    private static bool IsAddress(string url)
    {
        try
        {
            // Kestrel takes a host that it does not understand for all addresses, and without a port that of the scheme: *.443.
            return BindingAddress.Parse(url) is { Scheme: "http" or "https", Host: not ['*' or '+', _, ..] };
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
