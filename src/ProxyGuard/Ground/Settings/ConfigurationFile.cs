using System.Text.Json;
using Yarp.ReverseProxy.Configuration;

namespace ProxyGuard.Ground.Settings;

/// <summary>Where the configuration comes from: one JSON file, overridden by environment variables, as always in .NET.</summary>
internal static class ConfigurationFile
{
    /// <exception cref="SettingsException">The file is not there, or is no JSON.</exception>
    public static IConfigurationRoot Load(string path)
    {
        try
        {
            return new ConfigurationBuilder()
                // Read once: a half-saved file must not change a running proxy.
                .AddJsonFile(Path.GetFullPath(path), optional: false, reloadOnChange: false)
                .AddEnvironmentVariables("ASPNETCORE_")
                .AddEnvironmentVariables()
                .Build();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new SettingsException(
                [new ConfigurationError(
                    path, $"is {(Directory.Exists(path) ? "a directory" : "not there")}; name the configuration file with --config FILE")]);
        }
        catch (Exception e) when (e is InvalidDataException or UnauthorizedAccessException or IOException)
        {
            throw new SettingsException([new ConfigurationError(path, Describe(e.GetBaseException()))]);
        }
    }

    private static string Describe(Exception cause) => cause switch
    {
        // The parser counts from 0, editors from 1. Its text ends with the same line and column once more.
        JsonException { LineNumber: { } line, BytePositionInLine: { } column } json =>
            $"is no JSON: line {line + 1}, column {column + 1}: {json.Message.Split(" LineNumber:")[0].TrimEnd('.')}",
        _ => $"cannot be read: {cause.Message.TrimEnd('.')}",
    };

    /// <summary>What YARP itself finds wrong with its section, in its own words and our form.</summary>
    public static async Task<IReadOnlyList<ConfigurationError>> ProxyFaultsAsync(IConfiguration configuration)
    {
        const string Section = "ReverseProxy";
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddReverseProxy().LoadFromConfig(configuration.GetSection(Section));
        await using ServiceProvider provider = services.BuildServiceProvider();
        var faults = new List<ConfigurationError>();
        try
        {
            IProxyConfig proxy = provider.GetRequiredService<IProxyConfigProvider>().GetConfig();
            IConfigValidator validator = provider.GetRequiredService<IConfigValidator>();
            foreach (RouteConfig route in proxy.Routes)
                faults.AddRange(
                    (await validator.ValidateRouteAsync(route).ConfigureAwait(false))
                        .Select(error => new ConfigurationError($"{Section}:Routes:{route.RouteId}", Refused(error))));
            foreach (ClusterConfig cluster in proxy.Clusters)
                faults.AddRange(
                    (await validator.ValidateClusterAsync(cluster).ConfigureAwait(false))
                        .Select(error => new ConfigurationError($"{Section}:Clusters:{cluster.ClusterId}", Refused(error))));
            AddReferences(proxy, faults, Section);
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or ArgumentException)
        {
            faults.Add(new ConfigurationError(Section, Refused(e)));
        }

        return faults;
    }

    private static void AddReferences(IProxyConfig proxy, List<ConfigurationError> faults, string section)
    {
        if (proxy.Routes.Count == 0)
            faults.Add(
                new ConfigurationError($"{section}:Routes", "is empty; it must have a route, such as one with Match:Path {**catch-all}"));
        foreach (RouteConfig route in proxy.Routes.Where(route => proxy.Clusters.All(cluster => cluster.ClusterId != route.ClusterId)))
            faults.Add(
                new ConfigurationError(
                    $"{section}:Routes:{route.RouteId}:ClusterId",
                        $"is {(route.ClusterId is { Length: > 0 } id ? id : "missing")} but must be one of {section}:Clusters: {string.Join(", ", proxy.Clusters.Select(cluster => cluster.ClusterId))}"));
        foreach (ClusterConfig cluster in proxy.Clusters.Where(cluster => cluster.Destinations is null or { Count: 0 }))
            faults.Add(
                new ConfigurationError($"{section}:Clusters:{cluster.ClusterId}:Destinations", "is empty; it must name the web servers"));
        foreach (ClusterConfig cluster in proxy.Clusters)
        {
            foreach ((string name, DestinationConfig destination) in cluster.Destinations ?? new Dictionary<string, DestinationConfig>())
            {
                if (!Uri.TryCreate(destination.Address, UriKind.Absolute, out Uri? address) || address.Scheme is not ("http" or "https"))
                    faults.Add(
                        new ConfigurationError(
                            $"{section}:Clusters:{cluster.ClusterId}:Destinations:{name}:Address",
                                $"is {destination.Address} but must be a web address such as http://10.0.0.5:80/"));
            }
        }
    }

    private static string Refused(Exception error) => $"is refused by the proxy: {error.Message.TrimEnd('.')}";
}
