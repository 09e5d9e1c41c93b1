using System.Text.Json;
using System.Text.Json.Nodes;
using ProxyGuard.Benchmarks.Verdicts;
using ProxyGuard.Demo.Fleet;

namespace ProxyGuard.Benchmarks.Comparison;

/// <summary>The sample configuration with the addresses of this run, and nothing else changed.</summary>
internal static class GuardConfiguration
{
    private static readonly JsonDocumentOptions WithComments = new() { CommentHandling = JsonCommentHandling.Skip };

    /// <returns>The configuration file.</returns>
    public static string Write(
        string directory, string name, int port, int adminPort, IReadOnlyList<int> destinations, ReplicationFleet fleet)
    {
        string own = Directory.CreateDirectory(Path.Combine(directory, name)).FullName;
        JsonNode configuration = JsonNode.Parse(File.ReadAllText(SampleSite.ConfigurationFile), documentOptions: WithComments)!;
        configuration["Urls"] = $"http://127.0.0.1:{port}";
        foreach ((int index, int destination) in destinations.Index())
            configuration["ReverseProxy"]!["Clusters"]!["site"]!["Destinations"]![$"web{index + 1}"]!["Address"] = $"http://127.0.0.1:{destination}/";
        JsonNode guard = configuration["ProxyGuard"]!;
        foreach (DatabaseNode node in fleet.Nodes)
            guard["Nodes"]![node.Name]!["Connection"] = node.ConnectionString(fleet.Accounts.Guard);
        guard["Admin"]!["Listen"] = $"http://127.0.0.1:{adminPort}";
        guard["State"]!["Directory"] = Path.Combine(own, "state");

        string file = Path.Combine(own, "proxyguard.json");
        File.WriteAllText(file, configuration.ToJsonString());
        return file;
    }
}
