using System.Collections.Immutable;
using System.Net;
using ProxyGuard.Core.Replication;
using ProxyGuard.Core.Routing;

namespace ProxyGuard.Ground.Settings;

/// <summary>Web servers, nodes and listeners as a whole: what cannot be meant is a fault, what may be a note.</summary>
internal static class TopologyCheck
{
    private const string Clusters = $"{ConfigShapes.ReverseProxy}:Clusters";
    private const string Nodes = $"{OptionTable.Root}:Nodes";

    /// <param name="listeners">Where ProxyGuard itself listens, whatever for.</param>
    public static IEnumerable<ConfigurationError> Faults(
        ImmutableArray<NodeRules> nodes, ImmutableArray<WebServerSettings> servers, ImmutableArray<IPEndPoint> listeners) =>
    [
        .. SameServers(nodes), .. servers.GroupBy(server => server.Cluster).SelectMany(cluster => OfCluster([.. cluster], nodes)),
        .. Unread(nodes, servers), .. OwnListeners(nodes, servers, listeners),
    ];

    /// <summary>What stands in a configuration without being used.</summary>
    public static IEnumerable<ConfigurationError> Unrouted(IConfiguration configuration)
    {
        IConfigurationSection routes = configuration.GetSection($"{ConfigShapes.ReverseProxy}:Routes");
        string[] routed = [.. routes.GetChildren().Select(route => route["ClusterId"] ?? "")];
        IConfigurationSection[] clusters = [.. configuration.GetSection(Clusters).GetChildren()];
        // A route to a cluster that is none is a fault, and says enough.
        if (routed.Except(clusters.Select(cluster => cluster.Key), StringComparer.OrdinalIgnoreCase).Any())
            return [];
        return clusters.Where(cluster => !routed.Contains(cluster.Key, StringComparer.OrdinalIgnoreCase))
            .Select(cluster => Note(cluster.Path, "is in no route: its web servers get no requests"));
    }

    private static IEnumerable<ConfigurationError> SameServers(ImmutableArray<NodeRules> nodes) =>
        from server in nodes.Where(node => node.Host.Length > 0).GroupBy(node => (Host: node.Host.ToUpperInvariant(), node.Port))
        where server.Count() > 1
        select new ConfigurationError(
            Nodes,
            $"has {string.Join(" and ", server.Select(node => node.Name))} at the same address, {server.First().Host}:{server.Key.Port}; one server is one node");

    private static IEnumerable<ConfigurationError> OfCluster(WebServerSettings[] servers, ImmutableArray<NodeRules> nodes)
    {
        foreach (WebServerSettings[] same in servers.GroupBy(server => server.Address.TrimEnd('/').ToUpperInvariant())
            .Select(same => same.ToArray()).Where(same => same.Length > 1))
            yield return Note(
                PathOf(same[^1]),
                $"has the address of {same[0].Name}, {same[0].Address}: {(same.Select(ReadsFrom).Distinct().Count() > 1 ? "one web server cannot read from two nodes" : "that web server gets its share twice")}");

        WebServerSettings[] placed = [.. servers.Where(server => ReadMetadata.Names.Any(server.Metadata.ContainsKey))];
        foreach (WebServerSettings server in placed.Length > 0 ? servers.Except(placed) : [])
            yield return Note(
                PathOf(server),
                $"does not say in its Metadata what it reads from, as {placed[0].Name} does: it gets every read, and its pages are never labelled as old. A web server that depends on no database has a cluster of its own");
        if (placed.Length == servers.Length && placed.All(server => server.Metadata.ContainsKey(ReadMetadata.ReadsFrom))
            && placed.Any(server => server.TakesWrites) && nodes.FirstOrDefault(node => node.Role == NodeRole.Primary) is { } primary
            && placed.All(server => ReadsFrom(server) != primary.Name))
            yield return Note(
                $"{Clusters}:{servers[0].Cluster}:Destinations",
                $"has no web server that ReadsFrom {primary.Name}, the primary: members see what they wrote only once a replica shows it, and no page can come from the primary");
    }

    /// <summary>Replicas beside those that web servers name. None is named: each counts.</summary>
    private static IEnumerable<ConfigurationError> Unread(ImmutableArray<NodeRules> nodes, ImmutableArray<WebServerSettings> servers) =>
        servers.All(server => ReadsFrom(server) is null)
            ? []
            : from node in nodes
              where node is { Role: NodeRole.Replica, ServesReads: false }
              select Note(
                  $"{Nodes}:{node.Name}", "is a replica that no web server ReadsFrom: it is watched, and counts for nothing");

    private static IEnumerable<ConfigurationError> OwnListeners(
        ImmutableArray<NodeRules> nodes, ImmutableArray<WebServerSettings> servers, ImmutableArray<IPEndPoint> listeners) =>
    [
        .. from node in nodes
           where IsOwn(node.Host, node.Port, listeners)
           select new ConfigurationError(
               $"{Nodes}:{node.Name}:Connection", $"leads to {node.Host}:{node.Port}, where ProxyGuard itself listens"),
        .. from server in servers
           let address = Uri.TryCreate(server.Address, UriKind.Absolute, out Uri? parsed) ? parsed : null
           where address is not null && IsOwn(address.Host, address.Port, listeners)
           select new ConfigurationError(
               $"{PathOf(server)}:Address", $"is {SettingsSection.Quote(server.Address)}, where ProxyGuard itself listens"),
    ];

    /// <summary>By the address alone: a name other than localhost may be any machine's.</summary>
    private static bool IsOwn(string host, int port, ImmutableArray<IPEndPoint> listeners)
    {
        IPAddress? address = host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? IPAddress.Loopback
            : IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? parsed) ? parsed : null;
        return address is not null && listeners.Any(
            listener => listener.Port == port && port != 0
                && (listener.Address.Equals(address)
                    || (IPAddress.IsLoopback(address) && (IsAny(listener.Address) || IPAddress.IsLoopback(listener.Address)))));
    }

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    private static string? ReadsFrom(WebServerSettings server) => server.Metadata.GetValueOrDefault(ReadMetadata.ReadsFrom);

    private static string PathOf(WebServerSettings server) => $"{Clusters}:{server.Cluster}:Destinations:{server.Name}";

    private static ConfigurationError Note(string path, string problem) => new(path, problem) { IsNote = true };
}
