using System.Reflection;
using System.Text.RegularExpressions;
using ProxyGuard.Core.Routing;
using Yarp.ReverseProxy.Configuration;

namespace ProxyGuard.Ground.Settings;

/// <summary>YARP's own section: names and values by YARP's types, and what its validator finds wrong, in its words and our form.</summary>
internal static partial class ProxySection
{
    private const string Section = ConfigShapes.ReverseProxy;
    private const string Example = "http://10.0.0.5:80/";

    private const BindingFlags Constants = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    // Constants of public classes for policies, of internal ones for transforms: where they are gone, nothing is offered.
    private static readonly string[] YarpsNames =
    [
        .. typeof(RouteConfig).Assembly.GetTypes()
            .Where(type => type.Name is "LoadBalancingPolicies" or "SessionAffinityConstants" or "HealthCheckConstants"
                || type.Name.EndsWith("TransformFactory", StringComparison.Ordinal))
            .SelectMany(type => type.GetNestedTypes().Append(type)).SelectMany(NamesIn),
    ];

    public static async Task<IReadOnlyList<ConfigurationError>> FaultsAsync(IConfiguration configuration)
    {
        IConfigurationSection section = configuration.GetSection(Section);
        List<ConfigurationError> faults =
            [.. ShapeCheck.Faults(section, ConfigShapes.Root.Names[Section]), .. MisplacedMetadata(section)];
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddReverseProxy().LoadFromConfig(section);
        await using ServiceProvider provider = services.BuildServiceProvider();
        try
        {
            IProxyConfig proxy = provider.GetRequiredService<IProxyConfigProvider>().GetConfig();
            ConfigurationError[] validated =
                [.. await ValidateAsync(proxy, provider.GetRequiredService<IConfigValidator>()).ConfigureAwait(false)];
            // What it finds where a name or a bracket is wrong, follows from that.
            faults.AddRange(validated.Where(one => !faults.Any(known => known.Path.StartsWith($"{one.Path}:", StringComparison.Ordinal))));
            AddReferences(proxy, faults);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A value that is none has been told, with its path.
            if (faults.Count == 0)
                faults.Add(new ConfigurationError(Section, Refused(e)));
        }

        return faults;
    }

    private static async Task<IReadOnlyList<ConfigurationError>> ValidateAsync(IProxyConfig proxy, IConfigValidator validator)
    {
        var faults = new List<ConfigurationError>();
        foreach (RouteConfig route in proxy.Routes)
            faults.AddRange(
                (await validator.ValidateRouteAsync(route).ConfigureAwait(false))
                    .Select(error => new ConfigurationError($"{Section}:Routes:{route.RouteId}", Refused(error))));
        foreach (ClusterConfig cluster in proxy.Clusters)
            faults.AddRange(
                (await validator.ValidateClusterAsync(cluster).ConfigureAwait(false))
                    .Where(error => !error.Message.StartsWith("No address found", StringComparison.Ordinal))
                    .Select(error => new ConfigurationError($"{Section}:Clusters:{cluster.ClusterId}", Refused(error))));
        return faults;
    }

    /// <summary>Ours, where they are read by nothing: in the metadata of a route or of a cluster.</summary>
    private static IEnumerable<ConfigurationError> MisplacedMetadata(IConfigurationSection section) =>
        from part in (string[])["Routes", "Clusters"]
        from entry in section.GetSection(part).GetChildren()
        from option in entry.GetSection("Metadata").GetChildren()
        let name = NearMiss.Typed(option.Key, ReadMetadata.Names)
        where name is not null
        select new ConfigurationError(
            option.Path, $"is read by nothing here; each web server has its own: {Section}:Clusters:<name>:Destinations:<name>:Metadata:{name}");

    private static void AddReferences(IProxyConfig proxy, List<ConfigurationError> faults)
    {
        if (proxy.Routes.Count == 0)
            faults.Add(
                new ConfigurationError($"{Section}:Routes", "is empty; it must have a route, such as one with Match:Path {**catch-all}"));
        string[] clusters = [.. proxy.Clusters.Select(cluster => cluster.ClusterId)];
        foreach (RouteConfig route in proxy.Routes.Where(route => !clusters.Contains(route.ClusterId, StringComparer.OrdinalIgnoreCase)))
            faults.Add(
                new ConfigurationError(
                    $"{Section}:Routes:{route.RouteId}:ClusterId",
                    $"is {(route.ClusterId is { Length: > 0 } id ? id : "missing")} but must be one of {Section}:Clusters: {string.Join(", ", clusters)}{NearMiss.Question(route.ClusterId ?? "", clusters)}"));
        foreach (ClusterConfig cluster in proxy.Clusters.Where(cluster => cluster.Destinations is null or { Count: 0 }))
            faults.Add(
                new ConfigurationError($"{Section}:Clusters:{cluster.ClusterId}:Destinations", "is empty; it must name the web servers"));
        faults.AddRange(
            from cluster in proxy.Clusters
            from destination in cluster.Destinations ?? new Dictionary<string, DestinationConfig>()
            from address in ((string, string?)[])[("Address", destination.Value.Address), ("Health", destination.Value.Health ?? Example)]
            where !IsWebAddress(address.Item2)
            select new ConfigurationError(
                $"{Section}:Clusters:{cluster.ClusterId}:Destinations:{destination.Key}:{address.Item1}",
                address.Item2 is { } given ? $"is {SettingsSection.Quote(given)} but must be a web address such as {Example}"
                    : $"is missing; it must be a web address such as {Example}"));
    }

    private static bool IsWebAddress(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && address is { Scheme: "http" or "https" };

    private static string Refused(Exception error) => $"is refused by the proxy: {error.Message.TrimEnd('.')}{Meant(error.Message)}";

    /// <summary>Of YARP's policies and transforms, the one that was meant by a name that YARP quotes because it has no such one.</summary>
    private static string Meant(string message) =>
        Named().Match(message) is { Success: true } named
            && named.Groups["name"].Value.Split(';').FirstOrDefault(IsNoName) is { } unknown
            ? NearMiss.Question(unknown, YarpsNames)
            : "";

    private static bool IsNoName(string name) => !YarpsNames.Contains(name, StringComparer.OrdinalIgnoreCase);

    private static IEnumerable<string> NamesIn(Type type) =>
        type.GetFields(Constants).Where(field => field.FieldType == typeof(string)).Select(field => field.GetValue(null))
            .Concat(type.GetProperties(Constants).Where(one => one.PropertyType == typeof(string)).Select(one => one.GetValue(null)))
            .OfType<string>();

    [GeneratedRegex("^(?:No matching \\w+ found for [^']*'|Unknown transform: )(?<name>[^']+)")]
    private static partial Regex Named();
}
