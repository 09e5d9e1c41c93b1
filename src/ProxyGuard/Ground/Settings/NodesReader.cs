using System.Buffers;
using System.Collections.Immutable;
using MySqlConnector;
using ProxyGuard.Core.Diagnosis;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Core.Routing;

namespace ProxyGuard.Ground.Settings;

/// <summary>Reads ProxyGuard:Nodes, and which of them the web servers of the proxy's own section read from.</summary>
internal sealed class NodesReader(IConfiguration configuration, List<ConfigurationError> faults)
{
    private const string Path = "ProxyGuard:Nodes";

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

    public (ImmutableArray<NodeRules> Nodes, ImmutableArray<string> Connections) Read(SettingsSection section, string baseDirectory)
    {
        Destination[] destinations = [.. Destinations()];
        HashSet<string> readFrom = [.. destinations.Select(destination => destination.ReadsFrom).OfType<string>()];
        // Who is told its node by every request may be told any, and the read port may lead to any.
        bool anyServes = readFrom.Count == 0 || ReadPortReader.IsConfigured(configuration)
            || destinations.Any(destination => destination.ReadsVia is not null);
        var nodes = ImmutableArray.CreateBuilder<NodeRules>();
        var connections = ImmutableArray.CreateBuilder<string>();
        foreach (SettingsSection node in section.Entries())
        {
            (string connection, string host, int port) = ReadConnection(node, baseDirectory);
            NodeRole? role = node.Choice("Role", Roles, Synonyms, Foreign);
            int weight = node.Number("Weight");
            ImmutableHashSet<EvidenceGap> accepts = [.. node.Choices("Accept", EvidenceNames.Acceptable)];
            node.RejectOthers();
            if (node.Name.AsSpan().IndexOfAnyExcept(NameCharacters) >= 0)
                node.FaultAt(null, "has a name that is none: letters, digits, -, _ and . are allowed");
            connections.Add(connection);
            // Not said which upstream reads where: then every replica counts.
            bool servesReads = role != NodeRole.Source && (anyServes || readFrom.Contains(node.Name));
            nodes.Add(
                new NodeRules
                {
                    Name = node.Name,
                    Role = role ?? NodeRole.Replica,
                    Host = host,
                    Port = port,
                    ServesReads = servesReads,
                    Weight = weight,
                    Accepts = accepts
                });
        }

        return (nodes.ToImmutable(), connections.ToImmutable());
    }

    /// <summary>What the nodes are together, and whether web servers read from nodes that there are.</summary>
    public void Check(ImmutableArray<NodeRules> nodes)
    {
        int primaries = nodes.Count(node => node.Role == NodeRole.Primary);
        if (nodes.IsEmpty)
            faults.Add(new ConfigurationError(Path, "is empty; it must name one primary and its replicas"));
        else if (primaries != 1)
            faults.Add(new ConfigurationError(Path, $"has {primaries} nodes with Role primary but must have exactly 1"));
        if (nodes.Length > NodeRules.MaxNodes)
            faults.Add(new ConfigurationError(Path, $"has {nodes.Length} nodes but may have at most {NodeRules.MaxNodes}"));

        foreach (Destination destination in Destinations())
        {
            if (!nodes.IsEmpty && destination.ReadsFrom is { } node && nodes.All(known => known.Name != node))
                faults.Add(
                    new ConfigurationError(
                        $"{destination.Path}:Metadata:ReadsFrom",
                            $"is {SettingsSection.Quote(node)} but must be a node of {Path}: {string.Join(", ", nodes.Select(known => known.Name))}{NearMiss.Question(node, nodes.Select(known => known.Name))}"));
            if (destination.ReadsVia is { } via && !ReadMetadata.Steerings.ContainsKey(via))
                faults.Add(
                    new ConfigurationError(
                        $"{destination.Path}:Metadata:ReadsVia",
                            $"is {SettingsSection.Quote(via)} but must be {string.Join(" or ", ReadMetadata.Steerings.Keys.Order(StringComparer.Ordinal))}{NearMiss.Question(via, ReadMetadata.Steerings.Keys)}"));
            if (string.Equals(destination.ReadsVia, nameof(ReadSteering.ReadPort), StringComparison.OrdinalIgnoreCase)
                && !ReadPortReader.IsConfigured(configuration))
                faults.Add(
                    new ConfigurationError(
                        $"{destination.Path}:Metadata:ReadsVia", $"is {destination.ReadsVia} but ProxyGuard:ReadPort:Listen is not set"));
            if (destination is { ReadsVia: not null, ReadsFrom: not null })
                faults.Add(
                    new ConfigurationError($"{destination.Path}:Metadata", "has ReadsFrom and ReadsVia but may have only one of them"));
            // The lag of a source is not measured, so that it is unknown whether its pages are current.
            if (nodes.Any(known => known.Name == destination.ReadsFrom && known.Role == NodeRole.Source))
                faults.Add(
                    new ConfigurationError(
                        $"{destination.Path}:Metadata:ReadsFrom", $"is {destination.ReadsFrom} but must not be a node with Role source"));
        }
    }

