using System.Buffers.Text;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ProxyGuard.Demo.Fleet;
using ProxyGuard.Demo.Site;

namespace ProxyGuard.Demo.Control;

/// <summary>ProxyGuard as a process of its own, configured for this demo.</summary>
internal sealed class ProxyGuardProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(10);
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly ChildProcess _process;

    private ProxyGuardProcess(ChildProcess process) => _process = process;

    /// <summary>Completes when it has ended, for whatever reason.</summary>
    public Task Ended => _process.WaitForExitAsync();

    /// <summary>Returns when it answers.</summary>
    public static async Task<ProxyGuardProcess> StartAsync(
        DemoSettings settings, DemoDirectory directory, ReplicationFleet fleet, IReadOnlyList<PhotoSite> site, CancellationToken stop)
    {
        string key = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        JsonObject configuration = Configuration(settings, directory, fleet, site, key);
        DemoDirectory.WritePrivately(directory.ConfigurationFile, configuration.ToJsonString(Indented));
        DemoDirectory.WritePrivately(directory.KeyFile, $"{key}\n");
        ChildProcess process = await ChildProcess.StartAsync(
            [Dotnet, Path.GetFullPath(settings.ProxyGuard), "run", "--config", directory.ConfigurationFile],
            directory.ProxyGuardLog,
            directory.ProxyGuardPidFile);
        var started = new ProxyGuardProcess(process);
        try
        {
            await started.WaitUntilItAnswersAsync(settings, directory, stop);
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs one of ProxyGuard's commands that ask the one that runs, on our own terminal.</summary>
    /// <param name="arguments">The command, and its own options.</param>
    /// <returns>The command's exit code; 1 when no demo runs.</returns>
    public static async Task<int> CommandAsync(DemoDirectory directory, IEnumerable<string> arguments, TextWriter errors)
    {
        if (!directory.IsHeld() || !File.Exists(directory.KeyFile))
        {
            await errors.WriteLineAsync($"No demo with a ProxyGuard is running (looked in {directory.Path}).");
            return 1;
        }

        string[] command =
        [
            DemoSettings.ProxyGuardNextToUs, .. arguments, "--config", directory.ConfigurationFile, "--key-file", directory.KeyFile,
        ];
        using Process process = Process.Start(Dotnet, command);
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    /// <summary>Ends the one that an earlier demo in this directory left running, if it did.</summary>
    public static Task EndLeftoverAsync(DemoDirectory directory) =>
        ChildProcess.EndLeftoverAsync(directory.ProxyGuardPidFile, directory.ConfigurationFile);

    public async ValueTask DisposeAsync()
    {
        await _process.EndAsync(StopPatience);
        _process.Dispose();
    }

    // We run under the same runtime that ProxyGuard needs; it may not be on the PATH.
    private static string Dotnet =>
        Environment.ProcessPath is { } path && Path.GetFileName(path) == "dotnet" ? path : Programs.Find("dotnet");

    private static JsonObject Configuration(
        DemoSettings settings, DemoDirectory directory, ReplicationFleet fleet, IReadOnlyList<PhotoSite> site, string key)
    {
        var destinations = new JsonObject(site.Select((web, index) => KeyValuePair.Create<string, JsonNode?>(web.Name, new JsonObject
        {
            ["Address"] = web.Address.ToString(),
            ["Metadata"] = new JsonObject { ["ReadsFrom"] = fleet.Nodes[index].Name },
        })));
        var nodes = new JsonObject(fleet.Nodes.Select(node => KeyValuePair.Create<string, JsonNode?>(node.Name, new JsonObject
        {
            ["Connection"] = node.ConnectionString(fleet.Accounts.Guard),
            ["Role"] = node == fleet.Primary ? "primary" : "replica",
        })));
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
        return new JsonObject
        {
            ["Urls"] = $"http://127.0.0.1:{settings.Port}",
            ["ReverseProxy"] = new JsonObject
            {
                ["Routes"] = new JsonObject
                {
                    ["site"] = new JsonObject { ["ClusterId"] = "site", ["Match"] = new JsonObject { ["Path"] = "{**catch-all}" } },
                },
                ["Clusters"] = new JsonObject { ["site"] = new JsonObject { ["Destinations"] = destinations } },
            },
            ["ProxyGuard"] = new JsonObject
            {
                ["Site"] = new JsonObject { ["Name"] = "Photo Club", ["Languages"] = new JsonArray("en", "de", "fr") },
                ["Nodes"] = nodes,
                ["Requests"] = new JsonObject { ["DryRun"] = settings.IsDryRun, ["Rules"] = Requests() },
                ["Admin"] = new JsonObject
                {
                    ["Listen"] = $"http://127.0.0.1:{settings.AdminPort}",
                    ["Keys"] = new JsonObject { ["demo"] = $"sha256:{hash}" },
                },
                ["State"] = new JsonObject { ["Directory"] = directory.StateDirectory },
            },
        };
    }

    // Where this old site does not keep to what the methods promise.
    private static JsonArray Requests() =>
    [
        new JsonObject { ["Method"] = "POST", ["Path"] = "/search", ["Is"] = "read" },
        new JsonObject { ["Method"] = "GET", ["Path"] = "/like/*", ["Is"] = "write" },
        new JsonObject { ["Path"] = "/login", ["Is"] = "pass" },
        new JsonObject { ["Path"] = "/logout", ["Is"] = "pass" },
    ];

    private async Task WaitUntilItAnswersAsync(DemoSettings settings, DemoDirectory directory, CancellationToken stop)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        var status = new Uri(settings.Site, "_proxyguard/status.json");
        long start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (_process.HasExited || TimeProvider.System.GetElapsedTime(start) > StartDeadline)
            {
                string how = _process.HasExited ? $"ended with exit code {_process.ExitCode}" : $"does not answer at {status}";
                string log = string.Join('\n', File.ReadLines(directory.ProxyGuardLog).TakeLast(20));
                throw new FleetException($"ProxyGuard {how}. The end of its log:\n{log}");
            }
            try
            {
                using HttpResponseMessage answer = await http.GetAsync(status, stop);
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !stop.IsCancellationRequested))
            {
                // Not yet.
            }
            await Task.Delay(100, stop);
        }
    }
}
