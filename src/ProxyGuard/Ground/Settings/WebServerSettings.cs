using System.Collections.Immutable;
using ProxyGuard.Core.Requests;
using Yarp.ReverseProxy.Forwarder;

namespace ProxyGuard.Ground.Settings;

/// <summary>One destination of YARP's.</summary>
/// <param name="Metadata">As configured, by name.</param>
internal sealed record WebServerSettings(string Cluster, string Name, string Address, ImmutableDictionary<string, string> Metadata)
{
    /// <summary>Whether some route sends requests to its cluster that read.</summary>
    public required bool TakesReads { get; init; }

    /// <summary>Whether some route sends others there.</summary>
    public required bool TakesWrites { get; init; }

    /// <summary>In which version of HTTP its cluster gets requests; null for YARP's own choice.</summary>
    public required ForwarderRequestConfig? Requests { get; init; }

    public static ImmutableArray<WebServerSettings> In(IConfiguration configuration)
    {
        IConfigurationSection[] routes = [.. configuration.GetSection("ReverseProxy:Routes").GetChildren()];
        return
        [
            .. from cluster in configuration.GetSection("ReverseProxy:Clusters").GetChildren()
               from destination in cluster.GetSection("Destinations").GetChildren()
               where destination["Address"] is not null
               select new WebServerSettings(cluster.Key, destination.Key, destination["Address"]!, MetadataOf(destination))
               {
                   TakesReads = Takes(cluster.Key, isSafe: true),
                   TakesWrites = Takes(cluster.Key, isSafe: false),
                   Requests = RequestsOf(cluster.GetSection("HttpRequest")),
               },
        ];

        bool Takes(string cluster, bool isSafe) => routes.Any(route => string.Equals(route["ClusterId"], cluster,
            StringComparison.OrdinalIgnoreCase)
            && MethodsOf(route) is var methods && (methods.Length == 0 || methods.Any(method => RequestRules.IsSafe(method) == isSafe)));
    }

    // As YARP reads it: "2" is 2.0. What is no version is YARP's to refuse.
    private static ForwarderRequestConfig? RequestsOf(IConfigurationSection request) => request.Exists()
        ? new ForwarderRequestConfig
        {
            Version = request["Version"] is { } version ? VersionOf(version) : null,
            VersionPolicy = Enum.TryParse(request["VersionPolicy"], ignoreCase: true, out HttpVersionPolicy policy) ? policy : null,
        }
        : null;

    /// <summary>Of HTTP; null when it is none.</summary>
    public static Version? VersionOf(string text) =>
        Version.TryParse(text.Contains('.') ? text : $"{text}.0", out Version? version) ? version : null;

    // None: every method.
    private static string[] MethodsOf(IConfigurationSection route) =>
        [.. route.GetSection("Match:Methods").GetChildren().Select(method => method.Value?.ToUpperInvariant()).OfType<string>()];

    private static ImmutableDictionary<string, string> MetadataOf(IConfigurationSection destination) =>
        destination.GetSection("Metadata").GetChildren().Where(one => one.Value is not null)
            .ToImmutableDictionary(one => one.Key, one => one.Value!, StringComparer.OrdinalIgnoreCase);
}
