using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using ProxyGuard.Commands;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Ground.Settings;
using ProxyGuard.Seeing.Probing;
using ProxyGuard.Tests.Ground.Settings;

namespace ProxyGuard.Tests.Seeing.Probing;

/// <summary>What is told of a node that there is no session with: each cause has a sentence of its own.</summary>
public sealed class DialTests : IDisposable
{
    private static readonly ProbeRules Patient = new() { Interval = TimeSpan.FromSeconds(6), Timeout = TimeSpan.FromSeconds(5) };
    private static readonly ProbeRules Hasty =
        new() { Interval = TimeSpan.FromMilliseconds(400), Timeout = TimeSpan.FromMilliseconds(300) };

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly string _directory = Directory.CreateTempSubdirectory("proxyguard-dial-").FullName;

    private int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    [Fact]
    public async Task A_name_that_is_unknown_is_told_as_one()
    {
        NodeReading.Silent silent = await ReadAsync("Server=no-such-host.invalid;User ID=proxyguard", Patient);

        Assert.Equal(ProbeFailure.Unreachable, silent.Failure);
        Assert.Equal(
            "the name no-such-host.invalid is not known here: is it spelt right, and does this machine's DNS have it (getent hosts no-such-host.invalid)?",
            silent.Text);
    }

    [Fact]
    public async Task A_port_that_is_refused_is_told_as_one()
    {
        _listener.Start();
        int port = Port;
        _listener.Stop();

        NodeReading.Silent silent = await ReadAsync($"Server=127.0.0.1;Port={port};User ID=proxyguard", Patient);

        Assert.Equal(ProbeFailure.Unreachable, silent.Failure);
        Assert.StartsWith($"port {port} of 127.0.0.1 is refused: nothing listens there.", silent.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_is_never_answered_is_told_as_a_firewall_or_a_machine_that_is_down()
    {
        // Nobody accepts: once the queue is full, the kernel drops what comes, as a firewall does.
        _listener.Start(1);
        List<TcpClient> queue = [];
        for (int client = 0; client < 4; client++)
        {
            queue.Add(new TcpClient());
            _ = queue[^1].ConnectAsync(IPAddress.Loopback, Port);
        }

        await Task.Delay(200);
        NodeReading.Silent hasty = await ReadAsync($"Server=127.0.0.1;Port={Port};User ID=proxyguard", Hasty);
        NodeReading.Silent patient = await ReadAsync($"Server=127.0.0.1;Port={Port};User ID=proxyguard", Patient);
        queue.ForEach(client => client.Dispose());

        Assert.Equal((ProbeFailure.TimedOut, ProbeFailure.TimedOut), (hasty.Failure, patient.Failure));
        Assert.Equal(
            $"no answer of 127.0.0.1 to a connection to port {Port} within 0.3 s: a firewall drops it, or the machine is down", hasty.Text);
        Assert.Contains("within 2 s: a firewall drops it", patient.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "takes connections and does not greet as MySQL and MariaDB do", null)]
    [InlineData("SSH-2.0-OpenSSH_9.2p1\r\n", "takes connections and does not greet as MySQL and MariaDB do", "Here it says \"SSH-2.0-OpenSSH_9.2p1\"")]
    [InlineData("220 mail.example ESMTP\r\n", "takes connections and does not greet as MySQL and MariaDB do", "Here it says \"220 mail.example ESMTP\"")]
    [InlineData("HTTP", "takes connections and does not greet as MySQL and MariaDB do", "Here it is a web server")]
    [InlineData("close", "closes connections without a greeting", null)]
    public async Task A_port_of_something_else_is_told_as_one_and_check_says_of_what(string words, string sentence, string? toPerson)
    {
        _listener.Start();
        _ = ServeAsync(words);

        NodeReading.Silent silent = await ReadAsync($"Server=127.0.0.1;Port={Port};User ID=proxyguard", Hasty);
        string check = await CheckAsync();

        Assert.Equal(ProbeFailure.NoGreeting, silent.Failure);
        Assert.StartsWith($"port {Port} of 127.0.0.1 {sentence}: is it the port of a database server?", silent.Text, StringComparison.Ordinal);
        string line = Assert.Single(check.Split('\n'), line => line.StartsWith("FAIL  db1", StringComparison.Ordinal));
        Assert.Contains(sentence, line, StringComparison.Ordinal);
        Assert.Equal(toPerson is not null, line.Contains("Here ", StringComparison.Ordinal));
        Assert.Contains(toPerson ?? "", line, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _listener.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task ServeAsync(string words)
    {
        List<TcpClient> kept = [];
        while (true)
        {
            TcpClient client = await _listener.AcceptTcpClientAsync();
            kept.Add(client);
            if (words == "close")
                client.Close();
            else if (words == "HTTP")
                _ = AnswerAsync(client);
            else if (words.Length > 0)
                await client.Client.SendAsync(Encoding.ASCII.GetBytes(words));
        }
    }

    private static async Task AnswerAsync(TcpClient client)
    {
        if (await client.Client.ReceiveAsync(new byte[100]) > 0)
            await client.Client.SendAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());
    }

    private static async Task<NodeReading.Silent> ReadAsync(string connection, ProbeRules rules)
    {
        var sessions = new NodeSessions(connection, keepsSide: false, TimeProvider.System);
        await using var probe = new MySqlNodeProbe("db1", sessions, rules, TimeProvider.System, NullLogger.Instance);
        return Assert.IsType<NodeReading.Silent>(await probe.ReadAsync(default, CancellationToken.None));
    }

    private async Task<string> CheckAsync()
    {
        JsonObject json = Configured.Sample();
        foreach (string node in (string[])["db1", "db2", "db3"])
            json.Put($"ProxyGuard:Nodes:{node}:Connection", $"Server=127.0.0.1;Port={(node == "db1" ? Port : node[2] - '0')};User ID=proxyguard");
        string file = Path.Combine(_directory, "proxyguard.json");
        await File.WriteAllTextAsync(file, json.ToJsonString());
        await using var output = new StringWriter();
        await CheckCommand.RunAsync(new ConfigurationSource(file), output, CancellationToken.None);
        return $"{output}";
    }
}
