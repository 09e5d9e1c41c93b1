using System.Text.Json.Nodes;
using ProxyGuard.Commands;
using ProxyGuard.Ground.Settings;
using ProxyGuard.Tests.Ground.Settings;

namespace ProxyGuard.Tests.Commands;

/// <summary>What <c>check</c> says of the configuration alone: no server answers here.</summary>
public sealed class CheckTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("proxyguard-check-").FullName;

    [Theory]
    [InlineData("http://*:80", "note  members come in by http (http://*:80): if a proxy in front ends TLS, it must be trusted")]
    [InlineData("http://127.0.0.1:80", "note  only this machine can connect (http://127.0.0.1:80): the proxy on it")]
    public async Task Without_a_trusted_proxy_it_says_what_one_that_ends_TLS_needs(string urls, string said)
    {
        string[] notes = await NotesAsync(json => json.Put("Urls", urls));

        string note = Assert.Single(notes, note => note.StartsWith(said, StringComparison.Ordinal));
        Assert.Contains("web servers are told http, an application that wants https redirects without end", note, StringComparison.Ordinal);
        Assert.Contains("Proxies:Trusted = [\"", note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_Unix_socket_is_said_to_be_no_place_for_a_proxy() => Assert.Contains(
        await NotesAsync(json =>
        {
            json.Put("Kestrel:Endpoints:socket:Url", "http://unix:/run/proxyguard.sock");
            json.Put("ProxyGuard:Proxies:Trusted", new JsonArray("127.0.0.1"));
        }),
        note => note.StartsWith("note  who connects to a Unix socket (http://unix:/run/proxyguard.sock) has no address", StringComparison.Ordinal));

    [Fact]
    public async Task Where_a_proxy_is_trusted_nothing_is_said_of_TLS() => Assert.DoesNotContain(
        await NotesAsync(json => json.Put("ProxyGuard:Proxies:Trusted", new JsonArray("127.0.0.1"))),
        note => note.Contains("TLS", StringComparison.Ordinal) || note.Contains("https", StringComparison.Ordinal));

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private async Task<string[]> NotesAsync(Action<JsonObject> change)
    {
        JsonObject json = Configured.Sample();
        foreach (string node in (string[])["db1", "db2", "db3"])
            json.Put($"ProxyGuard:Nodes:{node}:Connection", $"Server=127.0.0.1;Port={node[2..]};User ID=proxyguard;Password=none");
        change(json);
        string file = Path.Combine(_directory, "proxyguard.json");
        await File.WriteAllTextAsync(file, json.ToJsonString(), TestContext.Current.CancellationToken);
        await using var output = new StringWriter();

        await CheckCommand.RunAsync(new ConfigurationSource(file), output, TestContext.Current.CancellationToken);

        return [.. $"{output}".Split(Environment.NewLine).Where(line => line.StartsWith("note", StringComparison.Ordinal))];
    }
}