    public static Dictionary<string, NodeRole> Roles { get; } =
        Enum.GetValues<NodeRole>().ToDictionary(role => PublicNames.Of(role), StringComparer.OrdinalIgnoreCase);

    // What SHOW SLAVE STATUS and most of these databases' manuals call them.
    public static Dictionary<string, NodeRole> Synonyms { get; } = new(StringComparer.OrdinalIgnoreCase)
    {
        ["master"] = NodeRole.Primary,
        ["slave"] = NodeRole.Replica,
    };

    // Of other databases and of hosters: likely, and not certain enough to route writes by.
    private static readonly Dictionary<string, string> Foreign = new(StringComparer.OrdinalIgnoreCase)
    {
        ["main"] = "primary",
        ["leader"] = "primary",
        ["writer"] = "primary",
        ["active"] = "primary",
        ["publisher"] = "primary",
        ["secondary"] = "replica",
        ["follower"] = "replica",
        ["reader"] = "replica",
        ["standby"] = "replica",
        ["passive"] = "replica",
        ["mirror"] = "replica",
        ["subscriber"] = "replica",
        ["intermediate"] = "replica",
        ["relay"] = "replica",
    };

    private static (string Connection, string Host, int Port) ReadConnection(SettingsSection node, string baseDirectory)
    {
        bool isInFile = node.Text("ConnectionFile").Length > 0;
        string text = node.Secret("Connection", baseDirectory);
        string password = node.SecretOfFile("Password", baseDirectory);
        if (text.Length == 0)
        {
            if (!isInFile)
                node.RequiredText("Connection", $"a connection string, {ConnectionText.Allowed}");
            return ("", "", 0);
        }

        if (ConnectionText.FaultOf(text) is { } fault)
        {
            node.FaultAt(isInFile ? "ConnectionFile" : "Connection", fault);
            return ("", "", 0);
        }

        var connection = new MySqlConnectionStringBuilder(text);
        if (password.Length == 0)
            return (text, connection.Server, (int)connection.Port);
        if (connection.Password.Length > 0)
            node.FaultAt(null, "has PasswordFile and a Password in Connection but may have only one of them");
        connection.Password = password;
        return (connection.ConnectionString, connection.Server, (int)connection.Port);
    }

    private sealed record Destination(string Path, string? ReadsFrom, string? ReadsVia);

    private IEnumerable<Destination> Destinations() =>
        from cluster in configuration.GetSection("ReverseProxy:Clusters").GetChildren()
        from destination in cluster.GetSection("Destinations").GetChildren()
        select new Destination(
            destination.Path, destination[$"Metadata:{ReadMetadata.ReadsFrom}"], destination[$"Metadata:{ReadMetadata.ReadsVia}"]);
}
