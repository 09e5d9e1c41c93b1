using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using ProxyGuard.Testing;

namespace ProxyGuard.Tests.Ground.Settings;

/// <summary>The real program, as it is started on a server.</summary>
public sealed class ProcessTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("proxyguard-process-").FullName;

    [Fact]
    public async Task A_missing_configuration_file_is_named()
    {
        Ended run = await RunAsync("nowhere.json");

        Assert.Equal(
            ["The configuration has 1 fault:", "  nowhere.json is not there; name the configuration file with --config FILE."], run.Errors);
    }

    [Fact]
    public async Task A_directory_is_rejected_as_configuration_file()
    {
        Ended run = await RunAsync(".");

        Assert.Equal(["The configuration has 1 fault:", "  . is a directory; name the configuration file with --config FILE."], run.Errors);
    }

    [Fact]
    public async Task Broken_JSON_is_rejected_with_its_line_and_column()
    {
        await File.WriteAllTextAsync(FileNamed("broken.json"), "{\n  // a comment is fine\n  \"Urls\" \"http://127.0.0.1:8080\"\n}\n");

        Ended run = await RunAsync("broken.json");

        Assert.Equal(
            [
                "The configuration has 1 fault:",
                "  broken.json is no JSON: line 3, column 10: '\"' is invalid after a property name. Expected a ':'.",
            ],
            run.Errors);
    }

    [Fact]
    public async Task A_duplicate_option_is_rejected()
    {
        await File.WriteAllTextAsync(FileNamed("twice.json"), """{ "Urls": "http://127.0.0.1:8080", "urls": "http://127.0.0.1:8088" }""");

        Ended run = await RunAsync("twice.json");

        Assert.Equal(["The configuration has 1 fault:", "  twice.json cannot be read: A duplicate key 'urls' was found."], run.Errors);
    }

    [Theory]
    [InlineData("ProxyGuard:Probe:Interval", "5", "ProxyGuard:Probe:Interval is 5 but")]
    [InlineData("ProxyGuard:Admin:Listen", "http://0.0.0.0:8081", "ProxyGuard:Admin:Keys is empty but")]
    [InlineData("ReverseProxy:Routes:site:ClusterId", "nobody", "ReverseProxy:Routes:site:ClusterId is nobody but")]
    [InlineData("Kestrel:Endpoints:Web:Url", "443", "Kestrel:Endpoints:Web:Url is 443 but")]
    public async Task An_invalid_option_ends_the_program_before_it_listens(string path, string value, string line)
    {
        int port = FreePort();
        JsonObject json = Configured.Sample();
        json.Put("Urls", $"http://127.0.0.1:{port}");
        json.Put(path, value);
        await File.WriteAllTextAsync(FileNamed("wrong.json"), json.ToJsonString());

        Ended run = await RunAsync("wrong.json");

        Assert.Equal("The configuration has 1 fault:", run.Errors[0]);
        Assert.StartsWith($"  {line}", run.Errors[1], StringComparison.Ordinal);
        Assert.Equal(2, run.Errors.Length);
        Assert.False(Directory.Exists(FileNamed("state")));
        using var client = new TcpClient();
        await Assert.ThrowsAsync<SocketException>(() => client.ConnectAsync(IPAddress.Loopback, port));
    }

    [Fact]
    public async Task Environment_variables_override_the_file()
    {
        await File.WriteAllTextAsync(FileNamed("right.json"), Configured.Sample().ToJsonString());

        Ended run = await RunAsync(
            "right.json", ("ProxyGuard__Freshness__MaxLag", "00:00:01"), ("ProxyGuard__Requests__Rules__0__Path", "search"));

        Assert.Equal(
            [
                "The configuration has 2 faults:",
                "  ProxyGuard:Freshness:ReturnBelow is 00:00:02 but must be below ProxyGuard:Freshness:MaxLag, which is 00:00:01.",
                "  ProxyGuard:Requests:Rules:0:Path is search but must begin with /.",
            ],
            run.Errors);
    }

    [Fact]
    public async Task Environment_variables_that_look_like_ours_and_cannot_work_are_told_and_others_are_left_alone()
    {
        JsonObject json = Configured.Sample();
        json.Put("ProxyGuard:Probe:Interval", "5");
        await File.WriteAllTextAsync(FileNamed("wrong.json"), json.ToJsonString());

        Ended run = await RunAsync(
            "wrong.json",
            ("ProxyGuard_Site_Name", "hunter2"), ("PROXYGAURD__Nodes__db2__Connection", "hunter2"), ("ReverseProxie__Routes", "hunter2"),
            // Of a machine that is there for more than this, and of Kubernetes.
            ("LOGGER", "x"), ("KESTREL_HOME", "x"), ("SITE", "x"), ("PROXYGUARD_SERVICE_HOST", "10.0.0.1"), ("PROXYGUARD_ADMIN_PORT_80_TCP", "x"));

        Assert.Equal(
            [
                "  Besides, PROXYGAURD begins names that nothing reads (did you mean ProxyGuard__…?).",
                "  Besides, ProxyGuard_Site_Name is a name that nothing reads: the steps of a path stand two underscores apart, as in ProxyGuard__Site__Name.",
                "  Besides, ReverseProxie begins names that nothing reads (did you mean ReverseProxy__…?).",
            ],
            run.Errors[2..].Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_port_in_use_is_told_in_one_line_that_names_it()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        int port = ((IPEndPoint)other.LocalEndpoint).Port;
        JsonObject json = Configured.Sample();
        json.Put("Urls", $"http://127.0.0.1:{port}");
        json.Put("ProxyGuard:Admin:Listen", "http://127.0.0.1:0");
        await File.WriteAllTextAsync(FileNamed("taken.json"), json.ToJsonString());

        Ended run = await RunAsync("taken.json", exitCode: 1);

        Assert.Equal(
            [
                $"ProxyGuard cannot start: http://127.0.0.1:{port} (Urls or Kestrel:Endpoints) is in use by another program; ss -ltnp 'sport = :{port}' says by which. If it is another ProxyGuard, one of them needs other ports.",
            ],
            run.Errors);
    }

    [Fact]
    public async Task A_port_that_is_not_allowed_is_told_in_one_line_that_says_what_allows_it()
    {
        Assert.SkipUnless(Environment.UserName == "root" && File.Exists("/usr/bin/setpriv"), "a right is given up by setpriv, as root");
        JsonObject json = Configured.Sample();
        json.Put("Urls", "http://*:83");
        json.Put("ProxyGuard:Admin:Listen", "http://127.0.0.1:0");
        await File.WriteAllTextAsync(FileNamed("privileged.json"), json.ToJsonString());
        string[] without = ["/usr/bin/setpriv", "--bounding-set=-net_bind_service", "--inh-caps=-net_bind_service"];

        Ended run = await RunAsync("privileged.json", exitCode: 78, through: without);

        Assert.Equal(
            [
                "ProxyGuard cannot start: http://*:83 (Urls or Kestrel:Endpoints): this user may not listen on port 83. Let it: AmbientCapabilities=CAP_NET_BIND_SERVICE in the systemd unit, or sysctl net.ipv4.ip_unprivileged_port_start=83; or name a port from 1024 up.",
            ],
            run.Errors);
    }

    [Fact]
    public async Task Check_says_with_its_exit_code_that_the_configuration_is_wrong()
    {
        JsonObject json = Configured.Sample();
        json.Put("ProxyGuard:Probe:Interval", "5");
        await File.WriteAllTextAsync(FileNamed("wrong.json"), json.ToJsonString());

        (int exitCode, string said) = await GuardProcess.RunToEndAsync("check", "--config", FileNamed("wrong.json"));

        Assert.Equal(78, exitCode);
        Assert.StartsWith("The configuration has 1 fault:", said, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private string FileNamed(string name) => Path.Combine(_directory, name);

    private sealed record Ended(string[] Errors);

    private Task<Ended> RunAsync(string config, params (string Name, string Value)[] environment) =>
        RunAsync(config, exitCode: 78, through: [], environment);

    /// <summary>Runs until it ends by itself; a refusal says nothing on standard output.</summary>
    /// <param name="through">A program that starts it, with its arguments; empty: none.</param>
    private async Task<Ended> RunAsync(
        string config, int exitCode, string[]? through = null, params (string Name, string Value)[] environment)
    {
        string[] command = [.. through ?? [], .. DotNet.Running("ProxyGuard.dll", "run", "--config", config)];
        var start = new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = _directory };
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;

        EndedProcess ended = await EndedProcess.OfAsync(start);
        Assert.Equal("", ended.Output);
        Assert.Equal(exitCode, ended.ExitCode);
        return new Ended(ended.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
